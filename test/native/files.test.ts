import t from 'tap'
import { noNative, normalBench } from '../support/native.ts'
import { fileCases } from './file-cases.ts'

await t.test('reading of files', { skip: noNative() }, async (t) => {
  const bench = await normalBench(t)
  for (const [sentence, check] of Object.entries(fileCases))
    await t.test(sentence, (t) => check(t, bench))
})
