import type { FunctionComponent } from 'preact'
import { words } from '../words/index.ts'

/** What a page is given: the further parts of its address. */
export interface PageProps {
  rest: readonly string[]
}

/** A page, as the menu and the address know it. */
export interface Page {
  id: keyof typeof words.navigation
  /** Null is not in the menu. */
  group: keyof typeof words.shell.groups | null
  /** Who may not is not shown it. */
  needs: string
  /**
   * Of a daemon of a fleet: `all` shows what there is of all appliances or of one that is chosen, `one` of one at a
   * time, `fleet` is there only of a fleet. The others show the daemon's own.
   */
  whose?: 'all' | 'one' | 'fleet'
  load: () => Promise<{ default: FunctionComponent<PageProps> }>
}

const READ = 'monitoring:read'
const USERS = 'users:manage'

/** All pages in the order of the menu. */
export const pages: readonly Page[] = [
  {
    ...{ id: 'overview', group: 'now', needs: READ, whose: 'one' },
    load: () => import('../pages/overview/page.tsx'),
  },
  {
    ...{ id: 'fleet', group: 'now', needs: READ, whose: 'fleet' },
    load: () => import('../pages/fleet/page.tsx'),
  },
  {
    ...{ id: 'alerts', group: 'now', needs: READ, whose: 'all' },
    load: () => import('../pages/alerts/page.tsx'),
  },
  { id: 'incidents', group: 'now', needs: READ, load: () => import('../pages/incidents/page.tsx') },
  {
    ...{ id: 'events', group: 'now', needs: READ, whose: 'all' },
    load: () => import('../pages/events/page.tsx'),
  },
  {
    ...{ id: 'libraries', group: 'tape', needs: READ, whose: 'all' },
    load: () => import('../pages/libraries/page.tsx'),
  },
  {
    ...{ id: 'drives', group: 'tape', needs: READ, whose: 'all' },
    load: () => import('../pages/drives/page.tsx'),
  },
  {
    ...{ id: 'cartridges', group: 'tape', needs: READ, whose: 'all' },
    load: () => import('../pages/cartridges/page.tsx'),
  },
  {
    ...{ id: 'vtl', group: 'tape', needs: READ, whose: 'one' },
    load: () => import('../pages/vtl/page.tsx'),
  },
  {
    ...{ id: 'scst', group: 'storage', needs: READ, whose: 'one' },
    load: () => import('../pages/scst/page.tsx'),
  },
  {
    ...{ id: 'storage', group: 'storage', needs: READ, whose: 'one' },
    load: () => import('../pages/storage/page.tsx'),
  },
  {
    ...{ id: 'tasks', group: 'work', needs: READ, whose: 'one' },
    load: () => import('../pages/tasks/page.tsx'),
  },
  {
    id: 'consistency',
    group: 'work',
    needs: READ,
    load: () => import('../pages/consistency/page.tsx'),
  },
  {
    id: 'operations',
    group: 'work',
    needs: READ,
    load: () => import('../pages/operations/page.tsx'),
  },
  { id: 'health', group: 'daemon', needs: READ, load: () => import('../pages/health/page.tsx') },
  {
    ...{ id: 'metrics', group: 'daemon', needs: READ, whose: 'all' },
    load: () => import('../pages/metrics/page.tsx'),
  },
  { id: 'rules', group: 'rules', needs: READ, load: () => import('../pages/rules/page.tsx') },
  { id: 'silences', group: 'rules', needs: READ, load: () => import('../pages/silences/page.tsx') },
  { id: 'channels', group: 'rules', needs: READ, load: () => import('../pages/channels/page.tsx') },
  { id: 'users', group: 'access', needs: USERS, load: () => import('../pages/users/page.tsx') },
  { id: 'account', group: null, needs: READ, load: () => import('../pages/account/page.tsx') },
  { id: 'audit', group: 'access', needs: USERS, load: () => import('../pages/audit/page.tsx') },
  {
    id: 'settings',
    group: 'access',
    needs: 'config:write',
    load: () => import('../pages/settings/page.tsx'),
  },
]
