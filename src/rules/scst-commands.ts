import type { ScstCommand, ScstCommands } from '../collectors/scst-commands.ts'
import type { Finding, Rule } from './rule.ts'
import { countText } from './words.ts'

/** Initiators give a command to a disk 30 to 60 s: from here on they are about to lose patience. */
const WARNING_SECONDS = 30
/** By now they have. */
const CRITICAL_SECONDS = 120

/** Commands that do not end move no counter; only their age tells. */
export const scstCommandStuck = stuck({
  alert: 'ScstCommandStuck',
  name: 'SCST command does not end',
  severity: 'warning',
  overSeconds: WARNING_SECONDS,
  description:
    'An initiator waits for a command that should take milliseconds. After 30 to 60 seconds it takes the device for ' +
    'broken, and its jobs and file systems with it.',
})

/** The same, when initiators have lost patience. */
export const scstCommandStuckCritical: Rule<'scst_commands'> = {
  ...stuck({
    alert: 'ScstCommandStuckCritical',
    name: 'SCST command does not end for minutes',
    severity: 'critical',
    overSeconds: CRITICAL_SECONDS,
    description:
      'The initiator has given the command up, or waits for good: jobs and file systems on this LUN fail or stand still.',
  }),
  inhibits: 'ScstCommandStuck',
}

function stuck(given: {
  alert: string
  name: string
  severity: 'warning' | 'critical'
  overSeconds: number
  description: string
}): Rule<'scst_commands'> {
  const { overSeconds, ...names } = given
  return {
    ...names,
    subject: 'scst_commands',
    source: 'scst',
    forSeconds: 60,
    action:
      'Look at what is behind the device: its disk, array, volume or drive, and the kernel log for errors and resets. ' +
      'If SCST waits for the initiator, look at the network between them. Do not restart SCST: it would wait for the ' +
      'same command.',

    check({ commands }) {
      const places = new Map<string, ScstCommand[]>()
      for (const command of commands ?? []) {
        // A rewind may take that long; what does not come back from a drive its own rules tell.
        if (command.takesLong || command.ageSeconds < overSeconds) continue
        const key = JSON.stringify(labelsOf(command))
        const others = places.get(key)
        if (others) others.push(command)
        else places.set(key, [command])
      }
      return [...places.values()].flatMap((stuck) => findingOf(stuck, overSeconds))
    },

    undecided({ commands, partlyListed }: ScstCommands) {
      if (commands === null) return [{}]
      return partlyListed.map(({ driver, target, initiator }) => ({ driver, target, initiator }))
    },
  }
}

function labelsOf({ driver, target, initiator, lun }: ScstCommand): Record<string, string> {
  return { driver, target, initiator, ...(lun !== null && { lun: String(lun) }) }
}

function findingOf(commands: readonly ScstCommand[], overSeconds: number): Finding[] {
  const [oldest] = [...commands].sort((one, other) => other.ageSeconds - one.ageSeconds)
  if (oldest === undefined) return []
  const { operation, state, initiator, target, lun, device, group, ageSeconds } = oldest
  const place = `${lun === null ? 'a LUN' : `LUN ${lun}`}${device === null ? '' : ` (${device})`}`
  const more = commands.length - 1
  return [
    {
      labels: labelsOf(oldest),
      ...(device !== null && { partOf: { device } }),
      message:
        `${operation} of ${initiator} to ${place} of the target ${target} has not ended for ` +
        `${ageText(ageSeconds)}: ${waitsFor(state)}${more === 0 ? '' : `, and ${othersText(more)}`}.`,
      evidence: {
        operation,
        state,
        device,
        group,
        oldest_command_seconds: ageSeconds,
        threshold_seconds: overSeconds,
        command_count: commands.length,
        source: '/sys/kernel/scst_tgt/trace_cmds',
      },
    },
  ]
}

function ageText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`
}

function othersText(count: number): string {
  return `${countText(count, 'other command')} there ${count === 1 ? 'waits' : 'wait'} too`
}

/** What the states are that a command can stay in (scst/include/scst_const.h). */
const WAITS: Readonly<Record<string, string>> = {
  LOCAL_EXEC: 'SCST waits for the device',
  REAL_EXEC: 'SCST waits for the device',
  EXEC_WAIT: 'SCST waits for the device',
  EXEC_CHECK_SN: 'it waits for commands before it',
  EXEC_CHECK_BLOCKING: 'SCST holds it back',
  PREPARE_SPACE: 'SCST waits for memory',
  RDY_TO_XFER: 'SCST waits for data of the initiator',
  DATA_WAIT: 'SCST waits for data of the initiator',
  XMIT_RESP: 'SCST waits for the initiator to take the answer',
  XMIT_WAIT: 'SCST waits for the initiator to take the answer',
}

function waitsFor(state: string): string {
  const words = WAITS[state]
  return words === undefined ? `it is in the state ${state}` : `${words} (${state})`
}
