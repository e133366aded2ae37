import { words } from '../../words/index.ts'
import { diffOf, type Difference } from './diff.ts'

const texts = words.audit
/** More are behind a click. */
const FEW = 4

interface ChangeProps {
  before: Readonly<Record<string, unknown>> | null
  after: Readonly<Record<string, unknown>> | null
}

/** What was changed, each with what it was and what it is. */
export function Change({ before, after }: ChangeProps) {
  const all = diffOf(before, after)
  if (all.length === 0) return <span class="quiet">{texts.noChange}</span>
  const rest = all.slice(FEW)
  return (
    <>
      <Differences of={all.slice(0, FEW)} />
      {rest.length > 0 && (
        <details>
          <summary>{texts.more(rest.length)}</summary>
          <Differences of={rest} />
        </details>
      )}
    </>
  )
}

function Differences({ of }: { of: readonly Difference[] }) {
  return (
    <ul class="differences">
      {of.map(({ path, before, after }) => (
        <li key={path}>
          <code>{path}</code> {before !== null && <del>{before}</del>}
          {before !== null && after !== null && <span aria-hidden="true"> → </span>}
          {after !== null && (before === null ? <span>{after}</span> : <ins>{after}</ins>)}
        </li>
      ))}
    </ul>
  )
}
