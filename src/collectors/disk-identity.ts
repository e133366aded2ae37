import { HostError, type Host } from '../host/host.ts'
import { DecodeError } from '../scsi/bytes.ts'
import { decodeUnitSerialNumber } from '../scsi/inquiry.ts'
import { attribute } from './attributes.ts'

/** Vendor of a disk, by its kernel name; null where sysfs has only the number of one (PCI, virtio). */
export async function vendorOf(host: Host, name: string): Promise<string | null> {
  const vendor = await attribute(host, `/sys/block/${name}/device/vendor`)
  return vendor?.startsWith('0x') ? null : vendor
}

/** Model of a disk: SCSI and NVMe tell one, MMC has a name. */
export async function modelOf(host: Host, name: string): Promise<string | null> {
  const device = `/sys/block/${name}/device`
  return (await attribute(host, `${device}/model`)) ?? (await attribute(host, `${device}/name`))
}

/** Serial number of a disk: VPD page 80h of SCSI and ATA, a file of its own of NVMe and MMC, and of virtio. */
export async function serialNumberOf(host: Host, name: string): Promise<string | null> {
  const block = `/sys/block/${name}`
  return (
    (await unitSerialNumber(host, `${block}/device/vpd_pg80`)) ??
    (await attribute(host, `${block}/device/serial`)) ??
    (await attribute(host, `${block}/serial`))
  )
}

/** World wide name of a disk as lsblk writes it, by its kernel name. */
export async function worldWideNameOf(host: Host, name: string): Promise<string | null> {
  const block = `/sys/block/${name}`
  const wwid =
    (await attribute(host, `${block}/wwid`)) ?? (await attribute(host, `${block}/device/wwid`))
  return wwid === null ? null : worldWideName(wwid)
}

/** Of the kernel's `wwid`; null for one that is made up of vendor and model (`t10.`) and so not unique. */
export function worldWideName(wwid: string): string | null {
  if (wwid.startsWith('naa.')) return `0x${wwid.slice('naa.'.length)}`
  return /^(?:eui|nvme|uuid)\./.test(wwid) ? wwid : null
}

async function unitSerialNumber(host: Host, path: string): Promise<string | null> {
  try {
    return decodeUnitSerialNumber(await host.readBytes(path))
  } catch (error) {
    // Disks that are not SCSI have no such page, and some that are have a damaged one.
    if (error instanceof HostError || error instanceof DecodeError) return null
    throw error
  }
}
