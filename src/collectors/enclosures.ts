import type { Host } from '../host/host.ts'
import { attribute, byNumber, numberAttribute, readEach } from './attributes.ts'
import { ABSENT, whole, type Collector } from './collector.ts'

/** A disk enclosure, from /sys/class/enclosure (drivers/misc/enclosure.c). */
export interface Enclosure {
  /** The enclosure's logical id, its H:C:I:L where it has none. */
  id: string
  hctl: string
  vendor: string | null
  model: string | null
  slots: readonly EnclosureSlot[]
}

/** A slot for a disk, of the SCSI enclosure service (drivers/misc/enclosure.c). */
export interface EnclosureSlot {
  name: string
  slot: number | null
  /** unsupported, OK, critical, non-critical, unrecoverable, not installed, unknown, unavailable. */
  status: string
  fault: boolean
  locate: boolean
  /** Kernel name of the disk in the slot. */
  disk: string | null
}

const ENCLOSURE = '/sys/class/enclosure'

/** Enclosures that the ses driver knows. */
export const enclosures: Collector<readonly Enclosure[]> & { name: 'enclosures' } = {
  name: 'enclosures',
  intervalSeconds: 30,
  timeoutMs: 10_000,
  wakes: { devices: ['enclosure'] },

  async collect(host) {
    const names = (await host.list(ENCLOSURE)).sort(byNumber)
    const found = await readEach(names, (name) => readEnclosure(host, name))
    return found.length === 0 ? ABSENT : whole(identify(found))
  },
}

/** An enclosure with two controllers is there twice, with one logical id: the address tells them apart. */
function identify(found: readonly Enclosure[]): Enclosure[] {
  return found.map((enclosure) => {
    const { id, hctl } = enclosure
    const twins = found.filter((other) => other.id === id)
    return twins.length > 1 ? { ...enclosure, id: `${id}-${hctl}` } : enclosure
  })
}

async function readEnclosure(host: Host, hctl: string): Promise<Enclosure> {
  const path = `${ENCLOSURE}/${hctl}`
  const [names, id, vendor, model] = await Promise.all([
    host.list(path),
    attribute(host, `${path}/id`),
    attribute(host, `${path}/device/vendor`),
    attribute(host, `${path}/device/model`),
  ])
  const slots = await readEach(names.sort(byNumber), (name) => readSlot(host, `${path}/${name}`))
  return { id: id ?? hctl, hctl, vendor, model, slots }
}

/** Null for what lies beside the slots: files, and the directories of the device itself. */
async function readSlot(host: Host, path: string): Promise<EnclosureSlot | null> {
  const status = await attribute(host, `${path}/status`)
  if (status === null) return null
  const [slot, fault, locate, disks] = await Promise.all([
    numberAttribute(host, `${path}/slot`),
    numberAttribute(host, `${path}/fault`),
    numberAttribute(host, `${path}/locate`),
    host.list(`${path}/device/block`),
  ])
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    slot,
    status,
    fault: fault === 1,
    locate: locate === 1,
    disk: disks[0] ?? null,
  }
}
