import fc from 'fast-check'
import type { Fault } from './changer-model.ts'
import { tapeBench } from './tape-tasks.ts'

/** A task that somebody asks for, and what happens around it. */
interface Asked {
  kind: string
  params: Record<string, unknown>
  /** What goes wrong, and at which of its steps. */
  fault: Fault | null
  faultAt: number
  /** A drive that a backup uses from before that step on; null for none. */
  usedDrive: number | null
  usedAt: number
  /** Whether the changer has EXCHANGE MEDIUM. */
  exchanges: boolean
}

const MEDIA = ['A00001L9', 'A00002L9', 'A00003L9', 'A00004L9', null, 'CLN001L1']
const DRIVES = 2
const tags = MEDIA.filter((tag) => tag !== null)

const which = fc.oneof(
  fc.constantFrom(...tags).map((cartridge) => ({ cartridge })),
  fc.integer({ min: 1, max: 8 }).map((slot) => ({ slot })),
)
const drive = fc.nat({ max: DRIVES - 1 }).map((number) => ({ drive: number }))
const to = fc.integer({ min: 1, max: 8 }).map((number) => ({ to: number }))
const batch = fc
  .uniqueArray(fc.constantFrom(...tags), { minLength: 1, maxLength: 3 })
  .map((cartridges) => ({ cartridges }))
const params = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Record<string, unknown>)
const one = (kind: string, of: fc.Arbitrary<Record<string, unknown>>) =>
  of.map((given) => ({ kind, params: given }))

const wanted = fc.oneof(
  one('tape_load', params(which, drive)),
  one('tape_unload', params(drive)),
  one('tape_unload', params(drive, to)),
  one('tape_transfer', params(which, to)),
  one('tape_exchange', params(which, drive)),
  one('tape_export', params(batch)),
  one('tape_import', params(fc.constant({}))),
  one('tape_clean', params(drive)),
  one('tape_eject', params(drive)),
  one('tape_inventory', params(fc.constant({}))),
)

const faults: readonly Fault[] = [
  ...(['busy', 'door-open', 'jammed', 'hung', 'not-permitted'] as const),
  ...(['dies-before', 'dies-after', 'fails-after'] as const),
]

/** Any tasks one after the other, with faults, crashes and backups at any step. */
export const walks: fc.Arbitrary<Asked[]> = fc.array(
  fc
    .tuple(
      wanted,
      fc.option(fc.constantFrom(...faults), { freq: 2 }),
      fc.nat({ max: 3 }),
      fc.option(fc.nat({ max: DRIVES - 1 }), { freq: 3 }),
      fc.nat({ max: 3 }),
      fc.boolean(),
    )
    .map(([task, fault, faultAt, usedDrive, usedAt, exchanges]) => {
      return { ...task, fault, faultAt, usedDrive, usedAt, exchanges }
    }),
  { minLength: 1, maxLength: 12 },
)

/** Carries out a walk, and throws when anything happened that must not. */
export async function walk(asked: readonly Asked[]): Promise<void> {
  const { model, run, bench, tracked } = tapeBench({ media: MEDIA, drives: DRIVES, storage: 6 })
  for (const { kind, params: given, fault, faultAt, usedDrive, usedAt, exchanges } of asked) {
    model.exchanges = exchanges
    const before = { moved: model.moved.length, tracked: tracked.length }
    bench.meanwhile = (_step, index) => {
      if (index === faultAt) model.fault = fault
      if (index === usedAt && usedDrive !== null) use(model.drives[usedDrive], 1)
    }
    const ran = await run(kind, given)
    // Whatever became of it, the daemon is started anew and everybody is done.
    bench.locked = false
    model.fault = null
    for (const each of model.drives) use(each, 0)
    const where = Object.keys(model.whereabouts())
    const full = model.slots.filter(({ medium }) => medium !== null).length
    const story = JSON.stringify({ kind, given, fault, faultAt, usedDrive, usedAt, ran })
    if (where.length !== tags.length) throw new Error(`a cartridge is lost: ${story}`)
    if (full !== tags.length) throw new Error(`a cartridge is in two places: ${story}`)
    if (model.violations.length > 0) throw new Error(`a drive in use was touched: ${story}`)
    const moves = model.moved.length - before.moved
    // Each move is one that was on record before, and each step moves once at most.
    if (moves > tracked.length - before.tracked) throw new Error(`not on record: ${story}`)
    if (moves > ran.begun) throw new Error(`a move was repeated: ${story}`)
    if (ran.error === null && ran.begun !== ran.steps.length) {
      throw new Error(`not all was done: ${story}`)
    }
  }
}

function use(drive: { busy: number } | undefined, busy: number): void {
  if (drive !== undefined) drive.busy = busy
}
