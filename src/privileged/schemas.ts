import { Ajv, type ValidateFunction } from 'ajv'
import { Type, type TProperties } from 'typebox'
import { HELD_NODE, MOST_HELD_NODES } from '../host/device-holders.ts'
import {
  LVM_REPORTS,
  MOVE_COMMANDS,
  SMART_DEVICE,
  SMART_TYPE,
  type PrivilegedOperation,
} from '../host/privileged/closed-list.ts'
import {
  LVM_NAME,
  MOST_EXTENTS,
  MOST_MOUNT_POINT,
  MOUNT_POINT,
  REPOSITORY_FILESYSTEMS,
} from '../host/repository-changes.ts'
import { MOST_VTL_DEVICE, UNIT_ACTIONS, VTL_BARCODE, VTL_FLAGS } from '../host/vtl-commands.ts'
import { MOST_VTL_FILE } from '../vtl/permitted.ts'

/** A path that is absolute; where it may lead the operation says. */
const PATH = String.raw`^(?:/[^/\u0000-\u001f\u007f]+)+$`
/** The longest that an operation takes, told by whoever asks for it: an inventory of a large library, and its turn. */
const MAX_TIMEOUT_MS = 3_700_000
const NODE = /^\/dev\/sg\d{1,5}$/

/** Some five thousand LUNs; with what JSON escapes it fits into a request. */
const MAX_CONFIG_CHARACTERS = 256 * 1024

const text = (pattern: RegExp, maxLength: number) =>
  Type.String({ pattern: pattern.source, maxLength })
const exactly = (properties: TProperties) =>
  Type.Object(properties, { additionalProperties: false })

const hello = exactly({
  type: Type.Literal('hello'),
  protocol: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  version: Type.String({ maxLength: 64 }),
})

const request = exactly({
  type: Type.Literal('request'),
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  operation: Type.String({ maxLength: 64 }),
  params: Type.Object({}),
  timeout_ms: Type.Integer({ minimum: 1, maximum: MAX_TIMEOUT_MS }),
})

const address = Type.Integer({ minimum: 0, maximum: 0xffff })
const among = (values: readonly string[]) =>
  Type.Unsafe<string>({ type: 'string', enum: [...values] })
const vtlDevice = Type.Integer({ minimum: 1, maximum: MOST_VTL_DEVICE })
const barcode = text(VTL_BARCODE, 16)

const vtlCommand = Type.Union([
  exactly({
    command: Type.Literal('unit'),
    ...{ action: among(UNIT_ACTIONS), kind: among(['library', 'drive']), device: vtlDevice },
  }),
  exactly({ command: Type.Literal('reload_units') }),
  exactly({
    ...{ command: Type.Literal('make_medium'), library: vtlDevice, barcode },
    type: among(['data', 'WORM', 'clean']),
    generation: Type.Integer({ minimum: 1, maximum: 9 }),
    size: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
  }),
  exactly({
    ...{ command: Type.Literal('write_protect'), library: vtlDevice, barcode },
    on: Type.Boolean(),
  }),
  exactly({ command: among(['online', 'offline']), device: vtlDevice }),
  exactly({ command: Type.Literal('tape_alert'), device: vtlDevice, flags: text(VTL_FLAGS, 16) }),
])

const filesystem = among(REPOSITORY_FILESYSTEMS)
const mountPoint = text(MOUNT_POINT, MOST_MOUNT_POINT)
const extents = Type.Integer({ minimum: 1, maximum: MOST_EXTENTS })
const volume = { group: text(LVM_NAME, 100), volume: text(LVM_NAME, 100) }

const repositoryChange = Type.Union([
  exactly({ change: Type.Literal('create_volume'), ...volume, extents }),
  exactly({ change: Type.Literal('make_filesystem'), ...volume, filesystem }),
  exactly({
    ...{ change: Type.Literal('write_mount_unit'), ...volume, filesystem },
    mount_point: mountPoint,
  }),
  exactly({ change: Type.Literal('mount'), mount_point: mountPoint }),
  exactly({
    ...{ change: Type.Literal('extend_volume'), ...volume, extents },
    mount_point: mountPoint,
  }),
  exactly({
    ...{ change: Type.Literal('grow_filesystem'), ...volume, filesystem },
    mount_point: mountPoint,
  }),
])

