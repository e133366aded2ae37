import type { Column } from '../../ui/table.tsx'
import { Value } from '../../ui/value.tsx'
import { bytes } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Usage } from './parts.tsx'

/** What has space, as far as that is known. */
interface Spacious {
  mount_point: string
  usage: { used_percent: number | null; available_bytes: number } | null
  error: string | null
}

const columns = words.storage.columns

/** How full something is. */
export const usageColumn: Column<Spacious> = {
  id: 'usage',
  title: columns.usage,
  cell: ({ usage, mount_point: mount }) => <Usage of={usage?.used_percent ?? null} label={mount} />,
  sortBy: ({ usage }) => usage?.used_percent ?? null,
}

/** What can still be written to it. */
export const freeColumn: Column<Spacious> = {
  id: 'free',
  title: columns.free,
  numeric: true,
  cell: ({ usage, error }) => <Value of={bytes(usage?.available_bytes ?? null)} why={error} />,
  sortBy: ({ usage }) => usage?.available_bytes ?? null,
  wide: true,
}
