import t from 'tap'
import type { TapeDrive } from '../../src/collectors/tape-drives.ts'
import { ObjectFailures } from '../../src/api/hardware/failures.ts'
import type { Sysfs } from '../../src/host/device-lane.ts'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { findPlace } from '../../src/host/replay-files.ts'
import type { ReplayHost } from '../../src/host/replay-host.ts'
import { stateOf, valueOf, type Snapshot } from '../../src/snapshot.ts'
import { alertText, openAppliance } from '../support/appliance.ts'
import { RecordedBus } from '../support/recorded-bus.ts'
import { openRecording } from '../support/recording.ts'
import { SimulatedTime } from '../support/simulated-time.ts'

// Ten drives and three libraries, all on one adapter that takes one command at a time.
const RECORDING = '01-steady'
const HUNG = '/dev/sg16'
const ALERT = 'TapeDriveUnreachable serial=XYZZY_A03'
const OTHERS = [13, 15, 17, 18, 19, 20, 21, 22, 23].map((number) => `/dev/sg${number}`)

// Seconds. The drive hangs between two beats, for an hour.
const BEAT = 30
const HANGS_AT = 45
const MISSED_AT = 60
const RECOVERS_AT = HANGS_AT + 3600
const ANSWERS_AT = 3660
const END = ANSWERS_AT + 3 * BEAT
/** How long a drive is waited for. */
const DEADLINE = 10

/** What was to be seen in the middle between two beats. */
interface Seen {
  at: number
  snapshot: Snapshot
  /** What of the devices never came back. */
  stuck: string[]
  /** Since when the drive that hangs could not be read, as the interface tells it. */
  failingSince: number | null
  alerts: string[]
}

t.test('a drive that hangs on an adapter of its own is the only one that is missed', async (t) => {
  const { bus, seen } = await watch(t, { oneAdapter: false, slotFreedAt: null })
  const hanging = seen.filter(({ at }) => at > MISSED_AT && at < RECOVERS_AT)

  await t.test('one call is stuck, and no second one is made', (t) => {
    t.strictSame(distinct(hanging.map(({ stuck }) => stuck.join())), [HUNG])
    t.strictSame(timesOf(bus, HUNG, HANGS_AT, RECOVERS_AT), [MISSED_AT])
    t.end()
  })

  await t.test('the nine others are asked at every beat, and answer', (t) => {
    for (const device of OTHERS) t.strictSame(missedBeats(bus, device, MISSED_AT), [], device)
    t.strictSame(distinct(hanging.map(answering)), [OTHERS.join()])
    t.strictSame(distinct(hanging.map(unreachable)), [HUNG])
    t.end()
  })

  await t.test('of the drive nothing is known, and since when is told', (t) => {
    t.strictSame(distinct(hanging.map((one) => drive(one, HUNG)?.status)), [null])
    t.strictSame(distinct(hanging.map(({ failingSince }) => failingSince)), [MISSED_AT + BEAT / 2])
    t.equal(seen.at(-1)?.failingSince, null)
    t.end()
  })

  await t.test('the alert comes when it has hung for a while, and goes when it answers', (t) => {
    // The rules are evaluated with the beat, so of what was read before it.
    const noticed = MISSED_AT + BEAT
    t.strictSame(changes(seen, unreachableDrives), [
      [BEAT / 2, ''],
      [noticed + BEAT / 2, `${ALERT} (pending)`],
      [noticed + 180 + BEAT / 2, ALERT],
      [ANSWERS_AT + BEAT + BEAT / 2, ''],
    ])
    t.end()
  })

  await t.test('everything else is read on time', (t) => {
    t.strictSame(hanging.flatMap(late), [])
    const took = hanging.map(({ snapshot }) => snapshot.readings.tape_drives?.durationSeconds)
    t.strictSame([took[0], distinct(took.slice(1))], [DEADLINE, [0]], 'it was waited for once')
    t.end()
  })
})

