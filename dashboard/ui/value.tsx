import type { ComponentChildren } from 'preact'
import { now } from '../live/clock.ts'
import type { Severity } from '../wire/types.ts'
import { words } from '../words/index.ts'
import { ago, dateTime } from '../words/format.ts'
import { Icon } from './icon.tsx'

/** A value, or that it is not known: that looks like nothing else, and is never a zero. */
export function Value({ of, why }: { of: ComponentChildren; why?: string | null | undefined }) {
  if (of !== null && of !== undefined) return <>{of}</>
  return (
    <span class="unknown" title={why ?? undefined}>
      {words.common.unknown}
    </span>
  )
}

/** A time, as how long ago it was; exactly where the pointer rests. */
export function Time({ at, exact = false }: { at: string | null; exact?: boolean }) {
  if (at === null) return <Value of={null} />
  const date = new Date(at)
  const full = dateTime(date)
  return (
    <time dateTime={at} title={full}>
      {exact ? full : ago(date, now.value)}
    </time>
  )
}

/** How grave something is, as a word with a sign. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  return (
    <span class={`badge ${severity}`}>
      <Icon name={severity} />
      {words.common.severity[severity]}
    </span>
  )
}

/** How something is, in words of its own. */
export type Tone = 'good' | 'info' | 'warning' | 'critical' | 'unknown' | 'quiet'

/** A word with the colour and the sign of how it is. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      {tone !== 'quiet' && <Icon name={tone} />}
      {children}
    </span>
  )
}

/** The tone of a status of health. */
export function toneOf(status: 'up' | 'degraded' | 'down' | 'unknown'): Tone {
  return ({ up: 'good', degraded: 'warning', down: 'critical', unknown: 'unknown' } as const)[
    status
  ]
}

interface MeterProps {
  /** Of 100; null is unknown, and drawn as that. */
  percent: number | null
  label: string
  warnAt?: number
  criticalAt?: number
}

/** How full something is. */
export function Meter({ percent, label, warnAt = 80, criticalAt = 95 }: MeterProps) {
  if (percent === null) {
    return (
      <span
        class="meter meter-unknown"
        role="img"
        aria-label={`${label}: ${words.common.unknown}`}
      />
    )
  }
  const tone = percent >= criticalAt ? 'critical' : percent >= warnAt ? 'warning' : 'good'
  return (
    <span
      class={`meter ${tone}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <span style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
    </span>
  )
}

/** Names and what they are, one below the other. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value of={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
