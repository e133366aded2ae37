import { dateTime, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { barsOf, unknownShare, type Bar, type Past, type PlaceBars } from './bars.ts'
import { placeName, shortPlaces } from './places.ts'

const texts = words.rules.test
/** More places are not drawn. */
const MOST = 40

/** When a rule would have fired. */
export function WouldHaveSaid({ past }: { past: Past }) {
  const { stored_since: stored, too_short: short, undecided_steps: undecided, since, until } = past
  const places = barsOf(past)
  const names = shortPlaces(places.map(({ labels }) => labels))
  const fired = places.reduce((sum, one) => sum + one.fired, 0)
  const firedAt = places.filter((one) => one.fired > 0).length
  return (
    <section class="trial">
      <h3>{texts.past}</h3>
      {stored === null ? (
        <p class="unknown-text">{texts.notStored}</p>
      ) : (
        <p>
          <strong>{fired === 0 ? texts.never : texts.fired(fired, firedAt)}</strong>{' '}
          {short > 0 && `${texts.tooShort(short)} `}
          {undecided > 0 && `${texts.undecidedSteps(undecided)} `}
          <small>
            {stored > since && `${texts.stored(dateTime(new Date(stored)))} `}
            {texts.step(duration(past.step_seconds) ?? '')}
          </small>
        </p>
      )}
      {places.length > 0 && (
        <>
          <ul class="trial-lines">
            {places.slice(0, MOST).map((place, index) => (
              <Line
                key={JSON.stringify(place.labels)}
                place={place}
                name={names[index] ?? ''}
                unknown={unknownShare(past)}
              />
            ))}
          </ul>
          <p class="trial-axis" aria-hidden="true">
            <span>{dateTime(new Date(since))}</span>
            <span>{dateTime(new Date(until))}</span>
          </p>
          <Legend />
          {places.length > MOST && <small>{texts.most(MOST, places.length)}</small>}
        </>
      )}
    </section>
  )
}

function Line({ place, name, unknown }: { place: PlaceBars; name: string; unknown: number }) {
  const firing = place.bars.filter(({ kind }) => kind === 'firing').map(barText)
  return (
    <li>
      <span class="trial-place" title={placeName(place.labels)}>
        {name}
      </span>
      <span
        class="trial-line"
        role="img"
        aria-label={texts.timeline(name, firing.length === 0 ? texts.never : firing.join('; '))}
      >
        {unknown > 0 && <i class="bar unknown" style={{ left: 0, width: `${unknown}%` }} />}
        {place.bars.map((bar) => (
          <i
            key={`${bar.kind} ${bar.from}`}
            class={`bar ${bar.kind}`}
            style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
            title={barText(bar)}
          />
        ))}
      </span>
    </li>
  )
}

function barText({ kind, from, to }: Bar): string {
  const end = to === null ? texts.lasts : dateTime(new Date(to))
  return texts.bar(texts.legend[kind], dateTime(new Date(from)), end)
}

function Legend() {
  return (
    <p class="trial-legend">
      {(['firing', 'pending', 'unknown'] as const).map((kind) => (
        <span key={kind}>
          <i class={`bar ${kind}`} aria-hidden="true" /> {texts.legend[kind]}
        </span>
      ))}
    </p>
  )
}
