import { NotFoundError, type Host } from '../host/host.ts'
import type { Attribute, LunConfig } from '../scst/config.ts'
import { parseAttribute, type ScstTree } from './scst-attribute.ts'

const KEY = /^\[key\]$/m

/** Reads what is set below SCST's sysfs. */
export class Reader {
  readonly tree: ScstTree
  readonly #host: Host

  constructor(host: Host, tree: ScstTree) {
    this.#host = host
    this.tree = tree
  }

  /** The value of an attribute; null when there is none. */
  async value(path: string): Promise<string | null> {
    const text = await this.tree.read(path)
    return text === null ? null : parseAttribute(text)
  }

  /** The attributes of these names that are there. */
  async named(path: string, names: readonly string[]): Promise<Attribute[]> {
    const unique = [...new Set(names)]
    const found = await Promise.all(
      unique.map(async (name) => ({ name, value: await this.value(`${path}/${name}`) })),
    )
    return found.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]))
  }

  /** Of these files those that hold something that was set and can be set again, and those that are asked for. */
  async set(
    path: string,
    names: readonly string[],
    asked: readonly string[],
    isGiven: (name: string) => boolean = () => false,
  ): Promise<Attribute[]> {
    const found = await Promise.all(
      names.map(async (name): Promise<Attribute[]> => {
        const file = `${path}/${name}`
        const mode = await this.mode(file)
        if (mode === null || (mode & 0o444) === 0) return []
        const text = await this.tree.read(file)
        if (text === null) return []
        const isSet = KEY.test(text) && ((mode & 0o200) !== 0 || isGiven(name))
        if (!isSet && !asked.includes(name)) return []
        const isDefault = !isSet && isGiven(name)
        return [{ name, value: parseAttribute(text), ...(isDefault ? { isDefault } : {}) }]
      }),
    )
    return found.flat()
  }

  /** Permission bits of a file; null where there is none, or something else. */
  async mode(path: string): Promise<number | null> {
    try {
      const { mode, isDirectory } = await this.#host.stat(path)
      return isDirectory ? null : mode
    } catch (error) {
      if (error instanceof NotFoundError) return null
      throw error
    }
  }

  /** The LUNs of a target or group, in the order of their numbers. */
  async luns(path: string, wanted: readonly LunConfig[]): Promise<LunConfig[]> {
    const named = new Set(
      wanted.filter(({ attributes }) => attributes.length > 0).map(({ lun }) => lun),
    )
    const numbers = (await this.tree.names(`${path}/luns`)).filter((name) => /^\d+$/.test(name))
    const luns = await Promise.all(
      numbers.map(async (number) => {
        const at = `${path}/luns/${number}`
        const device = await this.tree.target(`${at}/device`)
        if (device === null) throw new Error(`${at}: its device is not known`)
        const text = (await this.tree.read(`${at}/read_only`)) ?? ''
        const isTold = KEY.test(text) || named.has(Number(number))
        return {
          lun: Number(number),
          device: device.slice(device.lastIndexOf('/') + 1),
          attributes: isTold ? [{ name: 'read_only', value: parseAttribute(text) }] : [],
        }
      }),
    )
    return luns.sort((one, other) => one.lun - other.lun)
  }
}
