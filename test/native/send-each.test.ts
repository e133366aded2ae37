import t from 'tap'
import { noNative, normalBench } from '../support/native.ts'
import { sendEachCases } from './send-each-cases.ts'

await t.test('the same bytes to many sockets', { skip: noNative() }, async (t) => {
  const bench = await normalBench(t)
  for (const [sentence, check] of Object.entries(sendEachCases))
    await t.test(sentence, (t) => check(t, bench))
})
