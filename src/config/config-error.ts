/** The configuration cannot be used. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG'
  /** Everything that is wrong with it, each naming its key, with the line, or its variable. */
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`configuration: ${faults.join('; ')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}
