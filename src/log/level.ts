/** How much a line matters, the least first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const
/** How much it matters, the least first. */
export type LogLevel = (typeof logLevels)[number]

/** What is said at the least, and why. */
export interface LogLevelState {
  level: LogLevel
  /** What the configuration says. */
  configured: LogLevel
  /** Until when the level is another than the configured one; null where nothing ends it. */
  expiresAt: Date | null
}

/** The least that is said: as the configuration says, or another for a while. */
export class LevelSetting {
  readonly #now: () => Date
  readonly #onOver: (level: LogLevel) => void
  #configured: LogLevel
  #set: { level: LogLevel; expiresAt: Date | null } | null = null

  /** `onOver` is told when a level that was set for a while has ended. */
  constructor(configured: LogLevel, now: () => Date, onOver: (level: LogLevel) => void) {
    this.#configured = configured
    this.#now = now
    this.#onOver = onOver
  }

  /** Whether a line that matters so much is said. */
  admits(level: LogLevel): boolean {
    return logLevels.indexOf(level) >= logLevels.indexOf(this.#current()?.level ?? this.#configured)
  }

  state(): LogLevelState {
    const set = this.#current()
    const configured = this.#configured
    return { level: set?.level ?? configured, configured, expiresAt: set?.expiresAt ?? null }
  }

  /** The configuration was read again. What was set for a while stays so. */
  configure(level: LogLevel): void {
    this.#configured = level
  }

  /** Another level until then, without an end when that is null; `level` null: as configured again. */
  set(level: LogLevel | null, expiresAt: Date | null): void {
    this.#set = level === null ? null : { level, expiresAt }
  }

  #current(): { level: LogLevel; expiresAt: Date | null } | null {
    const until = this.#set?.expiresAt ?? null
    if (until !== null && until <= this.#now()) {
      this.#set = null
      this.#onOver(this.#configured)
    }
    return this.#set
  }
}
