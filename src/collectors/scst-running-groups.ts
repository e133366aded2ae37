import type { DeviceGroupConfig } from '../scst/config.ts'
import { SCST_ROOT } from './scst-attribute.ts'
import type { Reader } from './scst-running-reader.ts'

/** Reads the device groups: which targets serve their devices in which ALUA state. */
export async function readRunningGroups(reader: Reader): Promise<DeviceGroupConfig[]> {
  const { tree } = reader
  const root = `${SCST_ROOT}/device_groups`
  const groups = await Promise.all(
    (await tree.names(root)).map(async (name): Promise<DeviceGroupConfig | null> => {
      const below = await tree.names(`${root}/${name}`)
      // Attributes of ALUA as a whole stand beside the groups.
      if (!below.includes('target_groups')) return null
      const names = await tree.names(`${root}/${name}/target_groups`)
      return {
        name,
        attributes: [],
        devices: await tree.names(`${root}/${name}/devices`),
        targetGroups: await Promise.all(
          names.map((group) => readTargetGroup(reader, `${root}/${name}/target_groups`, group)),
        ),
      }
    }),
  )
  return groups.filter((group) => group !== null)
}

const ATTRIBUTES = ['group_id', 'preferred', 'state']

async function readTargetGroup(
  reader: Reader,
  root: string,
  name: string,
): Promise<DeviceGroupConfig['targetGroups'][number]> {
  const path = `${root}/${name}`
  const others = (await reader.tree.names(path)).filter((entry) => !ATTRIBUTES.includes(entry))
  const targets = await Promise.all(
    others.map(async (target) => {
      const below = await reader.tree.names(`${path}/${target}`)
      if (below.length === 0) return null
      // A target of this machine is a link to all of it; of another there is only the identifier that it has there.
      const isOther = !below.includes('luns')
      const attributes = isOther ? await reader.named(`${path}/${target}`, ['rel_tgt_id']) : []
      return { name: target, attributes }
    }),
  )
  return {
    name,
    attributes: await reader.named(path, ATTRIBUTES),
    targets: targets.filter((target) => target !== null),
  }
}
