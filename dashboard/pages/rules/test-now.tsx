import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { placeName, type Trial } from './places.ts'

type Now = Trial['now']
type Place = Now['places'][number]

const texts = words.rules.test

const columns: readonly Column<Place>[] = [
  {
    id: 'place',
    title: texts.place,
    cell: ({ labels }) => placeName(labels),
    sortBy: ({ labels }) => placeName(labels),
  },
  {
    id: 'value',
    title: texts.value,
    numeric: true,
    cell: ({ value }) => (
      <Value of={value?.toLocaleString('en', { maximumSignificantDigits: 6 }) ?? null} />
    ),
    sortBy: ({ value }) => value,
  },
  {
    id: 'condition',
    title: texts.condition,
    cell: Condition,
    sortBy: ({ holds }) => (holds === null ? null : Number(holds)),
  },
]

function Condition({ holds }: Place) {
  if (holds === null) return <Value of={null} />
  return <Badge tone={holds ? 'warning' : 'good'}>{holds ? texts.true : texts.false}</Badge>
}

/** What a rule finds now. */
export function SaidNow({ now }: { now: Now }) {
  const { findings, findings_total: found, places, undecided, undecided_total: unsure } = now
  const anywhere = undecided.some((labels) => Object.keys(labels).length === 0)
  return (
    <section class="trial">
      <h3>{texts.now}</h3>
      {anywhere ? (
        <p class="unknown-text">{texts.anywhere}</p>
      ) : (
        <p>
          <strong>{texts.holds(found)}</strong> {unsure > 0 && texts.undecided(unsure)}
        </p>
      )}
      {findings.length > 0 && (
        <ul class="findings">
          {findings.slice(0, 20).map(({ labels, message }) => (
            <li key={JSON.stringify(labels)}>{message}</li>
          ))}
        </ul>
      )}
      {places.length > 0 && (
        <>
          <h3>
            {texts.places}{' '}
            {places.length < now.places_total && (
              <small>{texts.most(places.length, now.places_total)}</small>
            )}
          </h3>
          <Table
            label={texts.places}
            columns={columns}
            rows={places}
            idOf={({ labels }) => JSON.stringify(labels)}
          />
        </>
      )}
      {now.unread.length > 0 && (
        <details>
          <summary>
            {texts.unread} ({now.unread.length})
          </summary>
          <ul class="unread">
            {now.unread.map(({ metric, labels, error }) => (
              <li key={JSON.stringify([metric, labels])}>
                <code>{metric}</code> {placeName(labels)}: {error}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
