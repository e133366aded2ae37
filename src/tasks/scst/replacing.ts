import type { ScstConfig } from '../../scst/config.ts'
import type { Progress } from '../kind.ts'
import { applyScst, ScstApplyError } from './apply.ts'
import type { ScstMachine } from './machine.ts'
import { withoutPasswords, type Planned } from './planned.ts'
import { sha256Of, type ScstConfigFile } from './file.ts'

/** What takes the place of scst.conf, and by what plan SCST becomes that. */
export interface Replacing {
  planned: Planned
  /** Of the file when it was planned, and of what was to take its place: `fileHash`. */
  hashes: { before: string; after: string }
  /** The file as it is now, and as it is to be. */
  text: string
  edited: string
  named: ScstConfig
  changes: boolean
  force: boolean
  progress: Progress
}

/** Tells a text of scst.conf from others, but for its passwords. */
export function fileHash(text: string): string {
  return sha256Of(withoutPasswords(text) ?? text)
}

/** Puts a text in the place of the file and makes SCST what is wanted, or leaves both as they were. */
export async function replaced(
  { files, machine }: { files: ScstConfigFile; machine: ScstMachine },
  replacing: Replacing,
  wish: (former: ScstConfig) => ScstConfig,
): Promise<void> {
  const { text, edited, hashes, progress } = replacing
  // Written before a crash it has what is wanted already.
  const isAsPlanned = [hashes.before, hashes.after].includes(fileHash(text))
  const refused = isAsPlanned ? null : 'scst.conf was changed since this was planned: plan it again'
  const isWritten = isAsPlanned && edited !== text
  if (isWritten) {
    const kept = await files.write(edited, sha256Of(text))
    await progress.log(`wrote scst.conf; the old one is ${kept ?? 'nowhere: there was none'}`)
  }
  const troubles: string[] = []
  let isBack = hashes.before === hashes.after
  const putBack = async () => {
    if (isBack) return
    isBack = true
    const former = isWritten ? text : replacing.planned.start?.file
    const trouble = await putBackFile(files, former ?? null, replacing)
    if (trouble !== null) troubles.push(trouble)
  }
  try {
    const count = await applyScst(machine, wish, { ...replacing, refused, beforeUndoing: putBack })
    const writes = `SCST is as it is wanted: ${count} writes`
    await progress.log(count === 0 ? 'SCST is as it is wanted' : writes)
  } catch (error) {
    // What is half done, and was not undone, the file says to the end.
    if (isWritten && !(error instanceof ScstApplyError)) await putBack()
    if (troubles.length === 0) throw error
    throw new ScstApplyError([(error as Error).message, ...troubles].join('; '), null, error)
  }
}

/** Resolves with why the file could not be put back; null when it was. */
async function putBackFile(
  files: ScstConfigFile,
  former: string | null,
  { hashes, progress }: Replacing,
): Promise<string | null> {
  try {
    const now = await files.read()
    if (former === null) throw new Error('its text was not kept, and is beside it')
    if (fileHash(now) !== hashes.after) throw new Error('somebody has changed it meanwhile')
    await files.write(former, sha256Of(now))
    await progress.log('scst.conf is as it was', 'warning')
    return null
  } catch (reason) {
    const why = `scst.conf could not be put back, and has what was wanted: ${(reason as Error).message}`
    await progress.log(why, 'error')
    return why
  }
}