const repositoryQuestion = Type.Union([
  exactly({ question: Type.Literal('place'), mount_point: mountPoint }),
  exactly({ question: Type.Literal('volume'), ...volume }),
  exactly({
    ...{ question: Type.Literal('filesystem'), ...volume, filesystem },
    mount_point: mountPoint,
  }),
])

const params = {
  kernel_log: exactly({}),
  lvm_report: exactly({
    report: Type.Unsafe<string>({ type: 'string', enum: [...LVM_REPORTS] }),
  }),
  smart_scan: exactly({}),
  smart_report: exactly({
    device: text(SMART_DEVICE, 32),
    type: Type.Union([text(SMART_TYPE, 64), Type.Null()]),
    wake: Type.Boolean(),
  }),
  read_scst_config: exactly({ path: Type.String({ pattern: PATH, maxLength: 255 }) }),
  write_scst: exactly({
    path: Type.String({ pattern: PATH, maxLength: 1024 }),
    text: Type.String({ minLength: 1, maxLength: 2048 }),
  }),
  vtl_command: vtlCommand,
  write_vtl_file: exactly({
    path: Type.String({ pattern: PATH, maxLength: 255 }),
    text: Type.String({ minLength: 1, maxLength: MOST_VTL_FILE }),
    replaces: Type.Union([text(/^[0-9a-f]{64}$/, 64), Type.Null()]),
  }),
  make_vtl_home: exactly({ library: vtlDevice }),
  remove_vtl_medium: exactly({ library: vtlDevice, barcode }),
  remove_vtl_lock: exactly({ device: vtlDevice }),
  move_medium: exactly({
    changer: text(NODE, 16),
    command: Type.Unsafe<string>({ type: 'string', enum: [...MOVE_COMMANDS] }),
    source: Type.Union([Type.Integer({ minimum: 0, maximum: 0xffff }), Type.Null()]),
    destination: Type.Union([Type.Integer({ minimum: 0, maximum: 0xffff }), Type.Null()]),
  }),
  exchange_medium: exactly({
    ...{ changer: text(NODE, 16), source: address, destination: address, second: address },
  }),
  eject_medium: exactly({ drive: text(NODE, 16) }),
  device_holders: exactly({
    nodes: Type.Array(text(HELD_NODE, 16), {
      ...{ minItems: 1, maxItems: MOST_HELD_NODES, uniqueItems: true },
    }),
  }),
  change_repository: repositoryChange,
  ask_repository: repositoryQuestion,
  write_scst_config: exactly({
    path: Type.String({ pattern: PATH, maxLength: 255 }),
    text: Type.String({ maxLength: MAX_CONFIG_CHARACTERS }),
    expected_sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  }),
} satisfies Record<PrivilegedOperation, unknown>

const ajv = new Ajv({ strict: true, unicodeRegExp: true })
const isHello = ajv.compile(hello)
const isRequest = ajv.compile(request)
const checks = new Map<string, ValidateFunction>(
  Object.entries(params).map(([name, schema]) => [name, ajv.compile(schema)]),
)

/** What is wrong with a first message; null when nothing is. */
export function faultOfHello(message: unknown): string | null {
  return faultOf(isHello, message)
}

/** What is wrong with a request apart from its operation; null when nothing is. */
export function faultOfRequest(message: unknown): string | null {
  return faultOf(isRequest, message)
}

/** What is wrong with an operation and its parameters; null when it is one of the closed list. */
export function faultOfOperation(operation: string, given: unknown): string | null {
  const check = checks.get(operation)
  return check === undefined ? 'no such operation' : faultOf(check, given)
}

/** Never the value: it may be anything. */
function faultOf(check: ValidateFunction, value: unknown): string | null {
  if (check(value)) return null
  const { instancePath = '', message = 'is not valid' } = check.errors?.[0] ?? {}
  return `${instancePath} ${message}`.trim()
}
