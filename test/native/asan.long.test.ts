import t from 'tap'
import { noNative, sanitizedBench } from '../support/native.ts'
import { fileCases } from './file-cases.ts'
import { sendEachCases } from './send-each-cases.ts'
import { sgIoCases } from './sg-io-cases.ts'
import { tcpListenerCases } from './tcp-listener-cases.ts'
import { ueventCases } from './uevent-cases.ts'
import { unixSocketCases } from './unix-socket-cases.ts'

// Whatever a sanitizer finds ends the process of the scenario with a report, which no case expects.
await t.test('all of it under AddressSanitizer', { skip: noNative() }, async (t) => {
  const bench = await sanitizedBench(t)
  for (const cases of [
    ...[sgIoCases, fileCases, ueventCases, unixSocketCases, sendEachCases, tcpListenerCases],
  ]) {
    for (const [sentence, check] of Object.entries(cases))
      await t.test(sentence, (t) => check(t, bench))
  }
})
