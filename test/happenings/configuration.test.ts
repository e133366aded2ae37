import t from 'tap'
import type { Collector } from '../../src/collectors/collector.ts'
import { mhvtl } from '../../src/collectors/mhvtl.ts'
import { scst } from '../../src/collectors/scst.ts'
import type { Happening } from '../../src/happenings/happening.ts'
import { mhvtlHappenings } from '../../src/happenings/mhvtl.ts'
import { scstHappenings } from '../../src/happenings/scst.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { collected } from '../support/collected.ts'
import { openRecording } from '../support/recording.ts'

const RECORDING = '01-steady'

/** What is told when the text of a file was replaced by another; null: when it was removed. */
async function toldAfter<T>(
  collector: Collector<T>,
  happenings: (before: T, after: T) => readonly Happening[],
  path: string,
  change: (text: string) => string | null,
): Promise<string[]> {
  const host = openRecording(RECORDING)
  const text = change(await host.readText(path))
  const after = alteredRecording(RECORDING, { [path]: text === null ? null : { content: text } })
  const [was, is] = [await collected(collector, host), await collected(collector, after)]
  return happenings(was.value, is.value).map(({ event, message }) => `${event}: ${message}`)
}

t.test('what is written into scst.conf is told, unless it means the same', async (t) => {
  const told = (change: (text: string) => string | null) =>
    toldAfter(scst, scstHappenings, '/etc/scst.conf', change)
  t.strictSame(await told((text) => text.replace(/LUN 3 /, 'LUN 33 ')), [
    'scst_config_changed: /etc/scst.conf was changed.',
  ])
  t.strictSame(await told((text) => `# a comment\n${text}`), [])
  t.strictSame(await told(() => null), [], 'without the file nobody knows what it would say')
})

t.test("what is written into mhvtl's files is told by what it is of", async (t) => {
  const told = (path: string, change: (text: string) => string | null) =>
    toldAfter(mhvtl, mhvtlHappenings, `/etc/mhvtl/${path}`, change)
  t.strictSame(await told('device.conf', (text) => text.replace('XYZZY_A01', 'XYZZY_A09')), [
    'mhvtl_config_changed: The configuration of mhvtl was changed: drives.',
  ])
  t.strictSame(await told('device.conf', (text) => text.replace('STK', 'ADIC')), [
    'mhvtl_config_changed: The configuration of mhvtl was changed: libraries.',
  ])
  t.strictSame(await told('library_contents.10', (text) => text.replace('E01005L8', 'E01055L8')), [
    'mhvtl_config_changed: The configuration of mhvtl was changed: contents of library 10.',
  ])
  t.strictSame(await told('device.conf', (text) => `${text}\n# a comment\n`), [])
  t.strictSame(await told('library_contents.10', () => null), [])
})
