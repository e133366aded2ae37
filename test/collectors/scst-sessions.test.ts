import fc from 'fast-check'
import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { scstSessions } from '../../src/collectors/scst-sessions.ts'
import type {
  ScstSession,
  ScstSessions,
  SessionCounters,
} from '../../src/collectors/scst-sessions.ts'
import { accumulateTotals, firstTotals } from '../../src/collectors/scst-session-totals.ts'
import { NotFoundError } from '../../src/host/host.ts'
import type { Host } from '../../src/host/host.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { openRecording } from '../support/recording.ts'
import { SCST_RECORDINGS, scstEvidence } from '../support/recorded-scst.ts'

const DISK1 = 'iqn.2026-01.org.example:disk1'
const SESSIONS = `/sys/kernel/scst_tgt/targets/iscsi/${DISK1}/sessions`
const MEDIA = 'iqn.1993-08.org.debian:01:media01'
const ESX = 'iqn.1998-01.com.vmware:esx01'

async function collect(host: Host): Promise<ScstSessions> {
  const collected = await scstSessions.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  t.equal(collected.coverage, 'all')
  return collected.value
}

t.test('a session with all that is known of it', async (t) => {
  const { sessions, totals } = await collect(openRecording('02a-io-running'))
  const counters = {
    readCommands: 29277,
    readBytes: 936832 * 1024,
    writeCommands: 0,
    writtenBytes: 0,
    bidiCommands: 0,
    bidiBytes: 0,
    noneCommands: 2,
    unknownCommands: 0,
  }
  t.strictSame(sessions[1], {
    id: `iscsi/${DISK1}/${ESX}`,
    driver: 'iscsi',
    target: DISK1,
    session: ESX,
    initiator: ESX,
    login: '20000892b3f80',
    group: 'esx_hosts',
    activeCommands: 4,
    connections: [{ ip: '127.0.0.1', targetIp: '127.0.0.1', state: 'established idle' }],
    counters,
  })
  t.strictSame(totals[1], {
    driver: 'iscsi',
    target: DISK1,
    initiator: ESX,
    connected: 1,
    goneSince: null,
    counters,
  })
})

t.test('every session of every recording is read, and its own counters', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const { tree } = scstEvidence(recording)
    const expected = [...tree.entries()].flatMap(([path, { content }]) => {
      const [, place, target] =
        /^targets\/(?!copy_manager\/)((.*)\/sessions\/[^/]+)\/initiator_name$/.exec(path) ?? []
      if (place === undefined) return []
      const number = (name: string) => Number(tree.get(`targets/${place}/${name}`)?.content)
      const active = [...tree.entries()].filter(
        ([each]) => each.startsWith(`targets/${place}/lun`) && each.endsWith('/active_commands'),
      )
      return {
        place: `${target ?? ''} ${content?.trim() ?? ''}`,
        luns: tree.get(`targets/${place}/luns`)?.link,
        active: active.reduce((sum, [, line]) => sum + Number(line.content), 0),
        read: [number('read_cmd_count'), number('read_io_count_kb') * 1024],
        written: [number('write_cmd_count'), number('write_io_count_kb') * 1024],
        others: [number('none_cmd_count'), number('unknown_cmd_count')],
      }
    })
    const { sessions } = await collect(openRecording(recording))
    const byPlace = (a: { place: string }, b: { place: string }) => (a.place < b.place ? -1 : 1)
    t.strictSame(
      sessions
        .map(({ driver, target, initiator, group, activeCommands, counters }) => ({
          place: `${driver}/${target} ${initiator}`,
          luns: group === null ? '../../luns' : `../../ini_groups/${group}/luns`,
          active: activeCommands,
          read: [counters.readCommands, counters.readBytes],
          written: [counters.writeCommands, counters.writtenBytes],
          others: [counters.noneCommands, counters.unknownCommands],
        }))
        .sort(byPlace),
      expected.sort(byPlace),
      recording,
    )
  }
})

t.test('scstadmin lists the same sessions', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const text = scstEvidence(recording).scstadmin('-list_sessions')
    // While the commands of 12-large-scst were recorded its initiators had stopped, and sessions timed out.
    if (text === null || recording === '12-large-scst') continue
    const listed = [...text.matchAll(/^\tSession: (\S+)/gm)].map(([, session]) => session)
    const { sessions } = await collect(openRecording(recording))
    t.strictSame(
      sessions.map(({ session }) => session).sort(),
      listed.filter((session) => session !== 'copy_manager_sess').sort(),
      recording,
    )
  }
  t.equal((await collect(openRecording('12-large-scst'))).sessions.length, 18)
})

