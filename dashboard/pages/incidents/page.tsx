import type { PageProps } from '../../shell/pages.ts'
import { IncidentPage } from './incident.tsx'
import './incidents.css'
import { IncidentList } from './list.tsx'
import './timeline.css'

/** The incidents, or the one that the address names. */
export default function IncidentsPage({ rest: [id] }: PageProps) {
  return id === undefined ? <IncidentList /> : <IncidentPage key={id} id={id} />
}
