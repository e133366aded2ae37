/** What changes files of mhvtl: this process where it is root, else the privileged program. */
export interface VtlFiles {
  /**
   * Writes device.conf or a library_contents: all of it or nothing, with what was there before beside it as
   * `FILE.previous`. `replaces` is the SHA-256 of what is there, null of nothing. Rejects with RefusedError where that
   * is something else, and where the text makes no sense; else as reading does.
   */
  write(path: string, text: string, replaces: string | null): Promise<void>
  /** Makes the folder in which device.conf has the media of a library; one that is there is left as it is. */
  makeHome(library: number): Promise<void>
  /** Deletes a medium that is in no library, with all that is on it. Rejects with NotFoundError or RefusedError. */
  removeMedium(library: number, barcode: string): Promise<void>
  /** Removes the lock of a daemon that does not run, if there is one. Rejects with RefusedError when it runs. */
  removeLock(device: number): Promise<void>
}