t.test('between two readings the totals grow by what was done', async (t) => {
  const first = await collect(openRecording('02a-io-running'))
  const second = await collect(openRecording('02b-io-running'))
  const { sessions, totals } = accumulateTotals(first, second, new Date())
  t.strictSame(
    totals.map(({ initiator, connected, counters }) => [initiator, connected, counters]),
    sessions.map(({ initiator, counters }) => [initiator, 1, counters]),
    'the sessions are the same, so the totals are theirs',
  )
  t.match(totals[0]?.counters, { readCommands: 38411, writtenBytes: 722848 * 1024 })
})

t.test('an initiator that is gone keeps its totals', async (t) => {
  const before = await collect(openRecording('05a-library-offline'))
  const now = await collect(openRecording('06-scst-degraded'))
  const at = new Date('2026-11-20T21:34:00Z')
  const { sessions, totals } = accumulateTotals(before, now, at)
  t.strictSame(sessions, [])
  t.strictSame(totals, [{ ...before.totals[0], connected: 0, goneSince: at }])
  const later = accumulateTotals({ sessions, totals }, now, new Date('2026-11-20T21:35:00Z'))
  t.strictSame(later.totals, totals, 'it is gone since it was missed first')
})

t.test('without SCST there are no sessions', async (t) => {
  t.strictSame(await collect(openRecording('08-no-scst')), { sessions: [], totals: [] })
  const host = alteredRecording('08-no-scst', { '/etc/scst.conf': null })
  t.equal(await scstSessions.collect(host, defaultSettings), ABSENT)
})

class LogoutHost extends ReplayHost {
  override async readText(path: string): Promise<string> {
    if (path.includes(`/${ESX}/`) && !path.endsWith('/initiator_name')) {
      throw new NotFoundError(path)
    }
    return super.readText(path)
  }
}

t.test('a session that ends while it is read is gone', async (t) => {
  const host = new LogoutHost(openRecording('02a-io-running').recording)
  const { sessions } = await collect(host)
  t.strictSame(
    sessions.map(({ initiator }) => initiator),
    [MEDIA],
  )
  const withoutLun = alteredRecording('02a-io-running', { [`${SESSIONS}/${ESX}/lun0`]: null })
  t.equal((await collect(withoutLun)).sessions.length, 2, 'one of its LUNs is not the session')
  const vanished = alteredRecording('02a-io-running', {
    [`${SESSIONS}/${ESX}`]: { error: 'ENOENT' },
  })
  t.equal((await collect(vanished)).sessions.length, 1)
})

t.test('a session without a counter that belongs to it is refused', async (t) => {
  const host = alteredRecording('02a-io-running', {
    [`${SESSIONS}/${ESX}/write_cmd_count`]: null,
  })
  await t.rejects(scstSessions.collect(host, defaultSettings), {
    code: 'ERR_PARSE',
    message: `${SESSIONS}/${ESX}: no write_cmd_count`,
  })
})

t.test('sessions of other kinds', async (t) => {
  const second = `${SESSIONS}/${ESX}_1`
  const host = alteredRecording('02a-io-running', { [`${SESSIONS}/${ESX}/127.0.0.1/state`]: null })
  const { files } = host.recording
  for (const [path, file] of [...files]) {
    if (path.startsWith(`${SESSIONS}/${ESX}`)) files.set(path.replace(ESX, `${ESX}_1`), file)
  }
  files.set(SESSIONS, { names: [`${ESX}_1`, ESX] })
  files.set(`${second}/luns`, { link: '../../luns' })
  const names = files.get(second)?.names ?? []
  files.set(second, { names: names.filter((name) => !['sid', '127.0.0.1'].includes(name)) })

  const { sessions, totals } = await collect(host)
  t.match(sessions, [
    { session: ESX, initiator: ESX, group: 'esx_hosts', connections: [{ state: null }] },
    {
      session: `${ESX}_1`,
      initiator: ESX,
      group: null,
      login: null,
      connections: [],
      activeCommands: 4,
    },
  ])
  t.match(totals, [{ initiator: ESX, connected: 2, counters: { readCommands: 2 * 29277 } }])
  t.equal(totals.length, 1, 'two sessions of an initiator count for one initiator')
})

