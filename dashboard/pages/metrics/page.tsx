import type { PageProps } from '../../shell/pages.ts'
import { linkTo, place } from '../../shell/router.ts'
import { PageHead } from '../../ui/panel.tsx'
import { SubPages } from '../../ui/sub-pages.tsx'
import { isElsewhere } from '../../wire/scope.ts'
import { words } from '../../words/index.ts'
import { Charts } from './charts.tsx'
import './metrics.css'
import { Raw } from './raw.tsx'

const texts = words.metrics.tabs

/** Any number over any time, and the text that Prometheus reads. */
export default function MetricsPage({ rest: [tab] }: PageProps) {
  const { series, last, from, to } = place.value.query
  const raw = tab === 'raw'
  const head = <PageHead title={words.navigation.metrics} />
  // The text is that of the daemon's own /metrics.
  if (isElsewhere()) {
    return (
      <>
        {head}
        <Charts />
      </>
    )
  }
  return (
    <>
      {head}
      <SubPages
        label={texts.label}
        current={raw ? 'raw' : 'chart'}
        pages={[
          {
            id: 'chart',
            text: texts.chart,
            link: linkTo('metrics', [], { series, last, from, to }),
          },
          { id: 'raw', text: texts.raw, link: linkTo('metrics', ['raw']) },
        ]}
      />
      {raw ? <Raw /> : <Charts />}
    </>
  )
}
