import { useMemo } from 'preact/hooks'
import { useLoaded } from '../../live/resource.ts'
import { place } from '../../shell/router.ts'
import { FilterSearch } from '../../ui/filters.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Blank, Notice, Shown } from '../../ui/states.tsx'
import { askText } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { lineCount, linesWith } from './exposition.ts'

const texts = words.metrics.raw
/** More lines make the page slow, and nobody reads them. */
const MOST = 2000

/** The text that Prometheus reads, as it is now. */
export function Raw() {
  const text = useLoaded(
    (signal) => askText('GET /monitoring/metrics/prometheus', {}, signal),
    [],
    ['metrics'],
  )
  return (
    <>
      <div class="filters">
        <FilterSearch label={texts.filter} />
        <a
          class="button"
          href="/api/v1/monitoring/metrics/prometheus"
          target="_blank"
          rel="noreferrer"
        >
          {texts.open} <Icon name="external" />
        </a>
      </div>
      <Shown of={text}>{(value) => <Lines text={value} />}</Shown>
    </>
  )
}

function Lines({ text }: { text: string }) {
  const sought = place.value.query.q ?? ''
  const lines = useMemo(() => linesWith(text, sought), [text, sought])
  if (lines.length === 0) return <Blank icon="search" title={texts.none} />
  return (
    <>
      <p class="quiet">{texts.lines(lines.length, lineCount(text))}</p>
      <pre class="exposition" tabIndex={0} aria-label={words.metrics.tabs.raw}>
        {lines.slice(0, MOST).map((line, index) => (
          <code key={index} class={line.startsWith('#') ? 'quiet' : ''}>
            {`${line}\n`}
          </code>
        ))}
      </pre>
      {lines.length > MOST && <Notice>{texts.more(lines.length - MOST)}</Notice>}
    </>
  )
}
