import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Changer } from '../../src/collectors/changers.ts'
import type { Mhvtl } from '../../src/collectors/mhvtl.ts'
import type { TapeDrive } from '../../src/collectors/tape-drives.ts'
import { CommandError, NotFoundError, type CommandResult } from '../../src/host/host.ts'
import { changerLock } from '../../src/host/changer-lock.ts'
import { StuckCalls } from '../../src/host/stuck-calls.ts'
import { vtlArgv } from '../../src/host/vtl-commands.ts'
import { vtlFiles } from '../../src/privileged/vtl-files.ts'
import type { VtlMachine } from '../../src/tasks/kinds/vtl/machine.ts'
import { drivesOf, parseDeviceConf, type VtlDevice } from '../../src/vtl/device-conf.ts'
import type { VtlReadings } from '../../src/vtl/in-use.ts'
import { parseLibraryContents, type LibraryContents } from '../../src/vtl/library-contents.ts'
import type { Teardown } from './database.ts'
import { recorded } from './recorded.ts'

/** What a daemon of the model holds in memory. */
interface Running {
  online: boolean
  flags: string
  /** Of a library: what it read when it started, with what was moved since. */
  contents: LibraryContents | null
}

/**
 * mhvtl in a directory: its files, and commands that do to them what those of mhvtl 1.6 to 1.8 do (usr/cmd/*.c). A
 * library's daemon reads its contents when it starts, the younger one of two files by whole seconds; it ends at a
 * barcode that is there twice; when it is stopped it writes down what it holds. A lock that a dead daemon left behind
 * keeps it from starting. mktape ends well for what is there already.
 */
export class MhvtlModel {
  readonly root = mkdtempSync(join(tmpdir(), 'mhvtl-'))
  readonly etc = join(this.root, 'etc/mhvtl')
  readonly opt = join(this.root, 'opt/mhvtl')
  readonly locks = join(this.root, 'lock')
  readonly daemons = new Map<string, Running>()
  /** Command lines that were run. */
  readonly ran: string[] = []
  /** Drives in which something is: barcode by number of the drive. */
  readonly loaded = new Map<number, string>()
  /** Initiators that have a library or drive, by serial number. */
  readonly initiators = new Map<string, string>()
  /** Command lines that fail, by how they begin. */
  readonly failing = new Map<string, string>()
  /** Told when a daemon was stopped. */
  onStop: () => void = () => undefined
  /** Whether nothing can be read of devices. */
  silent = false

  constructor(t: Teardown, recording = '01-steady') {
    t.teardown(async () => {
      rmSync(this.root, { recursive: true })
    })
    for (const folder of [this.etc, this.opt, this.locks]) mkdirSync(folder, { recursive: true })
    const of = recorded(recording)
    for (const name of [
      'device.conf',
      'library_contents.10',
      'library_contents.30',
      'library_contents.50',
    ]) {
      const text = of.file(`/etc/mhvtl/${name}`) ?? ''
      writeFileSync(join(this.etc, name), text.replaceAll('/opt/mhvtl/', `${this.opt}/`))
    }
    for (const { kind, number, fields } of this.conf().devices) {
      if (kind === 'library') this.#makeShelf(number, fields.get('home directory') ?? '')
    }
    for (const { kind, number } of this.conf().devices) this.#start(kind, number)
  }

  conf() {
    return parseDeviceConf(readFileSync(join(this.etc, 'device.conf'), 'utf8'))
  }

  text(name: string): string {
    return readFileSync(join(this.etc, name), 'utf8')
  }

  /** Ends a daemon as a crash does: nothing is written down, and the lock stays. */
  crash(unit: string): void {
    this.daemons.delete(unit)
  }

  /** Where a library has its media, by place; null when its daemon does not run. */
  holds(library: number): Record<string, string> | null {
    const contents = this.daemons.get(`vtllibrary@${library}.service`)?.contents
    if (contents == null) return null
    return Object.fromEntries(
      contents.elements.flatMap(({ kind, number, tag }) =>
        tag === null ? [] : [[tag, `${kind} ${number}`]],
      ),
    )
  }

