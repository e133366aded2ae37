import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { TimeoutError } from '../../src/host/host.ts'
import type { PrivilegedRequest } from '../../src/host/privileged/closed-list.ts'
import { encodeFrame, FrameReader } from '../../src/host/privileged/frames.ts'
import { PROTOCOL } from '../../src/host/privileged/protocol.ts'
import type { AuditEntry } from '../../src/privileged/audit.ts'
import { PrivilegedServer, type ServerParts } from '../../src/privileged/server.ts'
import type { Teardown } from './database.ts'
import { shortFolder } from './short-folder.ts'

// The closed list as somebody else would write it down, to compare the program with.

const COMMANDS: Readonly<Record<string, RegExp>> = {
  kernel_log: /^\{\}$/,
  lvm_report: /^\{"report":"(?:vgs|lvs|pvs)"\}$/,
  smart_scan: /^\{\}$/,
}
const VTL = [
  /^\{"command":"unit","action":"(?:start|stop|restart|reset-failed)","kind":"(?:library|drive)","device":\d{1,5}\}$/,
  /^\{"command":"reload_units"\}$/,
  /^\{"command":"make_medium","library":\d{1,5},"barcode":"\w[\w-]{0,15}","type":"(?:data|WORM|clean)","generation":\d,"size":\d{1,9}\}$/,
  /^\{"command":"write_protect","library":\d{1,5},"barcode":"\w[\w-]{0,15}","on":(?:true|false)\}$/,
  /^\{"command":"(?:online|offline)","device":\d{1,5}\}$/,
  /^\{"command":"tape_alert","device":\d{1,5},"flags":"[0-9a-f]{16}"\}$/,
]
const isVtlNumber = (number: number) => Number.isInteger(number) && number > 0 && number < 32_768
const DISK = /^\/dev\/(?:sd[a-z]+|sg[0-9]+|nvme[0-9]+(?:n[0-9]+)?|bus\/[0-9]+)$/
const SG = /^\/dev\/sg[0-9]+$/
const TYPE = /^[a-z0-9]+(?:\+[a-z0-9]+)?(?:,(?:auto|[0-9/]+))*$/
const SCST =
  /^\/sys\/kernel\/scst_tgt\/(?:(?:handlers|targets|devices)\/[^/]|device_groups\/(?:mgmt$|[^/])|threads$|setup_id$|max_tasklet_cmd$|poll_us$|measure_latency$)/
const NEVER = /\.\.|\/sessions\/|User\d*$|_count(?:_kb)?$|\/suspend$|trace|[\r\n\0]/

/** Whether it is something that may be done, as far as can be told by somebody who does not know how it is told. */
export function isOnTheList({ operation, params }: PrivilegedRequest, scstConfig: string): boolean {
  switch (operation) {
    case 'kernel_log':
    case 'lvm_report':
    case 'smart_scan':
      return COMMANDS[operation]?.test(JSON.stringify(params)) === true
    case 'smart_report': {
      const { device, type, wake, ...others } = params
      if (!DISK.test(device) || typeof wake !== 'boolean') return false
      return (type === null || TYPE.test(type)) && Object.keys(others).length === 0
    }
    case 'read_scst_config':
    case 'write_scst_config':
      return params.path === scstConfig
    case 'vtl_command':
      return VTL.some((command) => command.test(JSON.stringify(params)))
    case 'write_vtl_file':
      return typeof params.text === 'string' && params.text.length <= 524_288
    case 'make_vtl_home':
      return isVtlNumber(params.library)
    case 'remove_vtl_medium':
      return isVtlNumber(params.library) && /^\w[\w-]{0,15}$/.test(params.barcode)
    case 'remove_vtl_lock':
      return isVtlNumber(params.device)
    case 'write_scst': {
      const { path, text } = params
      const isLine = text === '\n' || !/[\p{Cc}]/u.test(text)
      return SCST.test(path) && !NEVER.test(path) && isLine && text.length > 0
    }
    case 'move_medium': {
      const { changer, command, source, destination, ...others } = params
      if (!SG.test(changer) || Object.keys(others).length > 0) return false
      const isElement = (number: unknown) => Number.isInteger(number) && Number(number) <= 65_535
      if (command === 'inventory') return source === null && destination === null
      return (
        ['load', 'unload', 'transfer'].includes(command) &&
        isElement(source) &&
        isElement(destination)
      )
    }
    case 'change_repository':
    case 'ask_repository':
      return isRepository(params)
    case 'exchange_medium': {
      const { changer, ...elements } = params
      const numbers = Object.values(elements)
      const isAddress = (one: number) => Number.isInteger(one) && one >= 0 && one <= 65_535
      return SG.test(changer) && numbers.length === 3 && numbers.every(isAddress)
    }
    case 'eject_medium':
      return SG.test(params.drive) && Object.keys(params).length === 1
    case 'device_holders':
      return params.nodes.every((node) => /^\/dev\/(?:sg|sch|n?st)[0-9]+[alm]?$/.test(node))
  }
}

