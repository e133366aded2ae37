import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** The library that tgt emulates. */
export const LIBRARY = {
  target: 'iqn.2026-01.org.example:library',
  drives: 2,
  slots: 8,
  barcodes: Array.from({ length: 6 }, (_, index) => `VM000${index + 1}L8`),
} as const

const MEDIA = '/tmp/library'
/** What takes a second on an idle machine takes ten where others work, and is emulated. */
const PATIENCE_MS = 120_000
const PORTAL = '127.0.0.1:3260'

/** Runs a command of the guest; what it printed. Throws when it fails. */
export function sh(command: string, ...words: string[]): string {
  return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The same for one whose exit code is no matter. */
export function said(command: string, ...words: string[]): string {
  const { stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' })
  return `${stdout}${stderr}`
}

/** Waits until it is so; the machine is slow, and nothing tells. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const began = performance.now()
  while (!isSo()) {
    if (performance.now() - began > PATIENCE_MS)
      throw new Error(`${what}: not in ${PATIENCE_MS} ms`)
    await pause(50)
  }
}

/** What is plugged in besides the drives of the library. */
export interface Devices {
  slots: number
  /** What scsi_debug plays: two disks, or so many tape drives, which tell log pages where those of tgt have none. */
  tapeDrives: number
}

/** Loads the drivers, and puts disks, a library and its drives on the SCSI buses. */
export async function plugIn(devices: Devices = { ...LIBRARY, tapeDrives: 0 }): Promise<void> {
  const { slots, tapeDrives } = devices
  for (const module of ['sg', 'st', 'ch', 'sd_mod']) sh('modprobe', module)
  // Newer kernels have it built in.
  said('modprobe', 'crc32c_generic')
  sh('modprobe', 'iscsi_tcp')
  const units = tapeDrives > 0 ? ['ptype=1', `num_tgts=${tapeDrives}`] : ['num_tgts=2']
  sh('modprobe', 'scsi_debug', ...units, 'dev_size_mb=8', 'delay=0')
  await until('scsi_debug', () => genericNodes().length >= (tapeDrives || 2))
  await startLibrary(slots)
  await logIn(tapeDrives)
}

/** Logs in to the library; resolves when its changer and drives are there, besides `others`. */
export async function logIn(others = 0): Promise<void> {
  sh('iscsiadm', '-m', 'node', '-T', LIBRARY.target, '-p', PORTAL, '--login')
  const drives = LIBRARY.drives + others
  const count = () => genericNodes().filter(({ type }) => type !== 0).length
  await until('the library', () => count() >= drives + 1)
  await until('the tape nodes', () => existsSync(`/dev/nst${drives - 1}`))
}

/** Logs out: its changer and drives are gone. */
export function logOut(): void {
  sh('iscsiadm', '-m', 'node', '-T', LIBRARY.target, '-p', PORTAL, '--logout')
}

const SCSI_DEBUG = '/sys/bus/pseudo/drivers/scsi_debug'

/** drivers/scsi/scsi_debug.c, SDEBUG_OPT_*: what it may do to every command that it is sent. */
export const FAULTS = {
  none: 0,
  /** Takes it and never answers. */
  timeout: 0x4,
  /** Carries it out, and says then that the transport failed: ABORTED COMMAND, ACK/NAK TIMEOUT. */
  transport: 0x10,
} as const

/** Has scsi_debug do it to every command from now on. It does most only to those that it answers late. */
export async function inject(fault: keyof typeof FAULTS, delayJiffies = 0): Promise<void> {
  setting('opts', String(FAULTS[fault]))
  setting('every_nth', fault === 'none' ? '0' : '1')
  // Not while anything is under way.
  await until('the delay', () => {
    try {
      setting('delay', String(delayJiffies))
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error
      return false
    }
  })
}

/** Writes an attribute of scsi_debug. */
export function setting(attribute: string, value: string): void {
  writeFileSync(`${SCSI_DEBUG}/${attribute}`, value)
}

/** A generic node as sysfs has it. */
export interface GenericNode {
  device: string
  /** Peripheral device type: 0 disk, 1 tape drive, 8 medium changer. */
  type: number
  hctl: string
  vendor: string
}

/** The generic nodes, in the order of their numbers. */
export function genericNodes(): GenericNode[] {
  const root = '/sys/class/scsi_generic'
  const text = (path: string) => readFileSync(path, 'utf8').trim()
  return readdirSync(root)
    .sort((one, other) => Number(one.slice(2)) - Number(other.slice(2)))
    .flatMap((name) => {
      try {
        const device = `${root}/${name}/device`
        const [hctl = ''] = readdirSync(`${device}/scsi_device`)
        const vendor = text(`${device}/vendor`)
        return [{ device: `/dev/${name}`, type: Number(text(`${device}/type`)), hctl, vendor }]
      } catch {
        return []
      }
    })
}

/** The generic node of the changer. */
export function changerNode(): string {
  const node = genericNodes().find(({ type }) => type === 8)
  if (node === undefined) throw new Error('there is no changer')
  return node.device
}

function tgtadm(...words: string[]): string {
  return sh('tgtadm', '--lld', 'iscsi', ...words)
}

/** As tgt's README.vtl does it. */
async function startLibrary(slots: number): Promise<void> {
  const { target, drives, barcodes } = LIBRARY
  mkdirSync(MEDIA, { recursive: true })
  writeFileSync(`${MEDIA}/smc`, Buffer.alloc(1024))
  for (const barcode of barcodes) newTape(barcode)
  // Of elements of all kinds it writes the last behind its buffer (smc_read_element_status of 1.0.85): in a
  // mapping of its own that is nobody's memory, on the heap tgtd dies of it sooner or later.
  sh('env', 'MALLOC_MMAP_THRESHOLD_=900', 'tgtd', '--iscsi', `portal=${PORTAL}`)
  await until('tgtd', () => spawnSync('tgtadm', ['--op', 'show', '--mode', 'system']).status === 0)
  tgtadm('--op', 'new', '--mode', 'target', '--tid', '1', '-T', target)
  const unit = (lun: number, ...words: string[]) =>
    tgtadm('--mode', 'logicalunit', '--tid', '1', '--lun', String(lun), ...words)
  const update = (lun: number, params: string) => unit(lun, '--op', 'update', '--params', params)
  for (let drive = 1; drive <= drives; drive++) {
    const first = barcodes[drive - 1] ?? ''
    unit(drive, '--op', 'new', '-b', `${MEDIA}/${first}`, '--device-type=tape')
    update(drive, 'online=0')
  }
  const changer = drives + 1
  unit(changer, '--op', 'new', '-b', `${MEDIA}/smc`, '--device-type=changer')
  update(changer, `media_home=${MEDIA}`)
  update(changer, `element_type=4,start_address=1,quantity=${drives}`)
  for (let drive = 1; drive <= drives; drive++) {
    update(changer, `element_type=4,address=${drive},tid=1,lun=${drive}`)
  }
  update(changer, 'element_type=1,start_address=16,quantity=1')
  update(changer, `element_type=2,start_address=32,quantity=${slots}`)
  for (const [index, barcode] of barcodes.entries()) {
    update(changer, `element_type=2,address=${32 + index},barcode=${barcode},sides=1`)
  }
  tgtadm('--op', 'bind', '--mode', 'target', '--tid', '1', '-I', 'ALL')
  writeFileSync('/etc/iscsi/initiatorname.iscsi', 'InitiatorName=iqn.2026-01.org.example:guest\n')
  writeFileSync('/etc/iscsi/iscsid.conf', 'iscsid.startup = /sbin/iscsid\nnode.startup = manual\n')
  sh('iscsid')
  sh('iscsiadm', '-m', 'discovery', '-t', 'sendtargets', '-p', PORTAL)
}

function newTape(barcode: string): void {
  const file = `${MEDIA}/${barcode}`
  sh(
    'tgtimg',
    '--op=new',
    '--device-type=tape',
    `--barcode=${barcode}`,
    '--size=16',
    '--type=data',
    `--file=${file}`,
  )
}
