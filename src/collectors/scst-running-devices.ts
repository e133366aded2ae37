import type { Attribute, HandlerConfig, NamedConfig, ScstConfig } from '../scst/config.ts'
import type { RunningScst } from '../scst/running.ts'
import { SCST_ROOT } from './scst-attribute.ts'
import type { Reader } from './scst-running-reader.ts'

/** What says what a device is or does rather than what was set. */
const NO_SETTINGS = /^(?:type|block|pr_file_name|pr_state|size_mb|active|exported|handler)$/

/** Reads the handlers with their devices, and what can be set of these. */
export async function readRunningDevices(
  reader: Reader,
  wanted: ScstConfig,
): Promise<{
  handlers: RunningScst['handlers']
  configs: HandlerConfig[]
  fixed: RunningScst['fixed']
}> {
  const { tree } = reader
  const root = `${SCST_ROOT}/handlers`
  const devices = new Set(await tree.names(`${SCST_ROOT}/devices`))
  const handlers = await Promise.all(
    (await tree.names(root)).map(async (name) => {
      const usage = await tree.read(`${root}/${name}/mgmt`)
      const parameters = parametersOf(usage ?? '')
      const want = wanted.handlers.find((one) => one.name === name)
      const found = await Promise.all(
        (await tree.names(`${root}/${name}`))
          .filter((device) => devices.has(device))
          .map((device) =>
            readDevice(reader, device, {
              parameters,
              wanted: want?.devices.find((one) => one.name === device),
            }),
          ),
      )
      return { name, parameters, found }
    }),
  )
  return {
    handlers: new Map(handlers.map(({ name, parameters }) => [name, { parameters }])),
    configs: handlers
      .filter(({ found }) => found.length > 0)
      .map(({ name, found }) => ({
        name,
        attributes: [],
        devices: found.map(({ config }) => config),
      })),
    fixed: new Set(handlers.flatMap(({ found }) => found.flatMap((one) => one.fixed))),
  }
}

async function readDevice(
  reader: Reader,
  name: string,
  { parameters, wanted }: { parameters: readonly string[]; wanted: NamedConfig | undefined },
): Promise<{ config: NamedConfig; fixed: string[] }> {
  const path = `${SCST_ROOT}/devices/${name}`
  const names = wanted?.attributes.map((one) => one.name) ?? []
  const modes = await Promise.all(
    names.map(async (one) => ({ one, mode: await reader.mode(`${path}/${one}`) })),
  )
  const fixed = modes
    .filter(({ one, mode }) => one === 'filename' || (mode !== null && (mode & 0o200) === 0))
    .map(({ one }) => `${name}/${one}`)
  const read = await reader.named(path, names)
  const isTheSame =
    wanted !== undefined &&
    read.every((one) => !fixed.includes(`${name}/${one.name}`) || agrees(one, wanted))
  if (isTheSame) return { config: { name, attributes: read }, fixed }
  const settings = (await reader.tree.names(path)).filter((one) => !NO_SETTINGS.test(one))
  const all = await reader.set(path, settings, names, (one) => parameters.includes(one))
  return { config: { name, attributes: all }, fixed }
}

/** Whether an attribute is as somebody wants it. */
function agrees({ name, value }: Attribute, { attributes }: NamedConfig): boolean {
  return attributes.every((one) => one.name !== name || one.value === value)
}

function parametersOf(usage: string): string[] {
  const [, listed = ''] = /^The following parameters available: (.*)$/m.exec(usage) ?? []
  return listed.split(',').flatMap((one) => one.trim() || [])
}
