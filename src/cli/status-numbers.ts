import type { Answer } from './answer.ts'
import { duration } from './times.ts'
import { bytes, ofTotal, percent, shown } from './words.ts'

/** The snapshot of numbers as a person wants to hear it. */
export function numbersInWords(numbers: Answer): [string, string][] {
  const of = (section: string) => {
    const values = numbers.object(section)
    return (name: string): number | null => values?.number(name) ?? null
  }
  const system = of('system')
  const storage = of('storage')
  const scst = of('scst')
  const tape = of('tape')
  const vtl = of('vtl')
  const tasks = of('tasks')
  const list = (...parts: string[]) => parts.join(', ')
  return [
    [
      'system',
      list(
        `processors ${percent(system('cpu_usage_percent'))}`,
        `memory ${percent(system('memory_usage_percent'))}`,
        `disk ${percent(system('disk_usage_percent'))}`,
        `up ${duration(system('uptime_seconds'))}`,
      ),
    ],
    [
      'storage',
      list(
        `repositories ${shown(storage('total_repositories'))}`,
        `used ${percent(storage('usage_percent'))}`,
        `free ${bytes(storage('available_bytes'))}`,
      ),
    ],
    [
      'scst',
      list(
        `targets ${ofTotal(scst('active_targets'), scst('total_targets'))} active`,
        `LUNs ${shown(scst('total_luns'))}`,
        `sessions ${shown(scst('total_sessions'))}`,
        `initiators ${ofTotal(scst('connected_initiators'), scst('total_initiators'))} connected`,
      ),
    ],
    [
      'tape',
      list(
        `libraries ${shown(tape('total_libraries'))}`,
        `drives ${shown(tape('total_drives'))}`,
        `slots ${ofTotal(tape('occupied_slots'), tape('total_slots'))} full`,
      ),
    ],
    [
      'vtl',
      list(
        `libraries ${shown(vtl('total_libraries'))}`,
        `drives ${ofTotal(vtl('active_drives'), vtl('total_drives'))} active`,
        `tapes ${shown(vtl('total_tapes'))}`,
        `slots ${ofTotal(vtl('occupied_slots'), vtl('total_slots'))} full`,
      ),
    ],
    [
      'tasks',
      list(
        `running ${shown(tasks('running'))}`,
        `pending ${shown(tasks('pending'))}`,
        `failed ${shown(tasks('failed'))}`,
      ),
    ],
  ]
}