const LVM_WORD = /^(?!\.{1,2}$)[\w.+][\w.+-]*$/
const WAY = /^(?:\/[\w.][\w.-]*)+$/
const SYSTEM_WAY =
  /^\/(?:bin|boot|dev|efi|etc|lib\w*|proc|root|run|sbin|sys|tmp|usr)(?:\/|$)|\/\.\.?(?:\/|$)/

/** Names that are no options and no paths, and no mount point of the system. */
function isRepository(params: object): boolean {
  return Object.entries(params).every(([name, value]: [string, unknown]) => {
    if (name === 'group' || name === 'volume') return LVM_WORD.test(String(value))
    if (name === 'extents') return Number.isInteger(value) && Number(value) > 0
    if (name === 'filesystem') return value === 'xfs' || value === 'ext4'
    if (name === 'mount_point') return WAY.test(String(value)) && !SYSTEM_WAY.test(String(value))
    return name === 'change' || name === 'question'
  })
}

/** A server in this process that writes down what it is asked for, and does nothing of it. */
export interface TestServer {
  path: string
  /** What was put on record, without what differs from run to run. */
  audited: () => object[]
  /** What came as far as the machine. */
  asked: PrivilegedRequest[]
  /** Resolves when the next one has nobody who waits for it any more. */
  aborted: Promise<void>
}

/** How the server differs from the usual. */
export interface TestServerOptions {
  carryOut?: ServerParts['carryOut']
  credentialsOf?: ServerParts['credentialsOf']
  users?: readonly number[]
  times?: Partial<ServerParts['times']>
  idleMs?: number
  remembers?: () => boolean
  onIdle?: () => void
}

const TIMES = { messageMs: 5_000, answerMs: 5_000, restMs: 60_000 }

/** Starts it on a socket of its own; it is stopped after the test. */
export async function startTestServer(
  t: Teardown & { teardown: (over: () => unknown) => void },
  options: TestServerOptions = {},
): Promise<TestServer> {
  const path = join(shortFolder(t), 'socket')
  const entries: AuditEntry[] = []
  const asked: PrivilegedRequest[] = []
  let onAborted: () => void = () => undefined
  const aborted = new Promise<void>((resolve) => (onAborted = resolve))
  const { carryOut = async () => ({}), times, idleMs = null } = options
  const server = new PrivilegedServer({
    version: '1.2.3',
    scstConfigPath: '/etc/scst.conf',
    users: new Set(options.users ?? [0, 4711]),
    times: { ...TIMES, ...times },
    idleMs,
    audit: (entry) => entries.push(entry),
    credentialsOf: options.credentialsOf ?? (() => ({ pid: 0, uid: 4711, gid: 4711 })),
    carryOut: (request, limits) => {
      asked.push(request)
      limits.signal.addEventListener('abort', onAborted)
      return carryOut(request, limits)
    },
    remembers: options.remembers ?? (() => false),
    onIdle: options.onIdle ?? (() => undefined),
    onFailure: () => undefined,
  })
  t.teardown(() => server.stop())
  await server.start({ path })
  const audited = () =>
    entries.map((entry) => JSON.parse(JSON.stringify(entry, sameEachTime)) as object)
  return { path, audited, asked, aborted }
}

function sameEachTime(key: string, value: unknown): unknown {
  return key === 'duration_ms' ? 'some' : value
}

/** What does not end before nobody waits for it. */
export function hanging({ signal }: { signal: AbortSignal }): Promise<object> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new TimeoutError('it', 1))
    })
  })
}

/** The other end of a connection, byte by byte. */
export interface RawPeer {
  send: (...parts: (Buffer | object)[]) => void
  /** The next message; null when the connection has ended. */
  receive: () => Promise<unknown>
  /** Resolves when the connection has ended, with what came until then. */
  ended: Promise<unknown[]>
  socket: Socket
}

/** Connects and says nothing. */
export async function rawPeer(t: Teardown, path: string): Promise<RawPeer> {
  const socket = connect({ path })
  t.teardown(async () => {
    socket.destroy()
    await Promise.resolve()
  })
  const reader = new FrameReader(64 * 1024 * 1024)
  const messages: unknown[] = []
  const waiting: ((message: unknown) => void)[] = []
  const all: unknown[] = []
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    for (const message of reader.push(chunk)) {
      all.push(message)
      const next = waiting.shift()
      if (next === undefined) messages.push(message)
      else next(message)
    }
  })
  const ended = once(socket, 'close').then(() => {
    for (const next of waiting) next(null)
    return all
  })
  await once(socket, 'connect')
  return {
    socket,
    ended,
    send(...parts) {
      for (const part of parts) socket.write(Buffer.isBuffer(part) ? part : encodeFrame(part))
    },
    receive: () =>
      messages.length > 0 || socket.destroyed
        ? Promise.resolve(messages.shift() ?? null)
        : new Promise((resolve) => waiting.push(resolve)),
  }
}

/** What a client says first. */
export const HELLO = { type: 'hello', protocol: PROTOCOL, version: '1.2.3' }
/** What is answered to it. */
export const GREETING = HELLO

/** A request that is granted. */
export function requestOf(id: number, operation = 'kernel_log', params: object = {}): object {
  return { type: 'request', id, operation, params, timeout_ms: 1000 }
}
