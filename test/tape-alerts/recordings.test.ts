import { readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { kinds } from '../../src/api/hardware/kinds.ts'
import { listingOf } from '../../src/api/hardware/listing.ts'
import { watchAppliance } from '../support/appliance.ts'
import { openRecording, recordingDirectory, RECORDINGS } from '../support/recording.ts'

interface ScsiLine {
  device: string
  cdb: string
  status: number
  data?: string
}

/** The flags that are set in the first answer of each device to LOG SENSE of page 2Eh, by the bytes alone. */
function flagsInBytes(recording: string): Record<string, number[]> {
  const file = join(recordingDirectory(recording), 'scsi.jsonl')
  if (!existsSync(file)) return {}
  const found: Record<string, number[]> = {}
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (text === '') continue
    const { device, cdb, status, data = '' } = JSON.parse(text) as ScsiLine
    if (!cdb.startsWith('4d006e') || status !== 0 || device in found) continue
    const page = Buffer.from(data, 'base64')
    // A header of 4 bytes, then 5 bytes for each flag, of which the last says whether it is set.
    found[device] = Array.from({ length: 64 }, (_, index) => index + 1).filter(
      (flag) => page[4 + flag * 5 - 1] === 1,
    )
  }
  return Object.fromEntries(Object.entries(found).filter(([, flags]) => flags.length > 0))
}

for (const name of RECORDINGS) {
  t.test(`${name}: every flag that is set is an alert, and no other`, async (t) => {
    const { snapshot, alerts } = await watchAppliance(openRecording(name)).watch()
    const { tape_alerts: reading } = snapshot.readings
    const active = reading?.state === 'read' ? reading.value.active : []
    const byNode: Record<string, number[]> = {}
    for (const { place, flag } of active) (byNode[place.node] ??= []).push(flag)

    t.strictSame(byNode, flagsInBytes(name))
    t.equal(alerts.filter(({ rule }) => rule.endsWith('TapeAlert')).length, active.length)
    t.strictSame(
      alerts.filter(({ rule }) => rule === 'TapeDriveTapeAlertPending'),
      [],
    )
  })
}

t.test('they have the severity, the words and the evidence of their flag', async (t) => {
  const { alerts } = await watchAppliance(openRecording('04-tapealert')).watch()
  const flags = alerts
    .filter(({ rule }) => rule.endsWith('TapeAlert'))
    .map(({ resource, severity, title, source }) => [resource, severity, title, source].join(', '))

  t.strictSame(flags.sort(), [
    'IBMLIB0001/21, warning, TapeAlert: Clean periodic, vtl',
    'XYZZY_A/16, critical, TapeAlert: Library door, vtl',
    'XYZZY_A/3, critical, TapeAlert: Library hardware C, vtl',
    'XYZZY_A01/20, critical, TapeAlert: Clean now, vtl',
    'XYZZY_A01/3, warning, TapeAlert: Hard error, vtl',
    'XYZZY_A02/7, warning, TapeAlert: Media life, vtl',
    'XYZZY_A04/30, critical, TapeAlert: Hardware A, vtl',
  ])
  const life = alerts.find(({ resource }) => resource === 'XYZZY_A02/7')
  t.match(life?.message, /drive 1 of library XYZZY_A = serial XYZZY_A02 = \/dev\/sg15.*E01007L8/)
  t.match(life?.evidence, {
    flag: 7,
    page_excerpt: '2e 00 01 40 … 00 07 c0 01 01',
    read_at: /^2026-11-20T21:01:00/,
    volume_tags: ['E01007L8'],
    library: 'XYZZY_A',
    element: 1,
  })
})

t.test('drives and libraries show the flags that are not over', async (t) => {
  const { snapshot } = await watchAppliance(openRecording('04-tapealert')).watch()
  const flags = (kindName: string, id: string) => {
    const kind = kinds.find(({ name }) => name === kindName)
    const item = kind && listingOf(kind, snapshot).items.find((each) => each.id === id)
    return (item?.object as { tapeAlerts: unknown }).tapeAlerts
  }
  const seen = { firstSeen: snapshot.takenAt, lastSeen: snapshot.takenAt }
  t.strictSame(flags('drives', 'XYZZY_A02'), [
    {
      ...{ flag: 7, name: 'Media life', severity: 'warning' },
      meaning: 'The cartridge has reached the end of its calculated life.',
      action: 'Copy the data to another cartridge and discard this one.',
      ...{ ...seen, volumeTag: 'E01007L8' },
    },
  ])
  t.strictSame(flags('libraries', 'XYZZY_A'), [
    {
      ...{ flag: 3, name: 'Library hardware C', severity: 'critical' },
      meaning: 'The library has a hardware fault from which a reset recovers it.',
      action: 'Reset the library as its manual says, and repeat the operation.',
      ...{ ...seen, volumeTag: null },
    },
    {
      ...{ flag: 16, name: 'Library door', severity: 'critical' },
      meaning: 'The library has stopped because its door is open.',
      action:
        'Clear the door of obstructions and close it. If the problem persists, call the supplier of the library.',
      ...{ ...seen, volumeTag: null },
    },
  ])
  t.strictSame(flags('drives', 'XYZZY_A03'), [])
})
