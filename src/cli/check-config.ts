import { ConfigError } from '../config/config-error.ts'
import {
  configOptions,
  CONFIG_USAGE,
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  type Command,
} from './command.ts'
import { settingsOf } from './settings.ts'

/** Names every fault of the configuration. */
export const checkConfig: Command = {
  name: 'check-config',
  usage: `usage: storwarden check-config [options]

Checks the file, the environment and both together, as storwardend would read them.

${CONFIG_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, configOptions)
    const { terminal } = around
    try {
      await settingsOf(values, around)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      if (values.json) terminal.json({ valid: false, faults: error.faults })
      else for (const fault of error.faults) terminal.note(fault)
      return EXIT_FAILED
    }
    if (values.json) terminal.json({ valid: true, faults: [] })
    else terminal.line('the configuration is valid')
    return EXIT_DONE
  },
}
