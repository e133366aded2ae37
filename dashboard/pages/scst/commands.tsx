import { Badge, Value } from '../../ui/value.tsx'
import type { Session } from '../../wire/types.ts'
import { count, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { oldestOf, type Commands } from './oldest.ts'

const texts = words.scst.commands

/** From here on initiators are about to give a command up; the rule ScstCommandStuck warns there. */
const OLD_SECONDS = 30

interface OldestProps {
  of: Commands
  /** With where it waits and at which LUN. */
  long?: boolean
}

/** The oldest command under way, that there is none, or that it is not known. */
export function Oldest({ of, long = false }: OldestProps) {
  const { oldest_command: oldest, commands_complete: complete } = of
  if (oldest === null) {
    return complete ? <>{words.common.none}</> : <Value of={null} why={texts.cut} />
  }
  const { age_seconds: age, operation, state, lun, device, takes_long: takesLong } = oldest
  const said = texts.oldest(operation, ageOf(age), complete)
  const tone = age >= OLD_SECONDS && !takesLong ? 'warning' : null
  return (
    <span title={complete ? undefined : texts.cut}>
      {tone === null ? said : <Badge tone={tone}>{said}</Badge>}
      {long && (
        <>
          {' '}
          <small>
            {[
              ...(lun === null ? [] : [texts.lun(lun)]),
              ...(device === null ? [] : [device]),
              texts.waits[state] ?? state,
              ...(takesLong ? [texts.takesLong] : []),
            ].join(', ')}
          </small>
        </>
      )}
    </span>
  )
}

/** The oldest command of many sessions. */
export function OldestOfAll({ sessions }: { sessions: readonly Session[] }) {
  return <Oldest of={oldestOf(sessions)} />
}

/** Whole seconds, rounded down: a command that began just now is no 0 ms old. */
function ageOf(seconds: number): string {
  return seconds < 1 ? texts.justNow : (duration(seconds) ?? '')
}

/** How long commands take in a direction, that this is not measured, or that it is not known. */
export function Latency({ of, direction }: { of: Session; direction: 'read' | 'write' }) {
  const { latency, latency_measured: measured } = of
  if (measured === false) return <>{texts.notMeasured}</>
  if (latency === null) return <Value of={null} />
  const one = latency[direction]
  if (one === null) return <>{texts.noCommands}</>
  const longest = texts.longest(
    milliseconds(one.longest_state_seconds),
    texts.waits[one.longest_state] ?? one.longest_state,
  )
  return (
    <>
      {texts.mean(milliseconds(one.mean_seconds))}{' '}
      <small>
        {longest}, {texts.over(count(one.commands) ?? '')}
      </small>
    </>
  )
}

/** `0.42 ms`, `12 ms`, `1.3 s`. */
function milliseconds(seconds: number): string {
  const [value, unit] = seconds < 1 ? [seconds * 1000, 'ms'] : [seconds, 's']
  return `${value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0)} ${unit}`
}
