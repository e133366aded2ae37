import t from 'tap'
import { noNative, normalBench } from '../support/native.ts'
import { tcpListenerCases } from './tcp-listener-cases.ts'

await t.test('TCP sockets that listen', { skip: noNative() }, async (t) => {
  const bench = await normalBench(t)
  for (const [sentence, check] of Object.entries(tcpListenerCases))
    await t.test(sentence, (t) => check(t, bench))
})
