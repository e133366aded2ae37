import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordingDirectory } from './recording.ts'

interface Line {
  path: string
  content?: string
  link?: string
  dir?: string[]
}

interface CommandLine {
  argv: string[]
  exitCode: number | null
  stdout?: string
}

/** What a recording holds, read as text. */
export interface Evidence {
  files: Map<string, Line>
  commands: CommandLine[]
}

/** The lines of a recording. */
export function evidenceOf(name: string): Evidence {
  const lines = <T>(file: string): T[] => {
    try {
      const text = readFileSync(join(recordingDirectory(name), file), 'utf8')
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T)
    } catch {
      return []
    }
  }
  const files = new Map<string, Line>()
  for (const line of lines<Line>('files.jsonl')) {
    files.set(line.path, { ...files.get(line.path), ...line })
  }
  return { files, commands: lines<CommandLine>('commands.jsonl') }
}

/** Differences of SCST, as `kind path`: pending is in scst.conf only, orphaned in sysfs only. */
export function scstDrift({ files }: Evidence): string[] {
  const conf = files.get('/etc/scst.conf')?.content
  if (conf === undefined || !files.has('/sys/kernel/scst_tgt/devices')) return []
  const configured = configuredPaths(conf)
  const running = runningPaths(files)
  const drift: string[] = []
  for (const [path, value] of configured) {
    const now = running.get(path)
    if (now === undefined) drift.push(`pending ${path}`)
    else if (now !== value) drift.push(`different ${path}`)
  }
  for (const path of running.keys()) if (!configured.has(path)) drift.push(`orphaned ${path}`)
  return drift.sort()
}

/** What scst.conf has, by path, with the device of a LUN, the handler of a device, `enabled` of a target. */
function configuredPaths(text: string): Map<string, string> {
  const paths = new Map<string, string>()
  const around: [string, string][] = []
  const at = (keyword: string) => around.find(([word]) => word === keyword)?.[1] ?? ''
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const [, keyword = '', name = '', value = ''] =
      /^([A-Z_]+)\s+([^\s{]+)\s*([^\s{]*)/.exec(line) ?? []
    const inside = [at('TARGET_DRIVER'), at('TARGET'), at('GROUP')].filter((word) => word !== '')
    if (inside[0] !== 'copy_manager' && name !== 'copy_manager') {
      if (keyword === 'DEVICE' && at('HANDLER') !== '') paths.set(`device ${name}`, at('HANDLER'))
      if (keyword === 'TARGET') paths.set([...inside, name].join('/'), '0')
      if (keyword === 'GROUP') paths.set([...inside, name].join('/'), '')
      if (keyword === 'LUN') paths.set([...inside, `LUN ${name}`].join('/'), value)
      if (keyword === 'INITIATOR') paths.set([...inside, name].join('/'), '')
      if (/^enabled 1$/.test(line) && inside.length === 2) paths.set(inside.join('/'), '1')
    }
    if (line.endsWith('{')) around.push([keyword, name])
    if (line === '}') around.pop()
  }
  return paths
}

const ROOT = '/sys/kernel/scst_tgt'

/** The same of sysfs: links, listings and the files `enabled`. */
function runningPaths(files: Evidence['files']): Map<string, string> {
  const paths = new Map<string, string>()
  const target = new RegExp(`^${ROOT}/targets/(?!copy_manager/)([^/]+/[^/]+)/(.*)$`)
  for (const [path, line] of files) {
    const [, handler, device] = new RegExp(`^${ROOT}/handlers/([^/]+)/([^/]+)$`).exec(path) ?? []
    if (line.link !== undefined && handler !== undefined && device !== 'module') {
      paths.set(`device ${device ?? ''}`, handler)
    }
    const [, place, rest = ''] = target.exec(path) ?? []
    if (place === undefined) continue
    if (rest === 'enabled') paths.set(place, (line.content ?? '').slice(0, 1))
    const lun = /^(?:ini_groups\/([^/]+)\/)?luns\/(\d+)\/device$/.exec(rest)
    if (lun) {
      const name = [place, ...(lun[1] === undefined ? [] : [lun[1]]), `LUN ${lun[2] ?? ''}`]
      paths.set(name.join('/'), (line.link ?? '').replace(/^.*\//, ''))
    }
    if (rest === 'ini_groups') {
      for (const group of line.dir ?? []) if (group !== 'mgmt') paths.set(`${place}/${group}`, '')
    }
    const [, group] = /^ini_groups\/([^/]+)\/initiators$/.exec(rest) ?? []
    for (const name of group === undefined ? [] : (line.dir ?? [])) {
      if (name !== 'mgmt') paths.set(`${place}/${group ?? ''}/${name}`, '')
    }
  }
  return paths
}

/** Differences of media, as `kind library/barcode`, and the libraries whose changer said nothing. */
export function vtlDrift({ files, commands }: Evidence): { drift: string[]; silent: string[] } {
  const conf = files.get('/etc/mhvtl/device.conf')?.content ?? ''
  const records = conf.split(/\n(?=(?:Library|Drive):)/).filter((one) => one.startsWith('Library:'))
  const listed = commands.filter(
    ({ argv }) => argv[0] === 'mtx' && argv.at(-1) === 'status' && argv.length === 4,
  )
  const answers = listed.filter(({ exitCode }) => exitCode === 0)
  const drift: string[] = []
  const silent: string[] = []
  for (const record of records) {
    const number = /^Library: (\d+)/.exec(record)?.[1] ?? ''
    const id = /Unit serial number: (\S+)/.exec(record)?.[1] ?? ''
    const home = /Home directory: (\S+)/.exec(record)?.[1] ?? ''
    const text = files.get(`/etc/mhvtl/library_contents.${number}`)?.content ?? ''
    const tags = (line: RegExp, of: string) => [...of.matchAll(line)].map(([, tag = '']) => tag)
    const inFile = new Set(tags(/^(?:Slot|MAP) +\d+: *(\S+)/gm, text))
    const onDisk = new Set(files.get(home)?.dir ?? [])
    for (const tag of inFile) if (!onDisk.has(tag)) drift.push(`pending ${id}/${tag}`)
    for (const tag of onDisk) if (!inFile.has(tag)) drift.push(`orphaned ${id}/${tag}`)
    // The library whose cartridges these are: no two have one in common.
    const mine = answers
      .map(({ stdout = '' }) => new Set(tags(/VolumeTag ?= ?(\S+)/g, stdout)))
      .find((live) => [...live].some((tag) => inFile.has(tag)))
    if (mine === undefined) {
      silent.push(id)
      continue
    }
    for (const tag of inFile) {
      if (!mine.has(tag) && !tag.startsWith('NOBAR')) drift.push(`pending ${id}/${tag}`)
    }
    for (const tag of mine) if (!inFile.has(tag)) drift.push(`orphaned ${id}/${tag}`)
  }
  return { drift: [...new Set(drift)].sort(), silent: silent.sort() }
}
