import { flag, integer, section } from './leaf.ts'

const remedy = (description: string, coolDownSeconds: number, limit: number) =>
  section(description, {
    enabled: flag(false, { description: 'Whether it is done without being asked.' }),
    after_seconds: integer(
      60,
      { minimum: 0, maximum: 86_400 },
      { description: 'How long the alert has to last before.', unit: 'seconds' },
    ),
    cool_down_seconds: integer(
      coolDownSeconds,
      { minimum: 60, maximum: 604_800 },
      { description: 'From one time to the next at the same place.', unit: 'seconds' },
    ),
    limit_per_day: integer(
      limit,
      { minimum: 1, maximum: 100 },
      { description: 'How often at the same place within 24 hours.' },
    ),
  })

/** What the daemon does by itself about what it has found. */
export const healing = section(
  'What the daemon does by itself about an alert; nothing unless it is switched on.',
  {
    restart_vtl_daemon: remedy(
      'Restarts a daemon of mhvtl that is dead (`VtlDaemonDown`), with `vtl_restart_daemons`.',
      900,
      3,
    ),
    inventory_library: remedy(
      'Takes the inventory of a library whose door was open (`LibraryTapeAlert`, flag 16) once it is online, with `tape_inventory`.',
      3600,
      4,
    ),
    enable_target: remedy(
      'Enables a target of SCST that scst.conf enables (`ScstTargetDisabled`), with `scst_enable_target`.',
      900,
      3,
    ),
  },
)
