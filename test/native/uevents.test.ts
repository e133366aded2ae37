import t from 'tap'
import { noNative, normalBench } from '../support/native.ts'
import { ueventCases } from './uevent-cases.ts'

await t.test('uevents', { skip: noNative() }, async (t) => {
  const bench = await normalBench(t)
  for (const [sentence, check] of Object.entries(ueventCases))
    await t.test(sentence, (t) => check(t, bench))
})
