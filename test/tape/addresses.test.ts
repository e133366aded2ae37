import t from 'tap'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { readAddresses } from '../../src/tape/addresses.ts'
import { openRecording } from '../support/recording.ts'

const parts = {
  host: openRecording('01-steady'),
  settings: () => defaultSettings,
  placed: () => new Map<string, number>(),
}

t.test('where a library and its drives are, in the order of their elements', async (t) => {
  t.strictSame(await readAddresses(parts, 'DEC30050AB'), {
    changer: '13:1:0:0',
    drives: [
      { place: 'data transfer element 0', serial: 'DEC3005001', hctl: '13:1:1:0' },
      { place: 'data transfer element 1', serial: 'DEC3005002', hctl: '13:1:2:0' },
    ],
  })
})

t.test('a library that is not there is said', async (t) => {
  await t.rejects(readAddresses(parts, 'NOSUCH'), {
    ...{ code: 'ERR_LIBRARY_UNREAD', message: 'library NOSUCH: there is no such library' },
  })
})
