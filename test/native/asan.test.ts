import t from 'tap'
import { noNative, sanitizedBench } from '../support/native.ts'
import { fileCases } from './file-cases.ts'
import { sgIoCases } from './sg-io-cases.ts'
import { ueventCases } from './uevent-cases.ts'

// Whatever a sanitizer finds ends the process of the scenario, with 99 and a report.
await t.test('all of it under AddressSanitizer', { skip: noNative() }, async (t) => {
  const bench = await sanitizedBench(t)
  for (const [sentence, check] of Object.entries({ ...sgIoCases, ...fileCases, ...ueventCases }))
    await t.test(sentence, (t) => check(t, bench))
})
