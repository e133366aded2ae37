import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../src/db/database.ts'
import type { MediumMove } from '../../src/host/medium-moves.ts'
import { vtlUnit } from '../../src/host/vtl-commands.ts'
import type { TaskKind } from '../../src/tasks/kind.ts'
import { vtlOffline, vtlOnline, vtlRestartDaemons } from '../../src/tasks/kinds/vtl/devices.ts'
import type { VtlMachine } from '../../src/tasks/kinds/vtl/machine.ts'
import {
  vtlAddMedia,
  vtlRemoveMedia,
  vtlRetire,
  vtlWriteProtect,
} from '../../src/tasks/kinds/vtl/media.ts'
import { parseLibraryContents, tagsIn } from '../../src/vtl/library-contents.ts'
import type { Teardown } from './database.ts'
import type { Life } from './life.ts'
import { MhvtlModel } from './mhvtl-model.ts'
import { ScstModel } from './scst-model/model.ts'
import { enabledEarly, inUse, logIn, lookers, sessionsWith } from './scst-model/uses.ts'
import { ManagedMachine } from './scst-model/setting.ts'
import { tapeBench } from './tape-tasks.ts'

/** Barcodes of the tape library. */
export const TAPES = ['A00001L9', 'A00002L9', 'CLN001L1', 'A00003L9']
/** The virtual library. */
export const VIRTUAL = 'XYZZY_A'
/** Names of targets; the tape library is exported by the first to the first initiator. */
export const TARGETS = ['iqn.t:1', 'iqn.t:2']
/** H:C:I:L of the tape library and of its drives, as the model has them. */
export const LIBRARY_HCTL = '5:0:9:0'
export const DRIVE_HCTLS = ['5:0:0:0', '5:0:1:0']
/** Initiators that may ask, of which one is never let in. */
export const INITIATORS = ['iqn.i:one', 'iqn.i:two', 'iqn.z:stranger']

type Subject = 'tape' | 'scst' | 'vtl'

/**
 * A tape library, SCST that exports it and a virtual library, with all kinds of tasks that change them. Whatever is
 * done to any of them is looked at, and what must not be is kept in `faults`.
 */
export class ManagedAppliance {
  readonly faults: string[] = []
  /** The last of its cartridges is in the mail slot. */
  readonly tape = tapeBench({
    ...{ drives: DRIVE_HCTLS.length, storage: 6 },
    media: [...TAPES.slice(0, -1), null, null, null, ...TAPES.slice(-1)],
  })
  readonly scst: ManagedMachine
  readonly vtl: MhvtlModel
  readonly kinds: readonly TaskKind[]
  /** Initiators that a task was asked to let in, by target. */
  readonly letIn = new Set<string>()
  /** Virtual media that a task was asked to delete, or to take out. */
  readonly deleted = new Set<string>()
  readonly takenOut = new Set<string>()
  /** Virtual media that there were at first. */
  readonly media: readonly string[]
  /** Done after each effect of a life, the n-th, while tasks go on. */
  meanwhile: (effects: number) => Promise<void> = () => Promise.resolve()
  readonly #database: Database
  readonly #underWay = new Set<Subject>()
  /** The task that changes SCST, and what those that are logged in had before it. */
  #changing: { id: string; forced: boolean; had: ReadonlySet<string> } | null = null
  #life: Life | null = null
  #effects = 0

