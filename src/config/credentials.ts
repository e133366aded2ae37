import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { settings, type Setting } from './settings.ts'

/** A secret that systemd handed over. */
export interface Credential {
  setting: Setting
  /** The name of its file. */
  name: string
  value: string
}

/** What the unit file loads the folder of secrets as: systemd.exec(5) puts it and `_` before the names of the files. */
const PREFIX = 'storwarden_'

/**
 * The secrets in the folder of systemd's credentials, if there is one: files that are named as a setting is,
 * `notifications.email.password`, as they are or after `storwarden_`. Others are somebody else's, unless they have
 * that before them.
 */
export async function readCredentials({
  CREDENTIALS_DIRECTORY: folder = '',
}: Readonly<Record<string, string | undefined>>): Promise<{
  credentials: Credential[]
  faults: string[]
}> {
  const credentials: Credential[] = []
  const faults: string[] = []
  if (folder === '') return { credentials, faults }
  try {
    for (const name of (await readdir(folder)).sort()) {
      const setting = settingOf(name)
      if (setting !== null) {
        const value = (await readFile(join(folder, name), 'utf8')).trim()
        credentials.push({ setting, name, value })
      } else if (name.startsWith(PREFIX)) {
        faults.push(`credential ${name.slice(PREFIX.length)}: no such secret`)
      }
    }
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    faults.push(`CREDENTIALS_DIRECTORY: ${folder}: cannot be read: ${code}`)
  }
  return { credentials, faults }
}

function settingOf(name: string): Setting | null {
  const path = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
  return (
    settings.find((setting) => setting.schema.secret === true && setting.path.join('.') === path) ??
    null
  )
}
