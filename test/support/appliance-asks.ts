import fc from 'fast-check'
import type { Fault } from './changer-model.ts'
import type { Death } from './life.ts'
import {
  DRIVE_HCTLS,
  INITIATORS,
  LIBRARY_HCTL,
  TAPES,
  TARGETS,
  VIRTUAL,
} from './managed-appliance.ts'

/** What somebody asks of an appliance, what happens to it, or a life of the daemon. */
export type Action =
  | { does: 'ask'; kind: string; params: Record<string, unknown> }
  | { does: 'trouble'; trouble: Trouble }
  | ({ does: 'live' } & Living)

/** A life of the daemon, and after which of its effects somebody cancels a task, or begins to use everything. */
export interface Living {
  death: Death | null
  cancelAt: number | null
  usedAt: number | null
}

/** What goes wrong until the next life is over. */
export type Trouble =
  | { on: 'tape'; fault: Fault }
  | { on: 'drive'; drive: number }
  | { on: 'scst'; at: number; how: 'fails' | 'lies' }
  | { on: 'vtl'; command: string }
  | { on: 'library' }
  | { on: 'login'; initiator: string }

const friend = fc.constantFrom(...INITIATORS.slice(0, 2))
const target = fc.constantFrom(...TARGETS)
const force = fc.boolean()
const slot = fc.integer({ min: 1, max: 8 })
const cartridge = fc.constantFrom(...TAPES)
const drive = fc.nat({ max: DRIVE_HCTLS.length - 1 })
const ask = (kind: string, params: fc.Arbitrary<Record<string, unknown>>) =>
  params.map((given): Action => ({ does: 'ask', kind, params: given }))
const library = fc.constant('LIB0001')
const of = <T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(parts) as fc.Arbitrary<Record<string, unknown>>

const tapeAsks = [
  ask('tape_load', of({ library, cartridge, drive })),
  ask('tape_unload', of({ library, drive })),
  ask('tape_transfer', of({ library, cartridge, to: slot })),
  ask('tape_exchange', of({ library, cartridge, drive })),
  ask('tape_clean', of({ library, drive })),
  ask('tape_export', of({ library, cartridges: cartridge.map((tag) => [tag]) })),
  ask('tape_import', of({ library })),
]
const named = { target, group: fc.constant('library') }
const scstAsks = [
  ask(
    'scst_export_library',
    of({
      ...{ target, changer: fc.constant(LIBRARY_HCTL), drives: fc.constant(DRIVE_HCTLS) },
      initiators: friend.map((one) => [one]),
    }),
  ),
  ask('scst_target_delete', of({ target, force })),
  ask('scst_target_change', of({ target, enabled: fc.boolean(), force })),
  ask('scst_initiator_create', of({ ...named, initiator: friend })),
  ask('scst_initiator_delete', of({ ...named, initiator: friend, force })),
  ask('scst_lun_delete', of({ ...named, lun: fc.nat({ max: 2 }), force })),
]
const virtual = fc.constant(VIRTUAL)
const vtlAsks = (media: readonly string[]) => {
  const barcodes = fc.uniqueArray(fc.constantFrom(...media), { minLength: 1, maxLength: 2 })
  return [
    ask(
      'vtl_add_media',
      of({ library: virtual, count: fc.constant(2), generation: fc.constant(8) }),
    ),
    ask('vtl_remove_media', of({ library: virtual, barcodes })),
    ask('vtl_retire', of({ library: virtual, barcodes })),
    ask('vtl_write_protect', of({ library: virtual, barcodes, on: fc.boolean() })),
    ask('vtl_restart_daemons', of({ library: virtual })),
    ask('vtl_offline', of({ library: virtual })),
    ask('vtl_online', of({ library: virtual })),
  ]
}
/** Of the virtual library of the recording. */
const MEDIA = ['E01001L8', 'E01002L8', 'E01003L8']

const troubles = fc
  .oneof(
    of({
      on: fc.constant('tape'),
      fault: fc.constantFrom<Fault>('busy', 'jammed', 'hung', 'fails-after'),
    }),
    of({ on: fc.constant('drive'), drive }),
    of({
      ...{ on: fc.constant('scst'), at: fc.integer({ min: 1, max: 12 }) },
      how: fc.constantFrom('fails', 'lies'),
    }),
    of({ on: fc.constant('vtl'), command: fc.constantFrom('mktape', 'systemctl', 'edit_tape') }),
    of({ on: fc.constant('library') }),
    of({ on: fc.constant('login'), initiator: fc.constantFrom(...INITIATORS) }),
  )
  .map((trouble): Action => ({ does: 'trouble', trouble: trouble as unknown as Trouble }))

const deaths = fc.oneof(
  fc.record({
    ...{ at: fc.integer({ min: 1, max: 25 }), of: fc.constant('transaction' as const) },
    done: fc.boolean(),
  }),
  fc.record({
    ...{ at: fc.integer({ min: 1, max: 9 }), of: fc.constant('effect' as const) },
    done: fc.boolean(),
  }),
)
const sometimes = fc.option(fc.integer({ min: 1, max: 6 }), { freq: 1 })
const lives = fc.record({
  ...{ does: fc.constant('live' as const), death: fc.option(deaths, { freq: 3 }) },
  ...{ cancelAt: sometimes, usedAt: sometimes },
})

/** Tasks of all subjects in any order, with faults, logins, cancellations and deaths of the daemon between them. */
export const applianceWalks: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    ...[{ weight: 3, arbitrary: fc.oneof(...tapeAsks) }],
    ...[{ weight: 4, arbitrary: fc.oneof(...scstAsks) }],
    ...[{ weight: 3, arbitrary: fc.oneof(...vtlAsks(MEDIA)) }],
    ...[
      { weight: 2, arbitrary: troubles },
      { weight: 4, arbitrary: lives },
    ],
  ),
  { minLength: 4, maxLength: 16 },
)
