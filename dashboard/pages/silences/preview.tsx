import { firingAlerts } from '../../live/alerts.ts'
import { SeverityBadge } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { linesOf, matcherOf, wouldSilence } from './matching.ts'

const texts = words.silences.form.preview
const MOST = 5

/** What a silence would match of what fires now; the daemon decides by the same. */
export function Preview({ matchers, maintenance }: { matchers: string; maintenance: boolean }) {
  return (
    <div class="preview" role="status">
      <p class="hint">{texts.title}</p>
      <Matches lines={linesOf(matchers)} maintenance={maintenance} />
    </div>
  )
}

function Matches({ lines, maintenance }: { lines: readonly string[]; maintenance: boolean }) {
  const alerts = firingAlerts.value
  const read = lines.map((line) => [line, matcherOf(line)] as const)
  const unread = read.find(([, matcher]) => matcher === null)
  if (unread !== undefined) return <p>{texts.unread(unread[0])}</p>
  if (lines.length === 0 && !maintenance) return <p>{texts.empty}</p>
  if (alerts === null) return <p>{texts.unknown}</p>
  const matchers = read.flatMap(([, matcher]) => (matcher === null ? [] : [matcher]))
  const found = alerts.filter((alert) => wouldSilence({ matchers, maintenance }, alert))
  if (found.length === 0) return <p>{texts.none}</p>
  return (
    <>
      <p>
        <strong>{texts.count(found.length)}</strong>
      </p>
      <ul>
        {found.slice(0, MOST).map(({ id, severity, title, resource }) => (
          <li key={id}>
            <SeverityBadge severity={severity} /> {title} <small>{resource}</small>
          </li>
        ))}
      </ul>
      {found.length > MOST && <small>{texts.more(found.length - MOST)}</small>}
    </>
  )
}
