import type { PageProps } from '../../shell/pages.ts'
import './alerts.css'
import { AlertPage } from './alert.tsx'
import { AlertList } from './list.tsx'

/** The list of alerts, or the one that the address names. */
export default function AlertsPage({ rest: [id] }: PageProps) {
  return id === undefined ? <AlertList /> : <AlertPage key={id} id={id} />
}
