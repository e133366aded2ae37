/** How it stands with an appliance, as far as its trouble goes. */
export interface Troubled {
  name: string
  state: 'reporting' | 'silent'
  health: string
  alerts: Readonly<Record<'critical' | 'warning' | 'info', number>>
  missing: number
  other: object | null
}

const HEALTH = ['up', 'unknown', 'degraded', 'down']

/** How much trouble there is with it: what is greater stands first. */
export function troubleOf({ state, health, alerts, missing, other }: Troubled): readonly number[] {
  return [
    // Of what is silent nothing is known: that is worse than what is.
    ...[state === 'silent' ? 1 : 0, other === null ? 0 : 1],
    ...[alerts.critical, HEALTH.indexOf(health), alerts.warning, missing > 0 ? 1 : 0, alerts.info],
  ]
}

/** Whether somebody has to look after it. */
export function isTroubled({ state, health, alerts, other }: Troubled): boolean {
  const firing = alerts.critical + alerts.warning
  return state === 'silent' || other !== null || firing > 0 || health !== 'up'
}

/** Those with the most trouble first, then by name. */
export function byTrouble<T extends Troubled>(appliances: readonly T[]): T[] {
  return [...appliances].sort((one, other) => {
    const others = troubleOf(other)
    const differs = troubleOf(one).findIndex((much, index) => much !== others[index])
    if (differs === -1) return one.name.localeCompare(other.name, 'en', { numeric: true })
    return (others[differs] ?? 0) - (troubleOf(one)[differs] ?? 0)
  })
}