t.test(
  'a drive that hangs keeps its adapter from all others, until that lets one through',
  async (t) => {
    const slotFreedAt = HANGS_AT + 120
    const { bus, seen, crowds } = await watch(t, { oneAdapter: true, slotFreedAt })
    const hanging = seen.filter(({ at }) => at > MISSED_AT + BEAT && at < RECOVERS_AT)

    await t.test('one call of the drive is stuck, and others are tried one at a time', (t) => {
      t.strictSame(timesOf(bus, HUNG, HANGS_AT, RECOVERS_AT), [MISSED_AT])
      t.strictSame(crowds, [], 'where nothing comes back nothing else is sent')
      for (const { at, stuck } of hanging) {
        t.match([at, stuck], [at, at < slotFreedAt ? [HUNG, /sg/, /sg/] : [HUNG]])
        t.equal(distinct(stuck).length, stuck.length)
        if (stuck.length > 3) t.fail(`${stuck.join()} are stuck`)
      }
      t.end()
    })

    await t.test('when one has come back all are asked at every beat', (t) => {
      const freed = slotFreedAt + BEAT / 2
      for (const device of OTHERS) t.strictSame(missedBeats(bus, device, freed), [], device)
      const later = hanging.filter(({ at }) => at > freed)
      t.strictSame(distinct(later.map(answering)), [OTHERS.join()])
      t.strictSame(distinct(later.map(unreachable)), [HUNG])
      t.strictSame(
        distinct(
          later.map(({ snapshot }) =>
            valueOf(snapshot.readings.changers)
              ?.map(({ state }) => state)
              .join(),
          ),
        ),
        ['online,online,online'],
      )
      t.end()
    })

    await t.test('the alert is about the drive that hangs, and about no other', (t) => {
      const fired = seen.flatMap(({ alerts }) =>
        alerts.filter(
          (alert) => alert.startsWith('TapeDriveUnreachable') && !alert.includes('pending'),
        ),
      )
      t.strictSame(distinct(fired), [ALERT])
      const left = seen.at(-1)?.alerts.filter((alert) => alert.includes('Unreachable'))
      t.strictSame(left, [])
      t.end()
    })

    await t.test('what is not on that adapter is read on time', (t) => {
      t.strictSame(hanging.filter(({ at }) => at > slotFreedAt + BEAT).flatMap(late), [])
      const before = hanging.filter(({ at }) => at < slotFreedAt + BEAT)
      t.strictSame(
        before.flatMap(late).filter((text) => !text.startsWith('changers ')),
        [],
      )
      t.end()
    })
  },
)

/** Collectors that had gaps, took long, or have not read anything for longer than their interval. */
function late({ at, snapshot }: Seen): string[] {
  const slow = Object.entries(snapshot.readings)
    .filter(([name, reading]) => {
      if (name.startsWith(ABOUT_DRIVES) || reading.state === 'absent') return false
      return stateOf(reading) !== 'read' || reading.durationSeconds > 0
    })
    .map(([name, reading]) => `${name} is ${stateOf(reading)} at ${at}`)
  const old = (valueOf(snapshot.readings.collectors) ?? [])
    .filter(({ name, ageSeconds, intervalSeconds }) => {
      return !name.startsWith(ABOUT_DRIVES) && (ageSeconds ?? 0) > intervalSeconds
    })
    .map(({ name, ageSeconds }) => `${name} is ${ageSeconds} s old at ${at}`)
  return [...slow, ...old]
}

const ABOUT_DRIVES = 'tape_'

function answering({ snapshot }: Seen): string {
  const drives = valueOf(snapshot.readings.tape_drives) ?? []
  const answered = drives.filter(({ reachable, error }) => reachable === true && error === null)
  return answered.map(({ device }) => device).join()
}

function unreachable({ snapshot }: Seen): string {
  const drives = valueOf(snapshot.readings.tape_drives) ?? []
  return drives
    .filter(({ reachable }) => reachable === false)
    .map(({ device }) => device)
    .join()
}

function drive({ snapshot }: Seen, device: string): TapeDrive | undefined {
  return valueOf(snapshot.readings.tape_drives)?.find((each) => each.device === device)
}

function unreachableDrives({ alerts }: Seen): string {
  return alerts.filter((alert) => alert.startsWith('TapeDriveUnreachable')).join()
}

/** When something changed, and to what. */
function changes(seen: readonly Seen[], what: (one: Seen) => string): [number, string][] {
  const told = seen.map((one): [number, string] => [one.at, what(one)])
  return told.filter(([, text], index) => text !== told[index - 1]?.[1])
}

