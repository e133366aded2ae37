import { useResource } from '../../live/resource.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Time } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { Breakers } from './breakers.tsx'
import { Caches } from './caches.tsx'
import { Logging } from './logging.tsx'
import './operations.css'
import { Recent } from './recent.tsx'
import { Types } from './types.tsx'

const texts = words.operations

/** What the daemon does to the machine, how long it takes, and what fails. */
export default function OperationsPage() {
  const summary = useResource('GET /monitoring/operations', {}, ['metrics'])
  return (
    <>
      <PageHead title={words.navigation.operations} />
      <p class="quiet">{texts.intro}</p>
      <Shown of={summary}>
        {({ since, operations, caches, logging }) => (
          <>
            <Panel
              title={texts.types.title}
              aside={
                <span class="quiet">
                  {texts.since}, <Time at={since} />
                </span>
              }
            >
              <Types of={operations} />
            </Panel>
            <div class="two-columns">
              <Breakers />
              <Caches of={caches} />
              <Logging of={logging} known={operations} onDone={summary.refresh} />
            </div>
            <Recent types={operations.map(({ operation }) => operation)} />
          </>
        )}
      </Shown>
    </>
  )
}
