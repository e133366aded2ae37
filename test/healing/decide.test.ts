import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import { decide, type Deciding, type PastAction } from '../../src/healing/decide.ts'
import { remedies } from '../../src/healing/remedies.ts'

const NOW = new Date('2026-05-06T12:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000)

function alertOf(changes: Partial<Alert> = {}): Alert {
  return {
    ...{ id: 'a1', fingerprint: 'f1', rule: 'VtlDaemonDown', resource: 'DRIVE1' },
    ...{ labels: { serial: 'DRIVE1' }, partOf: { library: 'LIB1' }, state: 'firing' },
    ...{ firedAt: ago(600), goneSince: null, acknowledgedAt: null, inhibitedBy: null },
    ...changes,
  } as Alert
}

function action(seconds: number, changes: Partial<PastAction> = {}): PastAction {
  return {
    ...{ id: `h${seconds}`, remedy: 'restart_vtl_daemon', fingerprint: 'f1', alertId: 'a1' },
    ...{ at: ago(seconds), taskId: `t${seconds}`, toldAt: ago(seconds - 1) },
    task: { state: 'completed', error: null },
    ...changes,
  }
}

const on = { enabled: true, afterSeconds: 60, coolDownSeconds: 900, limitPerDay: 3 }

function decided(changes: Partial<Deciding> = {}) {
  const decisions = decide({
    ...{ alerts: [alertOf()], actions: [], remedies, now: NOW },
    settings: { restart_vtl_daemon: on, inventory_library: on, enable_target: on },
    held: { silenced: new Map(), incidents: new Map() },
    appliance: { onlineLibraries: new Set(['LIB1']) },
    kinds: new Set(['vtl_restart_daemons', 'tape_inventory', 'scst_enable_target']),
    ...changes,
  })
  return decisions.map((decision) => {
    switch (decision.does) {
      case 'submit':
        return { [decision.remedy.kind]: decision.params, key: decision.key }
      case 'wait':
        return decision.reason
      case 'give-up':
        return { gaveUpAfter: decision.times }
      case 'tell':
        return decision.words
    }
  })
}

const SUBMIT = {
  vtl_restart_daemons: { library: 'LIB1', devices: ['DRIVE1'] },
  key: 'restart_vtl_daemon a1 1',
}

t.test('a dead daemon is restarted, of a drive as of a library', (t) => {
  t.strictSame(decided(), [SUBMIT])
  t.strictSame(decided({ alerts: [alertOf({ labels: { library: 'LIB1' }, partOf: {} })] }), [
    { ...SUBMIT, vtl_restart_daemons: { library: 'LIB1', devices: ['LIB1'] } },
  ])
  t.strictSame(decided({ alerts: [alertOf({ partOf: {} })] }), [
    'it is not known in which library the drive is',
  ])
  t.end()
})

t.test('nothing is done that is not switched on', (t) => {
  const off = { ...on, enabled: false }
  const settings = { restart_vtl_daemon: off, inventory_library: on, enable_target: on }
  t.strictSame(decided({ settings }), [])
  t.strictSame(decided({ alerts: [alertOf({ rule: 'Other' })] }), [])
  t.strictSame(decided({ kinds: new Set() }), ['there is no task vtl_restart_daemons'])
  t.end()
})

t.test('what somebody looks after is left to people', (t) => {
  const held = (changes: Partial<Deciding['held']>) =>
    decided({ held: { silenced: new Map(), incidents: new Map(), ...changes } })
  t.strictSame(held({ silenced: new Map([['a1', 's1']]) }), ['silence s1 mutes it'])
  t.strictSame(held({ incidents: new Map([['a1', 'i1']]) }), ['incident i1 is being looked into'])
  const of = (changes: Partial<Alert>) => decided({ alerts: [alertOf(changes)] })
  t.strictSame(of({ acknowledgedAt: NOW }), ['somebody has acknowledged it'])
  t.strictSame(of({ inhibitedBy: 'a2' }), ['another alert is its cause'])
  t.strictSame(of({ state: 'pending', firedAt: null }), ['it does not fire'])
  t.strictSame(of({ goneSince: NOW }), ['what it was about is over'])
  t.strictSame(of({ firedAt: ago(59) }), ['it is new'])
  t.end()
})

t.test('it cools down, and is done so often a day and no more', (t) => {
  const after = (...actions: PastAction[]) => decided({ actions })
  t.strictSame(after(action(899)), ['it was done a while ago'])
  t.strictSame(after(action(900)), [{ ...SUBMIT, key: 'restart_vtl_daemon a1 2' }])
  t.strictSame(after(action(900, { alertId: 'a0' })), [SUBMIT], 'of an alert before')
  t.strictSame(after(action(100, { fingerprint: 'f2', alertId: 'a2' })), [SUBMIT], 'elsewhere')
  const three = [action(80_000), action(50_000), action(1000)]
  t.strictSame(after(...three), [{ gaveUpAfter: 3 }])
  const told = action(500, { taskId: null, task: null })
  t.strictSame(after(...three, told), ['it was done as often as a day permits'])
  t.strictSame(after(action(86_400), ...three.slice(1)), [
    { ...SUBMIT, key: 'restart_vtl_daemon a1 4' },
  ])
  const running = action(5000, { task: { state: 'running', error: null }, toldAt: null })
  t.strictSame(after(running), ['task t5000 is under way'])
  t.end()
})

t.test('how it ended is told once', (t) => {
  const ended = (state: string, error: string | null = null) =>
    decided({ actions: [action(10, { toldAt: null, task: { state, error } })] })
  const cooling = 'it was done a while ago'
  t.strictSame(ended('completed'), ['restart_vtl_daemon: done', cooling])
  t.strictSame(ended('failed', 'a lock'), ['restart_vtl_daemon: failed: a lock', cooling])
  t.strictSame(ended('cancelled'), ['restart_vtl_daemon: cancelled', cooling])
  t.strictSame(decided({ actions: [action(10, { toldAt: null, task: null })] }), [cooling])
  t.end()
})

t.test('an inventory is taken once for a door, when the library is online', (t) => {
  const door = alertOf({
    ...{ rule: 'LibraryTapeAlert', labels: { library: 'LIB1', flag: '16' }, partOf: {} },
  })
  const of = (changes: Partial<Deciding> = {}) => decided({ alerts: [door], ...changes })
  const key = 'inventory_library a1 1'
  t.strictSame(of(), [{ tape_inventory: { library: 'LIB1' }, key }])
  t.strictSame(of({ appliance: { onlineLibraries: new Set() } }), ['the library is not online yet'])
  const before = action(80_000, { remedy: 'inventory_library' })
  t.strictSame(of({ actions: [before] }), [])
  t.strictSame(of({ alerts: [{ ...door, labels: { library: 'LIB1', flag: '17' } }] }), [])
  const target = { driver: 'iscsi', target: 'iqn.x' }
  t.strictSame(of({ alerts: [{ ...door, rule: 'ScstTargetDisabled', labels: target }] }), [
    { scst_enable_target: target, key: 'enable_target a1 1' },
  ])
  t.end()
})
