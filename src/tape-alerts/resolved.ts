import type { ResolvedByHand } from './endings.ts'

/** The alerts that flags are raised as. */
export const DRIVE_ALERT = 'TapeDriveTapeAlert'
export const LIBRARY_ALERT = 'LibraryTapeAlert'

/** The flags of alerts that users have resolved. Pure. */
export function resolvedFlags(
  alerts: readonly { rule: string; labels: Readonly<Record<string, string>>; resolvedAt: Date }[],
): ResolvedByHand[] {
  return alerts.flatMap(({ rule, labels, resolvedAt: at }): ResolvedByHand[] => {
    const { serial, library } = labels
    const flag = Number(labels.flag)
    if (rule === DRIVE_ALERT && serial !== undefined)
      return [{ kind: 'drive', id: serial, flag, at }]
    if (rule !== LIBRARY_ALERT || library === undefined) return []
    return [{ kind: 'library', id: library, flag, at }]
  })
}