  /** What tasks work with, on this machine. */
  machine(): VtlMachine {
    const now = () => new Date()
    const places = { configDir: this.etc, homePath: this.opt, lockDir: this.locks, proc: this.root }
    return {
      host: {
        readText: async (path) => {
          if (path === '/etc/machine-id') return '0123456789abcdef0123456789abcdef\n'
          if (!existsSync(path)) throw new NotFoundError(path)
          return readFileSync(path, 'utf8')
        },
        exists: async (path) => existsSync(path),
        list: async (path) => (existsSync(path) ? readdirSync(path).sort() : []),
        stat: async (path) => {
          const { size, blocks, mtimeMs, mode, uid, gid } = statSync(path)
          return { sizeBytes: size, blocks, mtimeMs, mode, isDirectory: false, uid, gid }
        },
        run: async (argv, options = {}) => {
          const result = this.#run(argv)
          const isAnswer = options.exitCodes ?? ((code: number) => code === 0)
          if (isAnswer(result.exitCode)) return result
          throw new CommandError(argv, result.exitCode, result.stderr)
        },
      },
      files: vtlFiles(places, new StuckCalls(now), now),
      lock: changerLock({ directory: () => this.root, waitSeconds: () => 0 }),
      run: async (command) => {
        const argv = vtlArgv(command)
        this.ran.push(argv.join(' '))
        const failing = [...this.failing].find(([begin]) => argv.join(' ').startsWith(begin))
        const result = failing ? { exitCode: 1, stdout: '', stderr: failing[1] } : this.#run(argv)
        if (result.exitCode !== 0) throw new CommandError(argv, result.exitCode, result.stderr)
      },
      configDir: () => this.etc,
      homePath: () => this.opt,
      readings: async () => this.readings(),
      pause: async () => undefined,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
    }
  }

  readings(): VtlReadings {
    if (this.silent) return { mhvtl: null, changers: null, drives: null, sessions: null }
    const { devices } = this.conf()
    const state = (unit: string) => {
      const running = this.daemons.has(unit)
      return { unit, running, detail: running ? 'active (running)' : 'failed (failed)' }
    }
    const serialOf = (fields: ReadonlyMap<string, string>) => fields.get('unit serial number') ?? ''
    const exported = (serial: string) =>
      this.initiators.has(serial)
        ? [{ driver: 'iscsi', target: 'iqn.vtl', group: serial, lun: 0 }]
        : []
    const libraries = devices.filter(({ kind }) => kind === 'library')
    const mhvtl = {
      ...{ moduleLoaded: true, version: '1.8.0' },
      libraries: libraries.map(({ number, fields }) => ({
        ...{ number, serial: serialOf(fields), id: serialOf(fields) },
        mediaOnDisk: readdirSync(fields.get('home directory') ?? ''),
        daemon: state(`vtllibrary@${number}.service`),
      })),
      drives: devices
        .filter(({ kind }) => kind === 'drive')
        .map(({ number, fields }) => ({
          ...{ number, serial: serialOf(fields), daemon: state(`vtltape@${number}.service`) },
        })),
    } as unknown as Mhvtl
    const changers = libraries.map(({ number, fields }) => ({
      ...{ serial: serialOf(fields), state: 'online', exportedAs: exported(serialOf(fields)) },
      inventory: {
        elements: drivesOf(this.conf(), number).map((drive) => ({
          ...{ type: 'data-transfer', driveSerial: serialOf(drive.fields) },
          ...{
            full: this.loaded.has(drive.number),
            volumeTag: this.loaded.get(drive.number) ?? null,
          },
        })),
      },
    })) as unknown as Changer[]
    const drives = devices
      .filter(({ kind }) => kind === 'drive')
      .map(({ number, fields }) => ({
        ...{ serial: serialOf(fields), volumeTag: this.loaded.get(number) ?? null },
        ...{
          status: null,
          statistics: null,
          active: false,
          exportedAs: exported(serialOf(fields)),
        },
      })) as unknown as TapeDrive[]
    const sessions = [...this.initiators].map(([serial, initiator]) => ({
      ...{ driver: 'iscsi', target: 'iqn.vtl', group: serial, initiator },
    })) as unknown as NonNullable<VtlReadings['sessions']>
    return { mhvtl, changers, drives, sessions }
  }

