import { daemonVersion } from '../../live/stream.ts'
import type { PageProps } from '../../shell/pages.ts'
import { PageHead } from '../../ui/panel.tsx'
import { words } from '../../words/index.ts'
import { may } from '../../session/session.ts'
import { Backups } from './backups.tsx'
import { Breakers } from './breakers.tsx'
import { Components } from './components.tsx'
import { DatabasePanel } from './database.tsx'
import './health.css'
import { LogLevel } from './log.tsx'
import { ReadingPage } from './reading.tsx'
import { Readings } from './readings.tsx'

/** Is storwarden itself well, and does it see all there is; or one subject that is read. */
export default function HealthPage({ rest: [section, id] }: PageProps) {
  return section === 'readings' && id !== undefined ? <ReadingPage key={id} id={id} /> : <Whole />
}

function Whole() {
  return (
    <>
      <PageHead title={words.navigation.health}>
        <Version />
      </PageHead>
      <Components />
      <Readings />
      <div class="two-columns">
        <Breakers />
        {may('config:write') && <LogLevel />}
      </div>
      <DatabasePanel />
      <Backups />
    </>
  )
}

function Version() {
  const version = daemonVersion.value
  return version === null ? null : <span class="quiet">{words.health.version(version)}</span>
}
