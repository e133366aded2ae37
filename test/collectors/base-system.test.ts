import t, { type Test } from 'tap'
import { disks } from '../../src/collectors/disks.ts'
import { filesystems } from '../../src/collectors/filesystems.ts'
import { iscsi } from '../../src/collectors/iscsi.ts'
import { mdArrays } from '../../src/collectors/md-arrays.ts'
import { network } from '../../src/collectors/network.ts'
import { services } from '../../src/collectors/services.ts'
import { smart } from '../../src/collectors/smart.ts'
import { system } from '../../src/collectors/system.ts'
import { volumeGroups } from '../../src/collectors/volume-groups.ts'
import type { Host } from '../../src/host/host.ts'
import { collected } from '../support/collected.ts'
import { said } from '../support/said.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

// Every recording, its files against what other programs said on the same machine.
for (const name of RECORDINGS) {
  t.test(name, async (t) => {
    const host = openRecording(name)
    await t.test('memory is what free says, the kernel what uname says', (t) =>
      compareSystem(t, host),
    )
    await t.test('disks are those that lsblk lists', (t) => compareDisks(t, host))
    await t.test('arrays are as mdadm and mdstat tell them', (t) => compareArrays(t, host))
    await t.test('interfaces are those of ip, their counters those of /proc/net/dev', (t) => {
      return compareNetwork(t, host)
    })
    await t.test('listeners are those of ss, sessions those of iscsiadm', (t) =>
      compareIscsi(t, host),
    )
    if ((await said(host, 'df', '-B1', '-T')) === null) return
    await t.test('file systems are used as df says', (t) => compareFileSystems(t, host))
    await t.test('volumes are those that lvs lists', (t) => compareVolumes(t, host))
    await t.test('units run as systemctl is-active says', (t) => compareServices(t, host))
    await t.test('SMART is told by the disks that were asked', (t) => compareSmart(t, host))
  })
}

async function compareSystem(t: Test, host: Host): Promise<void> {
  const { value, coverage } = await collected(system, host)
  t.equal(coverage, 'all')
  const free = await said(host, 'free', '-b')
  if (free === null) return
  const [total, , , , , available] = columns(free.split('\n')[1]).slice(1)
  t.equal(value.memoryTotalBytes, Number(total))
  // The command ran some seconds after the files were read.
  const apart = Math.abs(value.memoryAvailableBytes - Number(available))
  t.ok(apart < 32 * 2 ** 20, `available differs by ${apart} bytes`)
  t.equal((await said(host, 'uname', '-a'))?.split(' ')[2], value.kernel)
}

interface ListedDisk {
  name: string
  type: string
  size: number
  model: string | null
  serial: string | null
  hctl: string | null
  state: string | null
  rota: boolean
  ro: boolean
  wwn: string | null
}