  #makeShelf(library: number, home: string): void {
    mkdirSync(home, { recursive: true })
    const contents = parseLibraryContents(this.text(`library_contents.${library}`))
    for (const { tag } of contents.elements) if (tag !== null) this.#makeMedium(join(home, tag))
  }

  #makeMedium(folder: string): void {
    mkdirSync(folder, { recursive: true })
    for (const name of ['mam', 'mhvtl_data', 'data.0', 'indx.0', 'meta.0']) {
      writeFileSync(join(folder, name), name === 'mam' ? 'rw' : '')
    }
  }

  #run(argv: readonly string[]): CommandResult {
    const [tool, ...words] = argv
    if (tool === 'systemctl')
      return this.#systemctl(words.filter((word) => word !== '--no-ask-password'))
    if (tool === 'vtlcmd') return this.#vtlcmd(words)
    if (tool === 'mktape' || tool === 'edit_tape') return this.#tape(tool, words)
    return said(127, '', `${tool ?? ''}: not found`)
  }

  #systemctl([verb = '', unit = '']: readonly string[]): CommandResult {
    const [, name, digits] = /^(vtllibrary|vtltape)@(\d+)\.service$/.exec(unit) ?? []
    const kind = name === 'vtllibrary' ? 'library' : 'drive'
    if (verb === 'is-active') {
      return this.daemons.has(unit) ? said(0, 'active\n') : said(3, 'failed\n')
    }
    if (verb === 'stop' || verb === 'restart') this.#stop(unit, kind, Number(digits))
    // Of a simple service systemd is told at once that it was started, whatever becomes of it.
    if (verb === 'start' || verb === 'restart') this.#start(kind, Number(digits))
    return said(0)
  }

  #start(kind: 'library' | 'drive', number: number): void {
    const unit = `${kind === 'library' ? 'vtllibrary' : 'vtltape'}@${number}.service`
    if (this.daemons.has(unit)) return
    const lock = join(this.locks, `mhvtl${number}`)
    if (existsSync(lock) || !this.conf().devices.some((one) => one.number === number)) return
    const contents = kind === 'library' ? this.#readContents(number) : null
    if (kind === 'library' && contents === null) return
    writeFileSync(lock, '')
    this.daemons.set(unit, { online: true, flags: '', contents })
  }

  #readContents(library: number): LibraryContents | null {
    const path = join(this.etc, `library_contents.${library}`)
    if (!existsSync(path)) return null
    const state = `${path}.persist`
    const seconds = (file: string) => Math.floor(statSync(file).mtimeMs / 1000)
    const younger = existsSync(state) && seconds(path) <= seconds(state) ? state : path
    const contents = parseLibraryContents(readFileSync(younger, 'utf8'))
    const tags = contents.elements.flatMap(({ tag }) => tag ?? [])
    return new Set(tags).size === tags.length ? contents : null
  }

  #stop(unit: string, kind: 'library' | 'drive', number: number): void {
    const running = this.daemons.get(unit)
    if (running === undefined) return
    this.daemons.delete(unit)
    this.onStop()
    unlinkSync(join(this.locks, `mhvtl${number}`))
    const device = this.conf().devices.find((one) => one.kind === kind && one.number === number)
    if (device === undefined || running.contents === null || !isPersistent(device)) return
    const words = { drive: 'Drive', picker: 'Picker', map: 'MAP', slot: 'Slot' }
    const lines = running.contents.elements.map(
      ({ kind: place, number: at, tag }) =>
        `${words[place]} ${at}: ${place === 'drive' ? '' : (tag ?? '').padEnd(tag === null ? 0 : 16)}`,
    )
    const path = join(this.etc, `library_contents.${number}.persist`)
    writeFileSync(path, `\n${lines.join('\n')}\n`)
    // Within the same second as what is written next, at the worst.
    const nextSecond = Math.floor(Date.now() / 1000) + 1
    utimesSync(path, nextSecond, nextSecond)
  }

  #vtlcmd([digits = '', word = '', flags = '']: readonly string[]): CommandResult {
    const device = this.conf().devices.find(({ number }) => String(number) === digits)
    if (device === undefined)
      return said(1, '', `No tape/library configured with device number: ${digits}`)
    if (device.kind === 'drive' && word !== 'TapeAlert')
      return said(1, '', 'Command for tape not allowed')
    // A message is put into a queue: it ends well whether somebody takes it or not.
    const unit = `${device.kind === 'library' ? 'vtllibrary' : 'vtltape'}@${device.number}.service`
    const running = this.daemons.get(unit)
    if (running === undefined) return said(0)
    if (word === 'TapeAlert') running.flags = flags
    else running.online = word === 'online'
    return said(0)
  }

  #tape(tool: string, words: readonly string[]): CommandResult {
    const option = (name: string) => words[words.indexOf(name) + 1] ?? ''
    const library = this.conf().devices.find(({ number }) => String(number) === option('-l'))
    const home = library?.fields.get('home directory') ?? ''
    const folder = join(home, option('-m'))
    if (tool === 'edit_tape') {
      if (!existsSync(folder)) return said(1, '', `PCL ${option('-m')} cannot be dumped`)
      writeFileSync(join(folder, 'mam'), option('-w') === 'on' ? 'wp' : 'rw')
      return said(0, `Setting write-protect for ${option('-m')}\n`)
    }
    if (existsSync(join(folder, 'data.0'))) return said(0)
    if (!existsSync(dirname(folder))) return said(2)
    this.#makeMedium(folder)
    return said(0)
  }
}

/** Whether a library writes down what it holds when its daemon ends. */
function isPersistent({ fields }: VtlDevice): boolean {
  return /^(?:yes|true)/i.test(fields.get('persist') ?? '')
}

function said(exitCode: number, stdout = '', stderr = ''): CommandResult {
  return { exitCode, stdout, stderr }
}
