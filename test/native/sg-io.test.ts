import t from 'tap'
import { noNative, normalBench } from '../support/native.ts'
import { sgIoCases } from './sg-io-cases.ts'

await t.test('requests by SG_IO', { skip: noNative() }, async (t) => {
  const bench = await normalBench(t)
  for (const [sentence, check] of Object.entries(sgIoCases))
    await t.test(sentence, (t) => check(t, bench))
})
