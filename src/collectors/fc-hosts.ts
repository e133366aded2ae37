import type { Host } from '../host/host.ts'
import { attribute, byNumber, readEach } from './attributes.ts'
import { ABSENT, ParseError, whole, type Collector } from './collector.ts'

/** A Fibre Channel port, from /sys/class/fc_host. */
export interface FcHost {
  /** WWPN, e.g. 21:00:00:24:ff:7f:0a:11. */
  id: string
  /** Kernel name, e.g. host7. */
  name: string
  portName: string
  nodeName: string | null
  /** Online, Linkdown, Offline, Blocked, Bypassed … (drivers/scsi/scsi_transport_fc.c). */
  state: string
  portType: string | null
  /** Bits per second; null when it is not negotiated. */
  speedBitsPerSecond: number | null
  fabricName: string | null
  /** Counters that the driver implements, by the name of their file. */
  statistics: Readonly<Record<string, number>>
}

const FC_HOST = '/sys/class/fc_host'

/** Fibre Channel ports of host bus adapters. */
export const fcHosts: Collector<readonly FcHost[]> & { name: 'fc_hosts' } = {
  name: 'fc_hosts',
  intervalSeconds: 30,
  timeoutMs: 10_000,
  wakes: { devices: ['fc_host'] },

  async collect(host) {
    const names = (await host.list(FC_HOST)).sort(byNumber)
    const ports = await readEach(names, (name) => readPort(host, name))
    return ports.length === 0 ? ABSENT : whole(ports)
  },
}

async function readPort(host: Host, name: string): Promise<FcHost> {
  const path = `${FC_HOST}/${name}`
  const [portName, nodeName, state, portType, speed, fabricName, statistics] = await Promise.all([
    host.readText(`${path}/port_name`),
    attribute(host, `${path}/node_name`),
    attribute(host, `${path}/port_state`),
    attribute(host, `${path}/port_type`),
    attribute(host, `${path}/speed`),
    attribute(host, `${path}/fabric_name`),
    readStatistics(host, `${path}/statistics`),
  ])
  const wwpn = parseWwn(portName.trim())
  return {
    id: wwpn,
    name,
    portName: wwpn,
    nodeName: nodeName === null ? null : parseWwn(nodeName),
    state: state ?? 'Unknown',
    portType,
    speedBitsPerSecond: speed === null ? null : parseFcSpeed(speed),
    fabricName: fabricName === null || isUnset(fabricName) ? null : parseWwn(fabricName),
    statistics,
  }
}

/** A port that is in no fabric says 0 or all ones, depending on its driver. */
function isUnset(wwn: string): boolean {
  return /^0x(?:0+|f+)$/i.test(wwn)
}

/** `0x21000024ff7f0a11` as people write it, `21:00:00:24:ff:7f:0a:11`. */
export function parseWwn(text: string): string {
  const digits = /^0x([0-9a-f]{1,16})$/i.exec(text)?.[1]
  if (digits === undefined) throw new ParseError('fc_host', `"${text.slice(0, 60)}" is no WWN`)
  return digits
    .toLowerCase()
    .padStart(16, '0')
    .replace(/(..)(?!$)/g, '$1:')
}

/** `16 Gbit`; null for words such as `unknown` and `Not Negotiated` (drivers/scsi/scsi_transport_fc.c). */
export function parseFcSpeed(text: string): number | null {
  const match = /^(\d{1,4}) Gbit/.exec(text)
  return match ? Number(match[1]) * 1e9 : null
}

/** The value of a counter, which sysfs writes in hex; null for all ones, by which a driver says that it keeps none. */
export function parseFcCounter(text: string): number | null {
  if (!/^0x[0-9a-f]{1,16}$/i.test(text)) {
    throw new ParseError('fc_host statistics', `"${text.slice(0, 60)}" is no counter`)
  }
  return /^0xf{16}$/i.test(text) ? null : Number(text)
}

async function readStatistics(host: Host, directory: string): Promise<Record<string, number>> {
  const names = (await host.list(directory)).filter((name) => name !== 'reset_statistics')
  const statistics: Record<string, number> = {}
  await Promise.all(
    names.map(async (name) => {
      const text = await attribute(host, `${directory}/${name}`)
      const value = text === null ? null : parseFcCounter(text)
      if (value !== null) statistics[name] = value
    }),
  )
  return Object.fromEntries(Object.entries(statistics).sort(([a], [b]) => byNumber(a, b)))
}