/** When a device was sent requests, in seconds since the start, each once. */
function timesOf(bus: RecordedBus, device: string, from: number, to: number): number[] {
  const times = bus.sent.filter((one) => one.device === device).map(({ at }) => at)
  return distinct(times).filter((at) => at >= from && at < to)
}

/** Beats from one on, up to when the drive recovers, at which a device was not asked. */
function missedBeats(bus: RecordedBus, device: string, from: number): number[] {
  const asked = new Set(timesOf(bus, device, from, RECOVERS_AT))
  const beats = Array.from({ length: (ANSWERS_AT - from) / BEAT }, (_, beat) => from + beat * BEAT)
  return beats.filter((beat) => !asked.has(beat))
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}

/** Watches the appliance from a minute before the drive hangs until after it has recovered. */
async function watch(
  t: { teardown: (over: () => void) => void },
  { oneAdapter, slotFreedAt }: { oneAdapter: boolean; slotFreedAt: number | null },
): Promise<{ bus: RecordedBus; seen: Seen[]; crowds: string[] }> {
  const time = SimulatedTime.begin(t, new Date('2026-11-20T21:00:00Z'))
  const replay = openRecording(RECORDING)
  const bus = new RecordedBus(replay, { oneSlot: oneAdapter, seconds: () => time.at })
  const machine = new LinuxHost({
    native: bus,
    sysfs: recordedSysfs(replay, oneAdapter),
    now: time.now,
  })
  const crowds: string[] = []
  bus.onRequest = () => {
    const others = bus.outstanding().filter((device) => !stuckOn(machine).includes(device))
    if (oneAdapter && others.length > 1) crowds.push(`${others.join()} at ${time.at}`)
  }
  const host: Host = hostOf(replay, machine)
  const appliance = openAppliance(host, time.now)
  const { loop, monitor } = appliance
  const failures = new ObjectFailures()
  const seen: Seen[] = []
  void loop.start()
  monitor.start()
  await time.settle()
  while (time.at < END) {
    await time.pass(BEAT / 2)
    if (time.at === HANGS_AT) bus.hang(HUNG)
    if (time.at === slotFreedAt) bus.freeSlot()
    if (time.at === RECOVERS_AT) bus.recover()
    if (time.at % BEAT === 0) continue
    await time.settle()
    const snapshot = monitor.snapshot()
    failures.observe(snapshot)
    const failing = failures.since('drives', ALERT.split('=')[1] ?? '')
    seen.push({
      at: time.at,
      snapshot,
      stuck: stuckOn(machine),
      failingSince: failing && time.secondsAt(failing),
      alerts: appliance.alerts().map(alertText),
    })
  }
  loop.stop()
  await monitor.stop()
  return { bus, seen, crowds }
}

/** The devices whose calls never came back. */
function stuckOn(machine: LinuxHost): string[] {
  return machine.stuck().map(({ what }) => what.split(' ')[1] ?? '')
}

/** Files and commands of the recording; SCSI is asked as on a machine. */
function hostOf(replay: ReplayHost, machine: LinuxHost): Host {
  return {
    run: (argv, options) => replay.run(argv, options),
    readText: (path) => replay.readText(path),
    readBytes: (path) => replay.readBytes(path),
    list: (path) => replay.list(path),
    exists: (path) => replay.exists(path),
    realpath: (path) => replay.realpath(path),
    stat: (path) => replay.stat(path),
    statfs: (path) => replay.statfs(path),
    scsi: (device, cdb, options) => machine.scsi(device, cdb, options),
  }
}

/** /sys of the recording, in which each device can be given an adapter of its own. */
function recordedSysfs({ recording }: ReplayHost, oneAdapter: boolean): Sysfs {
  const find = (path: string) => {
    try {
      return findPlace(recording, path)
    } catch {
      return null
    }
  }
  return {
    realpath(path) {
      const place = find(path)?.path ?? null
      const adapter = `host1${/sg(\d+)/.exec(path)?.[1] ?? ''}`
      return oneAdapter || place === null ? place : place.replace(/host13(?=\/)/, adapter)
    },
    text: (path) => find(path)?.file?.content ?? null,
  }
}
