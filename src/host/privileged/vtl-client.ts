import type { VtlFiles } from '../vtl-files.ts'
import type { PrivilegedClient } from './client.ts'
import type { PrivilegedRequest } from './closed-list.ts'

/** A file may wait for a disk; a medium that is deleted may be large. */
const FILE_TIMEOUT_MS = 15_000
const REMOVE_TIMEOUT_MS = 120_000

/** Has files of mhvtl changed by the privileged program. */
export function privilegedVtlFiles(privileged: Pick<PrivilegedClient, 'call'>): VtlFiles {
  const ask = async (request: PrivilegedRequest, timeoutMs = FILE_TIMEOUT_MS) => {
    await privileged.call(request, timeoutMs)
  }
  return {
    write: (path, text, replaces) =>
      ask({ operation: 'write_vtl_file', params: { path, text, replaces } }),
    makeHome: (library) => ask({ operation: 'make_vtl_home', params: { library } }),
    removeMedium: (library, barcode) =>
      ask({ operation: 'remove_vtl_medium', params: { library, barcode } }, REMOVE_TIMEOUT_MS),
    removeLock: (device) => ask({ operation: 'remove_vtl_lock', params: { device } }),
  }
}
