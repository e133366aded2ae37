import { flag, integer, list, number, section } from './leaf.ts'

/** What becomes of incidents by itself. */
export const incidents = section('What becomes of incidents by itself.', {
  open_for_critical: flag(false, {
    description:
      'Whether an incident opens for a critical alert that fires. One that flaps, or that another alert or a ' +
      'silence mutes, opens none.',
  }),
  group_by: list(['library', 'target'], {
    description:
      'Alerts that agree in one of these labels, the first that they have, belong to one incident; those that have ' +
      'none of them, when they are of the same source, such as `storage`.',
  }),
  window_seconds: number(
    3600,
    { minimum: 60, maximum: 604_800 },
    {
      description:
        'So long before and after a critical alert other alerts of its place belong to its incident; and ' +
        'within it no more than ten incidents open by themselves: what comes then belongs to the last of them.',
      unit: 'seconds',
    },
  ),
  resolve_when_over_seconds: number(
    0,
    { minimum: 0, maximum: 2_592_000 },
    {
      description:
        'An incident is resolved when all its alerts have been over for so long; 0 only suggests it.',
      unit: 'seconds',
    },
  ),
  archive_after_days: integer(
    90,
    { minimum: 1, maximum: 36_500 },
    {
      description:
        'An incident that was closed for so long is archived: it is kept, and listed only when asked for.',
      unit: 'days',
    },
  ),
})
