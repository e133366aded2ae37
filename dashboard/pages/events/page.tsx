import type { PageProps } from '../../shell/pages.ts'
import { EventPage } from './event.tsx'
import './events.css'
import { EventList } from './list.tsx'

/** Stored events, or the one that the address names. */
export default function EventsPage({ rest: [id] }: PageProps) {
  return id === undefined ? <EventList /> : <EventPage key={id} id={id} />
}
