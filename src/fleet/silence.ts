/** What is known of when an appliance was heard. */
export interface Heard {
  name: string
  lastHeardAt: Date
  silentSince: Date | null
}

/**
 * Which appliances have become silent: nothing was heard of them for as long as `silentSeconds`, while the fleet
 * listened all that time. What was silent before stays so until it is heard.
 */
export function fallenSilent(
  appliances: readonly Heard[],
  {
    now,
    listeningSince,
    silentSeconds,
  }: { now: Date; listeningSince: Date; silentSeconds: number },
): string[] {
  const before = now.getTime() - silentSeconds * 1000
  if (listeningSince.getTime() > before) return []
  return appliances
    .filter(
      ({ silentSince, lastHeardAt }) => silentSince === null && lastHeardAt.getTime() < before,
    )
    .map(({ name }) => name)
}
