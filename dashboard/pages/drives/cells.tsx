import { now } from '../../live/clock.ts'
import { linkTo } from '../../shell/router.ts'
import { driveName } from '../../tape/names.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import type { Drive } from '../../wire/types.ts'
import { bytes, count, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { recentErrors } from './filtered.ts'

const texts = words.drives
const DAY_SECONDS = 24 * 3600

/** What was not recovered in the last day; where the daemon watches for less, for how long there was nothing. */
export function RecentErrors({ drive }: { drive: Drive }) {
  const errors = recentErrors(drive)
  if (errors === null) return <Value of={null} why={drive.health?.error} />
  if (errors.write + errors.read > 0) {
    return <Badge tone="critical">{texts.errors(errors.write, errors.read)}</Badge>
  }
  const since = drive.health?.watched_since ?? null
  if (since === null) return <>{texts.noErrors}</>
  const seconds = (now.value.getTime() - new Date(since).getTime()) / 1000
  if (seconds >= DAY_SECONDS) return <>{texts.noErrors}</>
  return <>{texts.noErrorsFor(duration(Math.max(0, seconds)) ?? '')}</>
}

/** How long the medium moved since the last cleaning, or how much was moved, as the drive counts it. */
export function SinceCleaning({ drive: { health } }: { drive: Drive }) {
  const hours = health?.lifetime.motion_hours_since_cleaning ?? null
  const size = health?.lifetime.bytes_since_cleaning ?? null
  return <Value of={hours === null ? bytes(size) : texts.hours(count(hours) ?? '')} />
}

/** How warm a drive is. */
export function Temperature({ drive: { health } }: { drive: Drive }) {
  const celsius = health?.temperature.celsius ?? null
  return <Value of={celsius === null ? null : texts.charts.celsius(count(celsius) ?? '')} />
}

/** The library a drive sits in, and where; unknown where a library does not tell which drives it has. */
export function PlaceName({ drive }: { drive: Drive }) {
  const { library, standalone } = drive
  if (library === null) return <Value of={standalone === true ? texts.standalone : null} />
  const at = `data-transfer/${library.element}`
  return (
    <a class="whole" href={linkTo('libraries', [library.serial], { at })}>
      {driveName(drive)}, {library.serial}
    </a>
  )
}
