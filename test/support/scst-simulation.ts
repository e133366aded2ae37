import type { ScstFiles } from '../../src/host/scst-management.ts'
import type { ReplayHost } from '../../src/host/replay-host.ts'
import { openRecording } from './recording.ts'

const ROOT = '/sys/kernel/scst_tgt'

/**
 * The SCST of a recording, which does what is written to it and refuses what the kernel refuses: names that are there
 * already (EEXIST) or not (ENOENT), devices that are exported (EBUSY) or unknown (EINVAL).
 */
export class ScstSimulation implements ScstFiles {
  readonly host: ReplayHost
  /** What was written, `path < text` below the root of SCST, in order. */
  readonly written: string[] = []
  /** Errors by what is written, instead of doing it. */
  readonly refused = new Map<string, string>()
  /** How often the result of each write is asked for in vain; it is known at once when null. */
  late: number | null = null
  #result = 0
  #waits = 0

  constructor(recording: string) {
    this.host = openRecording(recording)
  }

  write(path: string, text: string): Promise<void> {
    const line = `${path.slice(ROOT.length)} < ${text}`
    this.written.push(line)
    const errno = this.refused.get(line) ?? this.#done(path, text)
    this.#result = errno === null ? 0 : -ERRNO[errno as keyof typeof ERRNO]
    this.#waits = this.late ?? 0
    const told = this.late === null ? errno : 'EAGAIN'
    return told === null ? Promise.resolve() : Promise.reject(failure(told))
  }

  read(path: string): Promise<string> {
    if (path !== `${ROOT}/last_sysfs_mgmt_res`) return Promise.reject(failure('EACCES'))
    if (this.#waits-- > 0) return Promise.reject(failure('EAGAIN'))
    return Promise.resolve(`${this.#result}\n`)
  }

  /** Resolves with the errno, or null when it was done. */
  #done(path: string, text: string): string | null {
    const directory = path.slice(0, path.lastIndexOf('/'))
    const [verb = '', name = '', ...rest] = text.split(' ')
    if (!path.endsWith('/mgmt')) return this.#set(path, text)
    if (verb === 'add_target') return this.#add(`${directory}/${name}`, TARGET)
    if (verb === 'create') return this.#add(`${directory}/${name}`, GROUP)
    if (verb === 'add_device') return this.#addDevice(directory, name, rest.join(' '))
    if (verb === 'del_device') return this.#deleteDevice(directory, name)
    if (!directory.endsWith('/luns')) {
      if (verb === 'add') return this.#add(`${directory}/${name}`, null)
      return this.#remove(`${directory}/${name}`)
    }
    if (verb === 'del') return this.#remove(`${directory}/${name}`)
    if (!this.#files.has(`${ROOT}/devices/${name}`)) return 'EINVAL'
    const [lun = '', parameter] = rest
    if (verb === 'replace') this.#remove(`${directory}/${lun}`)
    const isReadOnly = parameter === 'read_only=1' || this.#isReadOnly(name)
    return this.#add(
      `${directory}/${lun}`,
      { read_only: isReadOnly ? '1' : '0' },
      {
        device: `${ROOT}/devices/${name}`,
      },
    )
  }

  #addDevice(handler: string, name: string, parameters: string): string | null {
    const given = parameters.split(';').flatMap((one) => {
      const [attribute = '', value = ''] = one.trim().split('=')
      return attribute === '' ? [] : [[attribute, value]]
    })
    const attributes = { type: '0 - Disk', block: '0 0', read_only: '0', blocksize: '512' }
    const all = { ...attributes, ...(Object.fromEntries(given) as object), exported: null }
    const error = this.#add(`${ROOT}/devices/${name}`, all, { handler })
    if (error === null) this.#link(`${handler}/${name}`, `${ROOT}/devices/${name}`)
    return error
  }

  #deleteDevice(handler: string, name: string): string | null {
    const device = `${ROOT}/devices/${name}`
    const isExported = [...this.#files].some(
      ([path, { link }]) =>
        // SCST takes it from its own copy manager by itself.
        !path.startsWith(`${ROOT}/targets/copy_manager/`) &&
        path.endsWith('/device') &&
        link?.endsWith(`/devices/${name}`) === true,
    )
    if (isExported) return 'EBUSY'
    return this.#remove(`${handler}/${name}`) ?? this.#remove(device)
  }

  #set(path: string, text: string): string | null {
    const file = this.#files.get(path)
    if (file?.content === undefined) return 'ENOENT'
    this.#files.set(path, { content: `${text}\n`, mode: 0o644 })
    return null
  }

  #isReadOnly(device: string): boolean {
    const file = this.#files.get(`${ROOT}/devices/${device}/read_only`)
    return file?.content?.startsWith('1') === true
  }

  get #files() {
    return this.host.recording.files
  }

  /** Makes a directory, or a file without attributes; null of an attribute is an empty directory. */
  #add(
    path: string,
    attributes: Readonly<Record<string, string | null>> | null,
    links: Readonly<Record<string, string>> = {},
  ): string | null {
    if (this.#files.has(path)) return 'EEXIST'
    this.#list(path)
    if (attributes === null) {
      this.#files.set(path, { content: '\n', mode: 0o644 })
      return null
    }
    this.#files.set(path, { names: [] })
    for (const [name, value] of Object.entries(attributes)) {
      const at = `${path}/${name}`
      this.#list(at)
      this.#files.set(at, value === null ? { names: [] } : { content: `${value}\n`, mode: 0o644 })
    }
    for (const [name, target] of Object.entries(links)) this.#link(`${path}/${name}`, target)
    return null
  }

  #link(path: string, link: string): void {
    this.#list(path)
    this.#files.set(path, { link })
  }

  #list(path: string): void {
    const slash = path.lastIndexOf('/')
    const names = this.#files.get(path.slice(0, slash))?.names ?? []
    this.#files.set(path.slice(0, slash), { names: [...names, path.slice(slash + 1)] })
    this.host.recording.directories.clear()
  }

  #remove(path: string): string | null {
    if (!this.#files.has(path)) return 'ENOENT'
    const slash = path.lastIndexOf('/')
    const names = this.#files.get(path.slice(0, slash))?.names ?? []
    this.#files.set(path.slice(0, slash), {
      names: names.filter((name) => name !== path.slice(slash + 1)),
    })
    for (const known of [...this.#files.keys()]) {
      if (known === path || known.startsWith(`${path}/`)) this.#files.delete(known)
    }
    this.host.recording.directories.clear()
    return null
  }
}

/** errno(3) of Linux. */
const ERRNO = { ENOENT: 2, EBUSY: 16, EEXIST: 17, EINVAL: 22 }

const TARGET = {
  ...{ enabled: '0', rel_tgt_id: '0', comment: '', black_hole: '0' },
  ...{ luns: null, ini_groups: null, sessions: null },
}
const GROUP = { luns: null, initiators: null, black_hole: '0' }

function failure(errno: string): Error {
  return Object.assign(new Error(`${errno}: of the simulation`), { code: errno })
}
