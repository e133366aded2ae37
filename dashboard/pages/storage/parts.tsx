import type { ComponentChildren } from 'preact'
import { now } from '../../live/clock.ts'
import { linkTo } from '../../shell/router.ts'
import { Badge, Meter, Time, Value, type Tone } from '../../ui/value.tsx'
import type { Disk, DiskArray, Filesystem, Unit, VolumeGroup } from '../../wire/types.ts'
import { dateTime, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import type { Forecast } from './data.ts'
import { secondsLeft, type Ref } from './relations.ts'

const texts = words.storage

/** A bar and its share; `null` is unknown. */
export function Usage({ of, label }: { of: number | null; label: string }) {
  return (
    <span class="usage">
      <Meter percent={of} label={label} />
      <Value of={percent(of)} />
    </span>
  )
}

/** When something is full, with the bounds where the pointer rests. */
export function Full({ of }: { of: Forecast | null }) {
  if (of === null) return <span class="quiet">{texts.forecast.noHistory}</span>
  const { state, used_up_at: at, earliest_at: from, latest_at: to, reason } = of
  switch (state) {
    case 'used_up':
      return <Badge tone="critical">{texts.forecast.usedUp}</Badge>
    case 'no_trend':
      return <span class="quiet">{texts.forecast.none}</span>
    case 'unknown':
      return <Value of={null} why={reason} />
    case 'depleting': {
      const range =
        from === null || to === null
          ? undefined
          : texts.forecast.and(dateTime(new Date(from)), dateTime(new Date(to)))
      return (
        <span title={range}>
          <Time at={at} />
        </span>
      )
    }
  }
}

/** Links to what something is part of, or what is on it. */
export function Refs({ of, none }: { of: readonly Ref[]; none: string }) {
  if (of.length === 0) return <span class="quiet">{none}</span>
  return (
    <span class="refs">
      {of.map(({ view, id, name }) => (
        <a key={`${view} ${id}`} href={linkTo('storage', [view, id])} title={texts.kinds[view]}>
          {name}
        </a>
      ))}
    </span>
  )
}

/** Whether a file system can be written. */
export function AccessBadge({ of }: { of: Filesystem }) {
  if (of.remounted_read_only) {
    return (
      <span title={texts.remountedText}>
        <Badge tone="critical">{texts.remounted}</Badge>
      </span>
    )
  }
  return of.read_only ? <Badge tone="quiet">{texts.readOnly}</Badge> : <>{texts.writable}</>
}

const smartTones: Readonly<Record<NonNullable<Disk['smart']>['state'], Tone>> = {
  passed: 'good',
  failing: 'critical',
  unsupported: 'quiet',
  asleep: 'quiet',
  unknown: 'unknown',
}

/** What a disk says of itself, in a word. */
export function SmartBadge({ of: { smart } }: { of: Disk }) {
  if (smart === null) return <span class="quiet">{texts.smart.none}</span>
  const { state, remarks } = smart
  return (
    <span title={[texts.smart.texts[state], ...remarks].join(' ')}>
      <Badge tone={smartTones[state]}>{texts.smart[state]}</Badge>
    </span>
  )
}

/** Whether an array has all its members. */
export function ArrayBadge({ of: { degraded, state } }: { of: DiskArray }) {
  if (state === 'inactive' || state === 'clear' || state === 'broken') {
    return <Badge tone="critical">{texts.arrays.inactive}</Badge>
  }
  if (degraded === null) return <Badge tone="quiet">{texts.arrays.noRedundancy}</Badge>
  return degraded > 0 ? (
    <Badge tone="critical">{texts.arrays.degraded(degraded)}</Badge>
  ) : (
    <Badge tone="good">{texts.arrays.well}</Badge>
  )
}

/** What an array does besides serving, and how far that is. */
export function Rebuild({ of }: { of: DiskArray }) {
  const { sync_action: action, sync_progress: progress } = of
  if (action === null || action === 'idle') return <span class="quiet">{words.common.none}</span>
  return (
    <span class="usage">
      <Badge tone="info">{actionOf(action)}</Badge>
      {progress !== null && <Progress of={of} />}
    </span>
  )
}

/** How far a rebuild or check is. */
export function Progress({ of: { name, sync_progress: progress } }: { of: DiskArray }) {
  const share = progress === null ? null : progress * 100
  const label = `${name}, ${texts.arrays.progress}`
  return (
    <span class="usage">
      <Meter percent={share} label={label} warnAt={101} criticalAt={101} />
      <Value of={percent(share)} />
    </span>
  )
}

/** What `sync_action` says, in words. */
export function actionOf(action: string): string {
  return texts.arrays.actions[action] ?? action
}

/** When a rebuild is expected to end. */
export function expectedEnd(of: DiskArray): ComponentChildren {
  const seconds = secondsLeft(of)
  if (seconds === null) return null
  return <Time at={new Date(now.value.getTime() + seconds * 1000).toISOString()} />
}

/** Whether a volume group has all its devices. */
export function GroupBadge({ of: { missing_physical_volumes: missing } }: { of: VolumeGroup }) {
  return missing > 0 ? (
    <Badge tone="critical">{texts.groups.missingCount(missing)}</Badge>
  ) : (
    <Badge tone="good">{texts.groups.whole}</Badge>
  )
}

/** How a unit of systemd is. */
export function UnitBadge({ of: { load, active, sub, expected } }: { of: Unit }) {
  if (active === 'failed') return <Badge tone="critical">{texts.services.failed}</Badge>
  if (load === 'not-found') return <Badge tone="quiet">{texts.services.notFound}</Badge>
  if (load === 'masked') return <Badge tone="quiet">{texts.services.masked}</Badge>
  const said = `${active} (${sub})`
  if (active === 'active') return <Badge tone="good">{said}</Badge>
  return <Badge tone={expected === null ? 'quiet' : 'warning'}>{said}</Badge>
}

/** A temperature with its unit. */
export function degrees(value: number | null): string | null {
  return value === null ? null : texts.disk.degrees(value)
}
