import { setMaxListeners } from 'node:events'
import { access, constants, mkdir, readdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { collectorSettings } from '../applied-config.ts'
import { UsageError } from '../arguments.ts'
import type { CollectorSettings } from '../collectors/collector.ts'
import { collectors } from '../collectors/index.ts'
import { reportScsiUnits } from '../collectors/scsi-report.ts'
import { ConfigError } from '../config/config-error.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Host } from '../host/host.ts'
import { recordAppliance } from '../host/record-appliance.ts'
import { version } from '../package.ts'
import { atLeastOne, EXIT_DONE, parseWords, type Command, type Surroundings } from './command.ts'
import { settingsOf } from './settings.ts'
import { lacking, type Lack } from './unanswered.ts'
import { WatchedHost, type Unanswered } from './watched-host.ts'
import { counted } from './words.ts'

/** Whoever reports a fault waits for it; what hangs would only come later. */
const DEFAULT_SECONDS = 55

/** Writes a recording of this machine. */
export const record: Command = {
  name: 'record',
  usage: `usage: storwarden record DIR [options]

Writes a recording of this machine, on which \`storwardend --replay DIR\` runs. DIR is made,
or is empty. Nothing is changed, no tape is touched; passwords and CHAP secrets are left out.

  --anonymize         replaces serial numbers by made-up ones
  --description TEXT  what state the machine is in
  --timeout SECONDS   what was not asked by then is left out; ${DEFAULT_SECONDS} if not said
  --quiet             does not say what is asked
  --config FILE       configuration, instead of /etc/storwarden/config.yaml
  --json              for programs
`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        anonymize: { type: 'boolean' },
        description: { type: 'string' },
        timeout: { type: 'string' },
        quiet: { type: 'boolean' },
        config: { type: 'string' },
        json: { type: 'boolean' },
      },
      { named: ['DIR'] },
    )
    const { anonymize = false, description = '' } = values
    const seconds = atLeastOne('timeout', values.timeout) ?? DEFAULT_SECONDS
    if (seconds > 86_400) throw new UsageError([`--timeout ${seconds}: must be at most a day`])
    const directory = resolve(positionals[0] ?? '')
    await makeEmpty(directory)
    const config = await configForRecording(values, around)
    const settings = collectorSettings(config)

    const { terminal } = around
    const machine = around.openHost(config)
    const over = new AbortController()
    // Not AbortSignal.timeout, which does not keep a process that waits for nothing else.
    const timer = setTimeout(() => {
      over.abort()
    }, seconds * 1000)
    const ending = AbortSignal.any([over.signal, around.interrupted])
    // Every question that is under way listens to it.
    setMaxListeners(0, ending)
    const unanswered: Unanswered[] = []
    try {
      const host = new WatchedHost(machine.host, ending, (one) => unanswered.push(one))
      const size = await recordAppliance(host, directory, {
        name: basename(directory),
        description,
        recorder: `storwarden ${version}`,
        anonymize,
        collect: collections(settings),
        now: around.now,
        progress: (step) => {
          if (values.quiet !== true) terminal.note(step)
        },
      })
      const lacks = lacking(unanswered)
      if (values.json) terminal.json({ directory, anonymized: anonymize, ...size, missing: lacks })
      else {
        const parts = [
          counted(size.files, 'file'),
          counted(size.commands, 'command'),
          counted(size.scsi, 'SCSI answer'),
        ]
        terminal.line(`recorded in ${directory}: ${parts.join(', ')}`)
        for (const lack of lacks) terminal.line(inWords(lack))
      }
    } finally {
      clearTimeout(timer)
      await machine.stop()
    }
    return EXIT_DONE
  },
}

/** Records into a directory, of what hangs as much as there is when `signal` is aborted. */
export async function recordInto(
  directory: string,
  config: Config,
  { around, host, signal }: { around: Surroundings; host: Host; signal: AbortSignal },
): Promise<void> {
  const ending = AbortSignal.any([signal, around.interrupted])
  setMaxListeners(0, ending)
  await recordAppliance(new WatchedHost(host, ending, () => undefined), directory, {
    ...{ name: 'support-bundle', description: '', recorder: `storwarden ${version}` },
    ...{ anonymize: false, now: around.now },
    collect: collections(collectorSettings(config)),
  })
}

/** The directory cannot be recorded into. */
class RecordDirectoryError extends Error {
  readonly code = 'ERR_RECORD_DIRECTORY'

  constructor(directory: string, problem: string, options?: ErrorOptions) {
    super(`${directory}: ${problem}`, options)
    this.name = 'RecordDirectoryError'
  }
}

/** Makes the directory, for its owner alone, before minutes are spent. Rejects with RecordDirectoryError. */
async function makeEmpty(directory: string): Promise<void> {
  let names: string[]
  try {
    // Not with its parents: below /proc Node would try for ever.
    await mkdir(directory, { mode: 0o700 }).catch(ifThere)
    names = await readdir(directory)
    await access(directory, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException
    throw new RecordDirectoryError(directory, problems[code] ?? `cannot be written: ${code}`, {
      cause,
    })
  }
  if (names.length > 0) throw new RecordDirectoryError(directory, 'is not empty')
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'the directory above it is not there',
  ENOTDIR: 'is not a directory',
}

function ifThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}

/** A configuration that is broken is no reason not to record what the machine says. */
async function configForRecording(
  values: { config?: string | undefined },
  around: Surroundings,
): Promise<Config> {
  try {
    return await settingsOf(values, around)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    around.terminal.note(`recorded with the defaults, for the ${error.message}`)
    return await loadConfig({ file: null, env: {} })
  }
}

/** Every collector, each for as long as it may take, and what a person wants to know besides. */
function collections(settings: CollectorSettings): ((host: Host) => Promise<unknown>)[] {
  const collections = Object.values(collectors).map((collector) => async (host: Host) => {
    const late = new AbortController()
    const deadline = delay(collector.timeoutMs, null, { signal: late.signal, ref: false })
    try {
      return await Promise.race([collector.collect(host, settings), deadline])
    } finally {
      late.abort()
      await deadline.catch(() => null)
    }
  })
  return [...collections, (host) => reportScsiUnits(host, settings)]
}

const SHOWN = 10

function inWords({ reason, what }: Lack): string {
  const some = what.slice(0, SHOWN).join(', ')
  return `${reason}: ${some}${what.length > SHOWN ? ` and ${what.length - SHOWN} more` : ''}`
}
