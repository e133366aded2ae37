import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { collectorSettings } from './applied-config.ts'
import { readRunningScst } from './collectors/scst-running.ts'
import type { Config } from './config/schema.ts'
import { NotFoundError, RefusedError, type Host } from './host/host.ts'
import type { Through } from './host/privileged/through.ts'
import type { Monitor } from './monitor.ts'
import { placedDrives } from './moving.ts'
import { replaceFile } from './host/replace-file.ts'
import type { Operations } from './operations/operations.ts'
import { commandWithPassword, textWithPasswords } from './scst/write/passwords.ts'
import { readAddresses } from './tape/addresses.ts'
import type { TaskKind } from './tasks/kind.ts'
import type { ScstMachine } from './tasks/scst/machine.ts'
import { scstKinds } from './tasks/kinds/scst/index.ts'

/** What managing SCST needs. */
export interface ManagingScstParts {
  /** As it is now. */
  config: () => Config
  host: Host
  /** Null where there is nothing to change: a recording is never written to. */
  scst: Through['scst'] | null
  operations: Pick<Operations, 'track'>
  monitor: () => Pick<Monitor, 'snapshot'>
  now: () => Date
}

/** SCST, as it is read and written to, and the kinds of tasks that change it and its configuration file. */
export function managingScst(parts: ManagingScstParts): {
  machine: ScstMachine | null
  kinds: TaskKind[]
} {
  const { config, host, scst, operations, monitor, now } = parts
  const path = () => collectorSettings(config()).scstConfigPath
  const read = () => textAt(host, path())
  const machine: ScstMachine | null = scst && {
    read: (wanted) => readRunningScst(host, wanted),
    write: (where, text) =>
      operations.track('write_scst', { path: where }, async (affect) => {
        // The privileged program has the file by itself.
        const isOwn = scst.writeConfig === null && text.endsWith(' REDACTED')
        const fileText = isOwn ? await read() : ''
        const told = isOwn ? commandWithPassword(where, text, () => fileText) : text
        await scst.write(where, told)
        affect(1)
      }),
  }
  const kinds = scstKinds({
    machine,
    library: (id) =>
      readAddresses(
        {
          host,
          settings: () => collectorSettings(config()),
          placed: (library) => placedDrives(monitor(), library),
        },
        id,
      ),
    file: {
      read,
      write: (text, expectedSha256) =>
        operations.track('write_scst_config', { path: path() }, async (affect) => {
          if (scst === null) throw new Error('a recording is never written to')
          const kept =
            scst.writeConfig === null
              ? await writeOwn(path(), text, { expectedSha256, now: now() })
              : await scst.writeConfig(path(), text, expectedSha256)
          affect(1)
          return kept
        }),
    },
  })
  return { machine, kinds }
}

/** For a daemon that is root itself, and reads the file with its passwords. */
async function writeOwn(
  path: string,
  text: string,
  { expectedSha256, now }: { expectedSha256: string; now: Date },
): Promise<string | null> {
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  const content = Buffer.from(textWithPasswords(text, () => before))
  return await replaceFile({
    ...{ path, content, now },
    assertCurrent(current) {
      const hash = createHash('sha256')
        .update(current ?? '')
        .digest('hex')
      if (hash !== expectedSha256) throw new RefusedError(path, 'it was changed meanwhile')
    },
  })
}

/** Empty where there is no file. Rejects for one that is not UTF-8: written back it would be another. */
async function textAt(host: Host, path: string): Promise<string> {
  try {
    const bytes = await host.readBytes(path)
    const text = Buffer.from(bytes).toString('utf8')
    if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Error(`${path}: it is not UTF-8`)
    return text
  } catch (error) {
    if (error instanceof NotFoundError) return ''
    throw error
  }
}
