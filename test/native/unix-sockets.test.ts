import t from 'tap'
import { noNative, normalBench } from '../support/native.ts'
import { unixSocketCases } from './unix-socket-cases.ts'

await t.test('Unix sockets', { skip: noNative() }, async (t) => {
  const bench = await normalBench(t)
  for (const [sentence, check] of Object.entries(unixSocketCases))
    await t.test(sentence, (t) => check(t, bench))
})
