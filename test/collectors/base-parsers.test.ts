import fc from 'fast-check'
import t from 'tap'
import { ParseError } from '../../src/collectors/collector.ts'
import { parseFcCounter, parseFcSpeed, parseWwn } from '../../src/collectors/fc-hosts.ts'
import { parseInitiatorName } from '../../src/collectors/iscsi.ts'
import { parseLvs, parsePvs, parseVgs } from '../../src/collectors/lvm-report.ts'
import { mdUuid, parseRaidDisks, parseSyncCompleted } from '../../src/collectors/md-arrays.ts'
import { parseFstab, parseMountinfo } from '../../src/collectors/mountinfo.ts'
import { parseDiskstats } from '../../src/collectors/proc-diskstats.ts'
import { parseListeners } from '../../src/collectors/proc-net-tcp.ts'
import { parseProcStat } from '../../src/collectors/proc-stat.ts'
import { parseListUnits, parseShow } from '../../src/collectors/services.ts'
import { parseSmartctl, parseSmartctlScan } from '../../src/collectors/smartctl.ts'
import {
  parseLoadavg,
  parseMeminfo,
  parsePressure,
  parseUptime,
  parseVersion,
} from '../../src/collectors/system.ts'
import type { ReplayHost } from '../../src/host/replay-host.ts'
import { openRecording } from '../support/recording.ts'

const parsers: Record<string, (text: string) => unknown> = {
  parseProcStat,
  parseMeminfo,
  parseLoadavg,
  parseUptime,
  parseVersion,
  parsePressure: (text) => parsePressure('/proc/pressure/cpu', text),
  parseDiskstats,
  parseMountinfo,
  parseFstab,
  parseListeners,
  parseInitiatorName,
  parseVgs,
  parseLvs,
  parsePvs,
  parseListUnits,
  parseShow,
  parseSmartctlScan,
  parseSmartctl: (text) => parseSmartctl(text, 0, { name: '/dev/sda', type: 'scsi' }),
  parseSyncCompleted,
  parseRaidDisks,
  mdUuid,
  parseWwn,
  parseFcSpeed,
  parseFcCounter,
}

/** Whether the parser gives a value with nothing but finite numbers in it, or throws its ParseError. */
function answers(parse: (text: string) => unknown, text: string): boolean {
  try {
    return hasFiniteNumbers(parse(text))
  } catch (error) {
    return error instanceof ParseError
  }
}

function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value instanceof Map) return [...value.values()].every(hasFiniteNumbers)
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  if (typeof value === 'object' && value !== null)
    return Object.values(value).every(hasFiniteNumbers)
  return true
}

/** Texts of a recorded machine, to be cut, doubled and mixed up. */
async function evidence(host: ReplayHost): Promise<string[]> {
  const paths = [
    '/proc/stat',
    '/proc/meminfo',
    '/proc/loadavg',
    '/proc/uptime',
    '/proc/version',
    '/proc/pressure/io',
    '/proc/diskstats',
    '/proc/self/mountinfo',
    '/etc/fstab',
    '/proc/net/tcp',
    '/proc/net/tcp6',
    '/etc/iscsi/initiatorname.iscsi',
  ]
  const reports = [...(host.recording.commands ?? [])]
    .filter(([key]) => /^(?:vgs|lvs|pvs|smartctl|systemctl\0list-units)/.test(key))
    .map(([, { stdout }]) => stdout)
  return [...(await Promise.all(paths.map((path) => host.readText(path)))), ...reports]
}

t.test('any text gives a value or a ParseError', async (t) => {
  const texts = await evidence(openRecording('01-steady'))
  const damaged = fc
    .tuple(fc.constantFrom(...texts), fc.nat(4000), fc.nat(40), fc.string({ maxLength: 8 }))
    .map(([text, at, length, other]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + other + text.slice(place + length)
    })
  const json = fc.json().map((text) => text.replaceAll(/"[^"]{0,1}"/g, '"report"'))
  const any = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), damaged, json)
  for (const [name, parse] of Object.entries(parsers)) {
    t.doesNotThrow(() => {
      fc.assert(
        fc.property(any, (text) => answers(parse, text)),
        { numRuns: 150 },
      )
    }, name)
  }
})

t.test('a long text is answered at once', (t) => {
  const patterns = [
    ' ',
    '\n',
    '0 ',
    '=',
    '-',
    '1 0 8:1 / / rw ',
    '\\040',
    'InitiatorName',
    '[[',
    '{"a":',
  ]
  for (const [name, parse] of Object.entries(parsers)) {
    const started = performance.now()
    for (const pattern of patterns) answers(parse, pattern.repeat(100_000 / pattern.length))
    // Ten texts of 100 kB: quadratic work would take minutes.
    t.ok(performance.now() - started < 5_000, name)
  }
  t.end()
})