  private constructor(t: Teardown, database: Database, scst: ManagedMachine) {
    this.#database = database
    this.scst = scst
    this.vtl = new MhvtlModel(t)
    this.media = Object.keys(this.vtl.holds(10) ?? {})
    this.letIn.add(`${TARGETS[0] ?? ''} ${INITIATORS[0] ?? ''}`)
    scst.around = (work) => this.#effect('scst', work)
    scst.model.onWritten = () => {
      this.faults.push(...this.strangers(), ...this.#cut(), ...enabledEarly(scst))
    }
    const { model, bench } = this.tape
    bench.sessionsWith = (hctls) => sessionsWith(this.scst.model, hctls)
    const move = model.move.bind(model)
    model.move = (wanted) =>
      this.#effect('tape', () => {
        this.#judge(wanted)
        return move(wanted)
      })
    const machine = this.#watched(this.vtl.machine())
    this.kinds = [
      ...this.tape.kinds,
      ...scst.kinds,
      ...[vtlAddMedia(machine), vtlRemoveMedia(machine), vtlRetire(machine)],
      ...[vtlWriteProtect(machine), vtlOnline(machine), vtlOffline(machine)],
      vtlRestartDaemons(machine),
    ]
  }

  /** One that is well, and exports its tape library. */
  static async started(t: Teardown, database: Database): Promise<ManagedAppliance> {
    const scsi = Object.fromEntries(DRIVE_HCTLS.map((hctl) => [hctl, 1]))
    const scst = new ManagedMachine(new ScstModel({ scsi: { [LIBRARY_HCTL]: 8, ...scsi } }))
    const [target] = TARGETS
    const exported = { target, changer: LIBRARY_HCTL, drives: DRIVE_HCTLS }
    await scst.run('scst_export_library', { ...exported, initiators: INITIATORS.slice(0, 1) })
    return new ManagedAppliance(t, database, scst)
  }

  /** Another daemon is started: what the last one held is free. */
  begins(life: Life): void {
    this.#life = life
    this.#effects = 0
    this.#underWay.clear()
    this.tape.bench.locked = false
  }

  /** Everybody is done, and nothing fails any more. */
  calm(): void {
    const { model } = this.tape
    model.fault = null
    for (const drive of model.drives) drive.busy = 0
    this.scst.model.mishap = () => null
    this.vtl.failing.clear()
    this.vtl.initiators.clear()
  }

  /** Backups begin on all of it. */
  isUsed(): void {
    this.vtl.initiators.set(VIRTUAL, 'iqn.backup')
    logIn(this.scst.model, INITIATORS[0] ?? '')
    for (const drive of this.tape.model.drives) drive.busy = 1
  }

  /** Who sees what is exported without having been let in by a task. */
  strangers(): string[] {
    return lookers(this.scst.model, INITIATORS)
      .filter(({ target, initiator }) => !this.letIn.has(`${target} ${initiator}`))
      .map(({ target, initiator }) => `${initiator} sees what ${target} exports`)
  }

  /** What is wrong with cartridges and media when nothing is under way. */
  lost(): string[] {
    const { model } = this.tape
    const where = Object.keys(model.whereabouts())
    const full = model.slots.filter(({ medium }) => medium !== null).length
    return [
      ...TAPES.filter((tag) => !where.includes(tag)).map((tag) => `${tag} is lost`),
      ...(full === TAPES.length ? [] : [`${full} elements are full`]),
      ...model.violations.map((words) => `a drive in use was touched: ${words}`),
      ...this.#lostMedia(),
    ]
  }

  /** Starts the daemon of the virtual library as an operator would, and removes a lock that was left. */
  async startsAgain(): Promise<void> {
    const machine = this.vtl.machine()
    if (this.vtl.daemons.has('vtllibrary@10.service')) return
    await machine.files.removeLock(10).catch(() => undefined)
    await machine.run({ command: 'unit', action: 'start', kind: 'library', device: 10 })
  }

  #lostMedia(): string[] {
    const contents = parseLibraryContents(this.vtl.text('library_contents.10'))
    const holds = this.vtl.holds(10)
    const inLibrary = holds === null ? tagsIn(contents) : Object.keys(holds)
    const home = join(this.vtl.opt, 'STK_L700')
    const isStored = (tag: string) => existsSync(join(home, tag, 'data.0'))
    const kept = this.media.filter((tag) => !this.deleted.has(tag))
    return [
      ...kept.filter((tag) => !isStored(tag)).map((tag) => `the data of ${tag} are lost`),
      ...(holds === null ? [] : kept)
        .filter((tag) => !this.takenOut.has(tag) && !inLibrary.includes(tag))
        .map((tag) => `${tag} is not in its library any more`),
      ...inLibrary
        .filter((tag) => !isStored(tag) && !this.deleted.has(tag))
        .map((tag) => `${tag} is in its library and has no data`),
      ...(new Set(inLibrary).size === inLibrary.length ? [] : ['a medium is in two places']),
    ]
  }

  /** What somebody who is logged in has lost to a task that was not forced. */
  #cut(): string[] {
    if (this.#changing === null || this.#changing.forced) return []
    const has = inUse(this.scst.model)
    return [...this.#changing.had].filter((use) => !has.has(use)).map((use) => `cut off: ${use}`)
  }

  #judge(move: MediumMove): void {
    const drive = this.#driveOf(move)
    if (drive === null) return
    for (const { initiator } of sessionsWith(this.scst.model, [DRIVE_HCTLS[drive] ?? ''])) {
      this.faults.push(`drive ${drive} was touched while ${initiator} has it`)
    }
  }

  #driveOf(move: MediumMove): number | null {
    if (move.command === 'load') return move.destination
    if (move.command === 'unload') return move.source
    if (move.command !== 'eject') return null
    return this.tape.model.drives.findIndex(({ node }) => node === move.drive)
  }

  #watched(machine: VtlMachine): VtlMachine {
    const { files } = machine
    const of = (work: () => Promise<void>) => this.#effect('vtl', work)
    return {
      ...machine,
      run: (command) =>
        of(async () => {
          const ends = command.command === 'unit' && command.action !== 'start'
          // Of a daemon that is dead nobody has anything.
          const runs = ends && this.vtl.daemons.has(vtlUnit(command.kind, command.device))
          const users = runs && command.kind === 'library' ? [...this.vtl.initiators.values()] : []
          if (users.length > 0) this.faults.push(`${users.join()} has what was stopped`)
          await machine.run(command)
        }),
      files: {
        write: (...given) => of(() => files.write(...given)),
        makeHome: (library) => of(() => files.makeHome(library)),
        removeMedium: (...given) => of(() => files.removeMedium(...given)),
        removeLock: (device) => of(() => files.removeLock(device)),
      },
    }
  }

  /** Nothing is done but by a task of which it is on record that its step has begun, and by one at a time. */
  async #effect(subject: Subject, work: () => Promise<void>): Promise<void> {
    if (this.#life === null) throw new Error('no daemon runs')
    await this.#life.effect(async () => {
      if (this.#underWay.has(subject)) this.faults.push(`two at a time: ${subject}`)
      this.#underWay.add(subject)
      try {
        const begun = await this.#database.query<{ id: string; forced: boolean }>(
          `select id, params ->> 'force' = 'true' as forced from tasks
           where state = 'running' and step_begun and kind like $1`,
          [`${subject}\\_%`],
        )
        const [task] = begun
        if (begun.length !== 1) this.faults.push(`${subject}: done by ${begun.length} tasks`)
        if (subject === 'scst' && task !== undefined && task.id !== this.#changing?.id) {
          this.#changing = { ...task, had: inUse(this.scst.model) }
        }
        await work()
        await this.meanwhile((this.#effects += 1))
      } finally {
        this.#underWay.delete(subject)
      }
    })
  }
}
