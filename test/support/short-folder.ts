import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with a short name, for sockets: their paths have at most 107 bytes (unix(7)). Everybody may read it. */
export function shortFolder(t: { teardown: (over: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'storwarden-'))
  chmodSync(folder, 0o755)
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}
