import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { countScst } from '../../src/collectors/scst-counts.ts'
import { scst } from '../../src/collectors/scst.ts'
import { scstSessions } from '../../src/collectors/scst-sessions.ts'
import { openRecording } from '../support/recording.ts'
import { countScstFiles } from '../support/recorded-counts.ts'
import { recorded } from '../support/recorded.ts'
import { SCST_RECORDINGS } from '../support/recorded-scst.ts'

async function count(recording: string) {
  const host = openRecording(recording)
  const [devices, sessions] = await Promise.all([
    scst.collect(host, defaultSettings),
    scstSessions.collect(host, defaultSettings),
  ])
  if (devices === ABSENT || sessions === ABSENT) throw new Error('absent')
  return { counts: countScst(devices.value, sessions.value), devices }
}

t.test('numbers are those of a count of the recorded files', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    t.strictSame((await count(recording)).counts, countScstFiles(recorded(recording)), recording)
  }
})

t.test('numbers a person can count', async (t) => {
  t.strictSame((await count('12-large-scst')).counts, {
    total_targets: 8,
    active_targets: 8,
    total_luns: 8 * 26 + 16 * 4,
    total_initiators: 48,
    connected_initiators: 18,
    total_sessions: 18,
    total_devices: 208,
  })
  t.strictSame((await count('06-scst-degraded')).counts, {
    total_targets: 3,
    active_targets: 1,
    total_luns: 15,
    total_initiators: 3,
    connected_initiators: 0,
    total_sessions: 0,
    total_devices: 13,
  })
  const none = {
    total_targets: 0,
    active_targets: 0,
    total_luns: 0,
    total_initiators: 0,
    connected_initiators: 0,
    total_sessions: 0,
    total_devices: 0,
  }
  t.strictSame((await count('08-no-scst')).counts, none)
})

t.test('what sessions would say is unknown without them', async (t) => {
  const { devices } = await count('01-steady')
  t.strictSame(countScst(devices.value, null), {
    total_targets: 3,
    active_targets: 2,
    total_luns: 15,
    total_initiators: null,
    connected_initiators: null,
    total_sessions: null,
    total_devices: 13,
  })
})

t.test('patterns are not names', async (t) => {
  const { devices } = await count('01-steady')
  const [target] = devices.value.targets
  if (target === undefined) throw new Error('no target')
  const initiators = ['iqn.a:1', 'iqn.a:?', 'iqn.*', '!iqn.a:2', 'iqn.a:1']
  const group = { name: 'g', initiators, luns: [], blackHole: 0 }
  const value = { ...devices.value, targets: [{ ...target, groups: [group], enabled: null }] }
  t.match(countScst(value, { sessions: [], totals: [] }), {
    total_initiators: 1,
    active_targets: 1,
  })
})
