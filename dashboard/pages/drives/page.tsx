import type { PageProps } from '../../shell/pages.ts'
import '../../tape/tape.css'
import './drives.css'
import { DrivePage } from './drive.tsx'
import { DriveList } from './list.tsx'

/** The drives, or the one that the address names. */
export default function DrivesPage({ rest: [id] }: PageProps) {
  return id === undefined ? <DriveList /> : <DrivePage key={id} id={id} />
}