function counters(reads: number, writes = 0): SessionCounters {
  return {
    readCommands: reads,
    readBytes: reads * 4096,
    writeCommands: writes,
    writtenBytes: writes * 4096,
    bidiCommands: 0,
    bidiBytes: 0,
    noneCommands: 0,
    unknownCommands: 0,
  }
}

function session(login: string | null, counted: SessionCounters, name = 'a'): ScstSession {
  const place = { driver: 'iscsi', target: 't', session: name, initiator: 'a', group: null }
  return {
    ...place,
    id: `iscsi/t/${name}`,
    login,
    activeCommands: 0,
    connections: [],
    counters: counted,
  }
}

function follow(readings: readonly (readonly ScstSession[])[]): number[] {
  let value: ScstSessions | undefined
  return readings.map((sessions, index) => {
    const read = { sessions, totals: firstTotals(sessions) }
    value = scstSessions.accumulate?.(value, read, 30, new Date(index * 30_000)) ?? read
    return value.totals[0]?.counters.readCommands ?? 0
  })
}

t.test('counters are carried on over reconnects', (t) => {
  const same = (reads: number, writes?: number) => [session('1', counters(reads, writes))]
  const other = (reads: number) => [session('2', counters(reads))]
  t.strictSame(follow([same(10), same(15), same(15)]), [10, 15, 15])
  t.strictSame(follow([same(10), other(3), other(5)]), [10, 13, 15], 'a new login begins at zero')
  t.strictSame(follow([same(10), other(12)]), [10, 22], 'even where it has done more already')
  t.strictSame(follow([same(10), [], other(4)]), [10, 10, 14], 'one that was away')
  t.strictSame(follow([same(10), same(2)]), [10, 12], 'counters that somebody set to zero')
  const unnamed = (reads: number) => [session(null, counters(reads))]
  t.strictSame(follow([unnamed(10), unnamed(4), unnamed(6)]), [10, 14, 16], 'without a SID')
  const twice = (a: number, b: number) => [
    session('1', counters(a)),
    session('2', counters(b), 'a_1'),
  ]
  t.strictSame(follow([twice(10, 5), twice(11, 7), same(12)]), [15, 18, 19], 'of two, one leaves')
  t.end()
})

t.test('totals never fall, and count everything that one session did', (t) => {
  const logins = fc.array(
    fc.record({
      login: fc.constantFrom('1', '2', null),
      name: fc.constantFrom('a', 'a_1'),
      reads: fc.nat(1000),
      writes: fc.nat(1000),
    }),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(fc.array(logins, { maxLength: 12 }), (readings) => {
      const totals = follow(
        readings.map((reading) => [
          ...new Map(
            reading.map(({ login, name, reads, writes }) => [
              name,
              session(login, counters(reads, writes), name),
            ]),
          ).values(),
        ]),
      )
      return totals.every((total, index) => total >= (totals[index - 1] ?? 0))
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (steps) => {
      let sum = 0
      const readings = steps.map((step) => [session('1', counters((sum += step)))])
      return (follow(readings).at(-1) ?? 0) === sum
    }),
  )
  t.end()
})

t.test('not everybody who ever was there is remembered', (t) => {
  const stranger = (number: number): ScstSession => ({
    ...session(null, counters(1)),
    id: `iscsi/t/${number}`,
    initiator: `iqn.${String(number).padStart(5, '0')}`,
  })
  let value: ScstSessions = { sessions: [], totals: [] }
  for (let hour = 0; hour < 5; hour++) {
    const sessions = Array.from({ length: 400 }, (_, index) => stranger(hour * 400 + index))
    value = accumulateTotals(value, { sessions, totals: [] }, new Date(hour * 3_600_000))
  }
  t.equal(value.totals.length, 1400, 'those that are there, and a thousand others')
  t.equal(value.totals.filter(({ connected }) => connected === 1).length, 400)
  t.equal(value.totals.at(-1)?.initiator, 'iqn.01999')
  t.notOk(
    value.totals.some(({ initiator }) => initiator < 'iqn.00400'),
    'who is gone longest is forgotten first',
  )
  t.end()
})
