import type { Numbers } from '../src/numbers.ts'
import { element, show, type Child } from './dom.ts'
import { bytes, count, duration, percent, UNKNOWN } from './format.ts'

/** Draws the live numbers, a card a subject. */
export function showNumbers(numbers: Numbers): void {
  const { system, storage, scst, tape, vtl, tasks, collectors } = numbers
  show(
    'numbers',
    card('System', [
      ['Processor', percent(system.cpu_usage_percent)],
      ['Load (1 min)', system.load1 === null ? UNKNOWN : system.load1.toFixed(2)],
      ['Memory', `${percent(system.memory_usage_percent)} of ${bytes(system.memory_total_bytes)}`],
      ['Root file system', percent(system.disk_usage_percent)],
      ['Up for', duration(system.uptime_seconds)],
    ]),
    card('Storage', [
      ['Disks', count(storage.total_disks)],
      ['Repositories', count(storage.total_repositories)],
      ['Used', `${percent(storage.usage_percent)} of ${bytes(storage.total_capacity_bytes)}`],
      ['Available', bytes(storage.available_bytes)],
    ]),
    card('SCST', [
      ['Targets enabled', `${count(scst.active_targets)} of ${count(scst.total_targets)}`],
      ['LUNs', count(scst.total_luns)],
      ['Devices', count(scst.total_devices)],
      ['Initiators', `${count(scst.connected_initiators)} of ${count(scst.total_initiators)}`],
      ['Sessions', count(scst.total_sessions)],
    ]),
    card('Tape libraries', [
      ['Libraries', count(tape.total_libraries)],
      ['Drives', count(tape.total_drives)],
      ['Slots occupied', `${count(tape.occupied_slots)} of ${count(tape.total_slots)}`],
      ['Import/export slots', count(tape.import_export_slots)],
    ]),
    card('Virtual libraries', [
      ['Libraries', count(vtl.total_libraries)],
      ['Drives working', `${count(vtl.active_drives)} of ${count(vtl.total_drives)}`],
      ['Drives loaded', count(vtl.loaded_tapes)],
      ['Slots occupied', `${count(vtl.occupied_slots)} of ${count(vtl.total_slots)}`],
      ['Cartridges', count(vtl.total_tapes)],
    ]),
    card('Tasks', [
      ['Running', count(tasks.running)],
      ['Waiting', count(tasks.pending)],
      ['Failed', count(tasks.failed)],
    ]),
    collectorsCard(collectors),
  )
}

function collectorsCard(collectors: Numbers['collectors']): HTMLElement {
  const all = Object.entries(collectors)
  const troubled = all.filter(([, { state }]) => state === 'failed' || state === 'partial')
  const rows: [string, Child][] = [
    ['Reading', count(all.filter(([, { state }]) => state === 'read').length)],
    ['Not on this machine', count(all.filter(([, { state }]) => state === 'absent').length)],
  ]
  for (const [name, { state, error }] of troubled) {
    rows.push([name, element('span', { class: 'critical', title: error }, state)])
  }
  return card('Collectors', rows)
}

function card(title: string, rows: readonly (readonly [string, Child])[]): HTMLElement {
  const list = element('dl')
  for (const [name, value] of rows) {
    const unknown = typeof value === 'string' && value.includes(UNKNOWN)
    list.append(element('dt', {}, name), element('dd', unknown ? { class: 'unknown' } : {}, value))
  }
  return element('div', { class: 'card' }, element('h3', {}, title), list)
}
