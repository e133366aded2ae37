import type { Host } from '../host/host.ts'
import {
  attribute,
  byNumber,
  linkName,
  numberAttribute,
  parseCount,
  readEach,
} from './attributes.ts'
import { whole, type Collector } from './collector.ts'

/** A network interface, from /sys/class/net. */
export interface NetworkInterface {
  /** The name, which udev keeps stable. */
  id: string
  name: string
  macAddress: string | null
  /** operstate: up, down, unknown, dormant, lowerlayerdown … */
  state: string
  /** Null when there is no link or the driver does not tell. */
  speedBitsPerSecond: number | null
  mtuBytes: number
  physical: boolean
  carrierChanges: number | null
  receivedBytes: number
  receivedPackets: number
  receiveErrors: number
  receiveDropped: number
  transmittedBytes: number
  transmittedPackets: number
  transmitErrors: number
  transmitDropped: number
  /** Bond that it belongs to; null otherwise. */
  bond: string | null
  /** For a bond: its mode and members that are down. */
  bondMode: string | null
  bondMembersDown: readonly string[]
}

const NET = '/sys/class/net'

// The loopback interface, and a control file that lies between the interfaces when bonding is loaded.
const NO_INTERFACE = ['lo', 'bonding_masters']

/** Network interfaces but the loopback (Documentation/ABI/testing/sysfs-class-net). */
export const network: Collector<readonly NetworkInterface[]> & { name: 'network' } = {
  name: 'network',
  intervalSeconds: 10,
  timeoutMs: 10_000,
  wakes: { devices: ['net'] },

  async collect(host) {
    const names = (await host.list(NET)).filter((name) => !NO_INTERFACE.includes(name))
    return whole(await readEach(names.sort(byNumber), (name) => readInterface(host, name)))
  },
}

async function readInterface(host: Host, name: string): Promise<NetworkInterface> {
  const net = `${NET}/${name}`
  const [state, mtu, macAddress, speed, carrierChanges, device, counters, bond, bonding] =
    await Promise.all([
      host.readText(`${net}/operstate`),
      host.readText(`${net}/mtu`),
      attribute(host, `${net}/address`),
      numberAttribute(host, `${net}/speed`),
      numberAttribute(host, `${net}/carrier_changes`),
      host.exists(`${net}/device`),
      readCounters(host, `${net}/statistics`),
      readMaster(host, net),
      readBonding(host, net),
    ])
  return {
    id: name,
    name,
    macAddress,
    state: state.trim(),
    speedBitsPerSecond: speedOf(speed),
    mtuBytes: parseCount(`${net}/mtu`, mtu.trim()),
    physical: device,
    carrierChanges,
    ...counters,
    bond,
    ...bonding,
  }
}

/** Megabits a second in sysfs; without a link 0, -1 or, from some drivers, -1 without its sign. */
export function speedOf(megabits: number | null): number | null {
  return megabits === null || megabits <= 0 || megabits === 0xffffffff ? null : megabits * 1e6
}

type Counters = Pick<
  NetworkInterface,
  | 'receivedBytes'
  | 'receivedPackets'
  | 'receiveErrors'
  | 'receiveDropped'
  | 'transmittedBytes'
  | 'transmittedPackets'
  | 'transmitErrors'
  | 'transmitDropped'
>

const COUNTER_FILES: Readonly<Record<keyof Counters, string>> = {
  receivedBytes: 'rx_bytes',
  receivedPackets: 'rx_packets',
  receiveErrors: 'rx_errors',
  receiveDropped: 'rx_dropped',
  transmittedBytes: 'tx_bytes',
  transmittedPackets: 'tx_packets',
  transmitErrors: 'tx_errors',
  transmitDropped: 'tx_dropped',
}

async function readCounters(host: Host, directory: string): Promise<Counters> {
  const counters = await Promise.all(
    Object.entries(COUNTER_FILES).map(async ([key, file]) => {
      const path = `${directory}/${file}`
      return [key, parseCount(path, (await host.readText(path)).trim())] as const
    }),
  )
  return Object.fromEntries(counters) as Counters
}

/** The bond that the interface is a member of; other masters (bridges, teams) are none. */
async function readMaster(host: Host, net: string): Promise<string | null> {
  const master = await linkName(host, `${net}/master`)
  return master !== null && (await host.exists(`${NET}/${master}/bonding`)) ? master : null
}

async function readBonding(
  host: Host,
  net: string,
): Promise<Pick<NetworkInterface, 'bondMode' | 'bondMembersDown'>> {
  // The name of the mode and its number, e.g. "active-backup 1".
  const mode = await attribute(host, `${net}/bonding/mode`)
  if (mode === null) return { bondMode: null, bondMembersDown: [] }
  const members = ((await attribute(host, `${net}/bonding/slaves`)) ?? '')
    .split(' ')
    .filter(Boolean)
  const down = await readEach(members, async (member) =>
    (await isUp(host, member)) ? null : member,
  )
  return { bondMode: mode.split(' ')[0] ?? mode, bondMembersDown: down }
}

/** As the bond's own link monitoring sees it; it has none when neither miimon nor ARP targets are set. */
async function isUp(host: Host, member: string): Promise<boolean> {
  const status =
    (await attribute(host, `${NET}/${member}/bonding_slave/mii_status`)) ??
    (await attribute(host, `${NET}/${member}/operstate`))
  return status === 'up'
}
