import type { SecretAge } from '../../auth/secret-ages.ts'
import { countText, listText } from '../../rules/words.ts'
import type { CertificateState } from '../../tls/server-certificate.ts'
import type { InventoryChange, WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import {
  gapLines,
  gapSeverity,
  gravestOf,
  said,
  sectionOf,
  tableOf,
  valueIn,
  type Clock,
} from '../words.ts'

const DAY_SECONDS = 86_400
/** A certificate that ends sooner is told of: somebody has to see whether it is renewed by itself. */
const SOON_DAYS = 45
const VERY_SOON_DAYS = 21

const FAULTS: Readonly<Record<SecretAge['faults'][number], string>> = {
  no_expiry: 'without an end',
  old: 'old',
  never_changed: 'never changed',
  expired: 'over, and still there',
}

/** Secrets that ought to be replaced; names are for those who may know of users. Pure. */
export function secretSection(
  { secrets }: WeeklyFacts,
  clock: Clock,
  { named }: { named: boolean },
): ReportSection[] {
  const faulty = (valueIn(secrets) ?? []).filter(({ faults }) => faults.length > 0)
  const rows = faulty.map(({ kind, name, username, since, ageDays, faults }) => [
    said(kind === 'api_token' ? `API token ${name} of ${username}` : `password of ${name}`),
    `${clock.day(since)} (${countText(ageDays, 'day')})`,
    faults.map((fault) => FAULTS[fault]).join(', '),
  ])
  return sectionOf(
    'Secrets',
    gravestOf([faulty.length > 0 ? 'info' : null, gapSeverity([secrets])]),
    [
      faulty.length === 0
        ? null
        : `${countText(faulty.length, 'API token or password', 'API tokens and passwords')} to replace or revoke.`,
      ...gapLines({ Secrets: secrets }),
    ],
    [tableOf(['What', 'Since', 'Why'], named ? rows : [])],
  )
}

/** Certificates that end soon; nothing of others. Pure. */
export function certificateSection({ certificates }: WeeklyFacts, clock: Clock): ReportSection[] {
  const soon = (valueIn(certificates) ?? []).filter(
    ({ remainingSeconds, error }) => remainingSeconds < SOON_DAYS * DAY_SECONDS || error !== null,
  )
  return sectionOf(
    'Certificates',
    gravestOf([...soon.map(severityOf), gapSeverity([certificates])]),
    gapLines({ Certificates: certificates }),
    [
      tableOf(
        ['Certificate', 'Ends', 'Why another one is not used'],
        soon.map(({ name, place, notAfter, remainingSeconds, error }) => [
          said(`${name}: ${place}`),
          `${clock.time(notAfter)} (${daysText(remainingSeconds)})`,
          said(error ?? '', 300),
        ]),
      ),
    ],
  )
}

function severityOf({ remainingSeconds, error }: CertificateState) {
  if (remainingSeconds <= 0) return 'critical'
  return error !== null || remainingSeconds < VERY_SOON_DAYS * DAY_SECONDS ? 'warning' : 'info'
}

function daysText(seconds: number): string {
  if (seconds <= 0) return 'it has ended'
  return `in ${countText(Math.floor(seconds / DAY_SECONDS), 'day')}`
}

/** What is new, and what is gone. Pure. */
export function inventorySection({ inventory }: WeeklyFacts, clock: Clock): ReportSection[] {
  const changes = valueIn(inventory) ?? []
  const gone = changes.filter(({ change }) => change === 'gone')
  const fresh = changes.filter(({ change }) => change === 'new')
  return sectionOf(
    'Changes of the inventory',
    gravestOf([gone.length > 0 ? 'warning' : null, gapSeverity([inventory])]),
    [
      fresh.length === 0 ? null : `New: ${listText(fresh.map(nameOf), LISTED)}.`,
      ...gapLines({ 'The inventory': inventory }),
    ],
    [
      tableOf(
        ['Gone', 'Since'],
        gone.map((change) => [nameOf(change), clock.time(change.at)]),
      ),
    ],
  )
}

const LISTED = 10

function nameOf({ kind, name, virtual }: InventoryChange): string {
  return said(`${virtual ? 'virtual ' : ''}${kind} ${name}`)
}
