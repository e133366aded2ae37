import { RefusedError } from '../host/host.ts'
import { parseScstConfig, type ScstConfig } from '../scst/config.ts'

/** `add_device NAME a=1; b=2`, as SCST takes it (scst/README, "SCST sysfs interface"). */
const ADD_DEVICE = /^add_device ([^\s;]+)(?: (.*))?$/s

/** Whether a command to SCST opens something of this machine, and so has to be in its configuration. */
export function opensSomething(text: string): boolean {
  return text.startsWith('add_device')
}

/**
 * Throws RefusedError unless the device is one that the configuration file has, with nothing but what the file says of
 * it: whoever could name a file of its own would have it exported, and read and write it over the network as root.
 */
export function assertConfigured(path: string, text: string, content: string): void {
  const refuse = (reason: string) => new RefusedError(path, reason)
  let config: ScstConfig
  try {
    config = parseScstConfig(content)
  } catch {
    throw refuse('the configuration file makes no sense, so no device is known to be in it')
  }
  const handler = path.split('/').at(-2)
  const [, name, parameters = ''] = ADD_DEVICE.exec(text) ?? []
  const device = config.handlers
    .filter((one) => one.name === handler)
    .flatMap(({ devices }) => devices)
    .find((one) => one.name === name)
  if (device === undefined) throw refuse('the configuration file has no such device')
  const permitted = new Set(
    device.attributes.map(({ name, value }) =>
      typeof value === 'string' ? `${name}=${value}` : '',
    ),
  )
  const given = parameters === '' ? [] : parameters.split('; ')
  if (!given.every((one) => one !== '' && permitted.has(one))) {
    throw refuse('the configuration file says something else of this device')
  }
}