async function compareDisks(t: Test, host: Host): Promise<void> {
  const { value, coverage } = await collected(disks, host)
  t.equal(coverage, 'all')
  t.equal(new Set(value.map(({ id }) => id)).size, value.length, 'ids are unique')

  const asked = 'NAME,TYPE,SIZE,MODEL,SERIAL,TRAN,HCTL,FSTYPE,MOUNTPOINT,STATE,ROTA,RO,WWN'
  const text = await said(host, 'lsblk', '-J', '-b', '-o', asked)
  if (text === null) return
  const { blockdevices } = JSON.parse(text) as { blockdevices: ListedDisk[] }
  t.strictSame(
    value.map((disk) => ({
      name: disk.name,
      size: disk.sizeBytes,
      model: disk.model,
      serial: disk.serial,
      hctl: disk.hctl,
      state: disk.state,
      rota: disk.rotational,
      ro: disk.readOnly,
      // udev makes no WWN of the EUI-64 names that SCST's devices have.
      wwn: disk.wwn?.startsWith('eui.') ? null : disk.wwn,
    })),
    blockdevices
      .filter(({ type }) => type === 'disk')
      .map(({ name, size, model, serial, hctl, state, rota, ro, wwn }) => {
        return { name, size, model, serial, hctl, state, rota, ro, wwn }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
}

async function compareArrays(t: Test, host: Host): Promise<void> {
  const { value } = await collected(mdArrays, host)
  const mdstat = await host.readText('/proc/mdstat')
  t.strictSame(
    value.map(({ name }) => name),
    [...mdstat.matchAll(/^(md\d+) :/gm)].map(([, array]) => array).sort(),
  )
  for (const array of value) {
    const detail = await said(host, 'mdadm', '--detail', `/dev/${array.name}`)
    if (detail === null) continue
    const field = (label: string) => new RegExp(`^ +${label} : (.*)$`, 'm').exec(detail)?.[1] ?? ''
    t.equal(array.id, field('UUID'))
    t.equal(array.level, field('Raid Level'))
    t.equal(array.sizeBytes, Number(field('Array Size').split(' ')[0]) * 1024)
    t.equal(array.raidDisks, Number(field('Raid Devices')))
    t.equal(array.degraded, Number(field('Raid Devices')) - Number(field('Active Devices')))
    t.equal(array.members.length, Number(field('Total Devices')))
    const faulty = array.members.filter(({ states }) => states.includes('faulty'))
    t.equal(faulty.length, Number(field('Failed Devices')))
  }
}

async function compareFileSystems(t: Test, host: Host): Promise<void> {
  const { value, coverage } = await collected(filesystems, host)
  t.equal(coverage, 'all')
  // What holds something: df lists the file systems in memory besides.
  const used = columnsOf(await said(host, 'df', '-B1', '-T'))
    .filter(([, type]) => type !== 'tmpfs' && type !== 'devtmpfs')
    .sort(byLast)
  const inodes = columnsOf(await said(host, 'df', '-i'))
    .filter(([device]) => device !== 'tmpfs' && device !== 'udev')
    .sort(byLast)
  const told = [...value].sort((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1))
  t.strictSame(
    told.map(({ device, type, usage, mountPoint }) => [
      device,
      type,
      ...[usage?.totalBytes, usage?.usedBytes, usage?.availableBytes].map(String),
      // df rounds up.
      `${Math.ceil(usage?.usedPercent ?? Number.NaN)}%`,
      mountPoint,
    ]),
    used,
  )
  t.strictSame(
    told.map(({ usage }) => [String(usage?.files), String(usage?.filesFree)]),
    inodes.map(([, files, , free]) => [files, free]),
  )
  t.notOk(told.some(({ readOnly, remountedReadOnly }) => readOnly || remountedReadOnly))
}

async function compareVolumes(t: Test, host: Host): Promise<void> {
  const { value, coverage } = await collected(volumeGroups, host)
  t.equal(coverage, 'all')
  const short = JSON.parse(
    (await said(host, 'lvs', '--reportformat', 'json', '--units', 'b')) ?? '',
  ) as {
    report: { lv: Record<string, string>[] }[]
  }
  t.strictSame(
    value.logicalVolumes.map(
      ({ group, name, attributes, sizeBytes, dataPercent, metadataPercent }) => ({
        vg_name: group,
        lv_name: name,
        lv_attr: attributes,
        lv_size: `${sizeBytes}B`,
        data_percent: dataPercent?.toFixed(2) ?? '',
        metadata_percent: metadataPercent?.toFixed(2) ?? '',
      }),
    ),
    short.report[0]?.lv.map(
      ({ vg_name, lv_name, lv_attr, lv_size, data_percent, metadata_percent }) => {
        return { vg_name, lv_name, lv_attr, lv_size, data_percent, metadata_percent }
      },
    ),
  )
  const [group] = value.groups
  t.equal(group?.logicalVolumes, value.logicalVolumes.length)
  t.equal(group?.physicalVolumes, value.physicalVolumes.length)
  t.equal(
    group?.freeBytes,
    value.physicalVolumes.reduce((sum, { freeBytes }) => sum + freeBytes, 0),
  )
  t.equal(group?.missingPhysicalVolumes, 0)
}

async function compareNetwork(t: Test, host: Host): Promise<void> {
  const { value } = await collected(network, host)
  const counters = columnsOf(await host.readText('/proc/net/dev'))
    .slice(1)
    .filter(([name]) => name !== 'lo:')
  t.strictSame(
    value.map((each) => [
      `${each.name}:`,
      ...[each.receivedBytes, each.receivedPackets, each.receiveErrors, each.receiveDropped],
      ...[
        each.transmittedBytes,
        each.transmittedPackets,
        each.transmitErrors,
        each.transmitDropped,
      ],
    ]),
    counters.map(([name, ...numbers]) => [
      name,
      ...[...numbers.slice(0, 4), ...numbers.slice(8, 12)].map(Number),
    ]),
  )
  const text = await said(host, 'ip', '-j', '-s', 'link')
  if (text === null) return
  const links = JSON.parse(text) as {
    ifname: string
    operstate: string
    mtu: number
    address: string
    link_type: string
  }[]
  t.strictSame(
    value.map(({ name, state, mtuBytes, macAddress }) => ({ name, state, mtuBytes, macAddress })),
    links
      .filter((link) => link.link_type !== 'loopback')
      .map(({ ifname, operstate, mtu, address }) => ({
        name: ifname,
        state: operstate.toLowerCase(),
        mtuBytes: mtu,
        macAddress: address,
      })),
  )
}

async function compareIscsi(t: Test, host: Host): Promise<void> {
  const { value } = await collected(iscsi, host)
  t.equal(value.initiatorName, 'iqn.1993-08.org.debian:01:media01')
  const listening = await said(host, 'ss', '-ltnp')
  if (listening === null) return
  t.strictSame(
    value.listening.map(
      ({ address, port }) => `${address.includes(':') ? `[${address}]` : address}:${port}`,
    ),
    columnsOf(listening)
      .map(([, , , local]) => local)
      .filter((local) => local?.endsWith(':3260')),
  )
  // tcp: [1] 127.0.0.1:3260,1 iqn.2026-01.org.example:disk1 (non-flash)
  const sessions = (await said(host, 'iscsiadm', '-m', 'session')) ?? ''
  t.strictSame(
    value.initiatorSessions,
    [...sessions.matchAll(/^\w+: \[(\d+)\] (\S+),\d+ (\S+)/gm)].map(([, id, portal, target]) => {
      return { id: `session${id}`, target, portal, state: 'LOGGED_IN' }
    }),
  )
}

async function compareServices(t: Test, host: Host): Promise<void> {
  const { value, coverage } = await collected(services, host)
  t.equal(coverage, 'all')
  const failed = JSON.parse((await said(host, 'systemctl', '--failed', '--output=json')) ?? '') as {
    unit: string
  }[]
  t.strictSame(
    value.filter(({ active }) => active === 'failed').map(({ unit }) => unit),
    failed.map(({ unit }) => unit),
  )
  t.ok(value.some(({ unit, active }) => unit === 'ssh.service' && active === 'active'))
  t.notOk(value.some(({ load }) => load === 'not-found'))
  t.ok(value.every(({ expected }) => expected === null))
}

async function compareSmart(t: Test, host: Host): Promise<void> {
  const { value, problems, coverage } = await collected(smart, host)
  t.strictSame({ problems, coverage }, { problems: [], coverage: 'all' })
  const own = (await collected(disks, host)).value.filter(({ vendor, name }) => {
    return !vendor?.startsWith('SCST_') && name !== 'vda'
  })
  t.strictSame(value.map(({ id }) => id).sort(), own.map(({ id }) => id).sort())
  // Of the others the recordings hold no question that leaves a disk asleep.
  t.strictSame(
    value.filter(({ state }) => state !== 'unknown').map(({ id, state }) => ({ id, state })),
    [{ id: 'LABNVME0001', state: 'passed' }],
  )
}

function columns(line: string | undefined): string[] {
  return line?.trim().split(/\s+/) ?? []
}

/** The columns of all lines but the first. */
function columnsOf(text: string | null): string[][] {
  return (text ?? '').trim().split('\n').slice(1).map(columns)
}

function byLast(a: string[], b: string[]): number {
  return (a.at(-1) ?? '') < (b.at(-1) ?? '') ? -1 : 1
}
