import type { Host } from '../host/host.ts'
import type { DaemonUser } from './daemon-user.ts'
import { fail, ok, unknown, type Check } from './finding.ts'
import { counted } from './words.ts'

const GENERIC = '/sys/class/scsi_generic'
/** Peripheral device types of SPC-4, 6.6.2. */
const TAPE_TYPES: Readonly<Record<string, string>> = { '1': 'drive', '8': 'library' }
const RULES = '60-storwarden.rules'
const RULE_FOLDERS = ['/etc/udev/rules.d', '/usr/lib/udev/rules.d', '/lib/udev/rules.d']

/** Whether tape libraries and drives can be asked. Their nodes are looked at, none is opened. */
export function deviceChecks(host: Host, user: () => Promise<DaemonUser>): Check[] {
  return [{ name: 'permissions', look: async () => lookAtNodes(host, await user()) }]
}

async function lookAtNodes(host: Host, user: DaemonUser) {
  const nodes = await tapeNodes(host)
  if (nodes.length === 0) {
    const tapes = await host.list('/sys/class/scsi_tape')
    if (tapes.length === 0) return ok(`${user.name}; there is no tape library or drive`)
    return fail(
      'there are tape drives, and no SCSI generic node by which to ask them',
      'modprobe sg, and echo sg > /etc/modules-load.d/sg.conf',
    )
  }
  const looked = await Promise.all(
    nodes.map(async (node) => ({
      ...node,
      // A container has what it was given of /dev.
      there: await host.exists(node.path),
      may: await user.may(node.path, 'read and write').catch(() => null),
    })),
  )
  const missing = looked.filter(({ there }) => !there)
  if (missing.length > 0) {
    return fail(
      `not there: ${listed(missing)}`,
      'udevadm trigger --subsystem-match=scsi_generic; a container has to be given the nodes',
    )
  }
  const refused = looked.filter(({ may }) => may === false)
  if (refused.length > 0) return await refusedFinding(host, user, refused)
  if (looked.some(({ may }) => may === null)) {
    return unknown(`what ${user.name} may is not known: setpriv, id or test cannot be run`)
  }
  return ok(`${user.name} may read and write ${counted(nodes.length, 'node')}: ${listed(nodes)}`)
}

async function refusedFinding(host: Host, user: DaemonUser, refused: readonly Node[]) {
  const message = `${user.name} may not read and write ${listed(refused)}: they cannot be asked`
  if (user.account === null) {
    return fail(
      message,
      'run doctor as root, which asks for the user of the unit, or usermod -aG tape USER',
    )
  }
  const found = await Promise.all(
    RULE_FOLDERS.map((folder) => host.exists(`${folder}/${RULES}`).catch(() => false)),
  )
  const list = `setfacl --modify group:${user.account}:rw ${refused.map(({ path }) => path).join(' ')}`
  if (!found.includes(true)) {
    return fail(
      message,
      `${list}; so that it stays so, put ${RULES} of the package into /etc/udev/rules.d`,
    )
  }
  const anew = 'udevadm control --reload; udevadm trigger --subsystem-match=scsi_generic'
  return fail(message, `${anew}, which has ${RULES} do it again (apt install acl); or ${list}`)
}

interface Node {
  path: string
  what: string
}

/** SCSI generic nodes of tape drives and libraries, as the kernel lists them. */
async function tapeNodes(host: Host): Promise<Node[]> {
  const names = await host.list(GENERIC)
  const found = await Promise.all(
    names.map(async (name) => {
      const type = await host.readText(`${GENERIC}/${name}/device/type`).catch(() => '')
      return { path: `/dev/${name}`, what: TAPE_TYPES[type.trim()] }
    }),
  )
  return found.flatMap(({ path, what }) => (what === undefined ? [] : [{ path, what }]))
}

const LISTED = 8

function listed(nodes: readonly Node[]): string {
  const shown = nodes.slice(0, LISTED).map(({ path, what }) => `${path} (${what})`)
  const more = nodes.length > LISTED ? ` and ${nodes.length - LISTED} more` : ''
  return shown.join(', ') + more
}
