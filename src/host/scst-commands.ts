import { RefusedError } from './host.ts'

/** Below it is all of SCST (scst/README, "SCST sysfs interface"). */
export const SCST_ROOT = '/sys/kernel/scst_tgt'

const MOST_BYTES = 2048
const NAME = String.raw`[^\s/\p{Cc}]+`
const VALUE = String.raw`[^\p{Cc}]*`

const LIST = String.raw`(?:Incoming|Outgoing)User|allowed_portal`
const WORDS = String.raw`[^\s\p{Cc}]+(?: [^\s\p{Cc}]+)?`
const ATTRIBUTE = String.raw`[A-Za-z]\w*`
/** Of an attribute; a line end by itself takes away what was set. */
const SETTING = String.raw`[^\p{Cc}]+|\n`

/** What may be written where. Sessions, counters, suspending and tracing are not among it, and no list is cleared. */
const PERMITTED: readonly { path: RegExp; text: RegExp }[] = [
  ['(?:threads|setup_id|max_tasklet_cmd|poll_us|measure_latency)', String.raw`\w{1,20}`],
  [`handlers/${NAME}/mgmt`, `add_device ${NAME}(?: ${VALUE})?|del_device ${NAME}`],
  [`devices/${NAME}/${ATTRIBUTE}`, SETTING],
  [
    `targets/${NAME}/mgmt`,
    `add_target ${NAME}|del_target ${NAME}|(?:add|del)_attribute (?:${LIST}) ${WORDS}|` +
      `(?:add|del)_target_attribute ${NAME} (?:${LIST}) ${WORDS}`,
  ],
  [`targets/${NAME}/enabled`, '[01]'],
  [
    `targets/${NAME}/(?:link_local|iSNSServer|isns_entity_name|internal_portal|allow_not_connected_copy)`,
    SETTING,
  ],
  [`targets/${NAME}/${NAME}/ini_groups/mgmt`, `create ${NAME}|del ${NAME}`],
  [
    `targets/${NAME}/${NAME}/(?:ini_groups/${NAME}/)?luns/mgmt`,
    String.raw`(?:add|replace) ${NAME} \d{1,15}(?: read_only=[01])?|del \d{1,15}`,
  ],
  [
    `targets/${NAME}/${NAME}/ini_groups/${NAME}/initiators/mgmt`,
    `add ${NAME}|del ${NAME}|move ${NAME} ${NAME}`,
  ],
  [`targets/${NAME}/${NAME}/ini_groups/${NAME}/${ATTRIBUTE}`, SETTING],
  [`targets/${NAME}/${NAME}/${ATTRIBUTE}`, SETTING],
  ['device_groups/mgmt', `create ${NAME}|del ${NAME}`],
  [`device_groups/${NAME}/devices/mgmt`, `add ${NAME}|del ${NAME}`],
  [`device_groups/${NAME}/target_groups/mgmt`, `create ${NAME}|del ${NAME}`],
  [`device_groups/${NAME}/target_groups/${NAME}/mgmt`, `add ${NAME}|del ${NAME}`],
  [`device_groups/${NAME}/target_groups/${NAME}/(?:group_id|preferred)`, String.raw`\d{1,5}`],
  [
    `device_groups/${NAME}/target_groups/${NAME}/state`,
    'active|nonoptimized|standby|unavailable|offline|transitioning|lba_dependent',
  ],
  [`device_groups/${NAME}/target_groups/${NAME}/${NAME}/rel_tgt_id`, String.raw`\d{1,5}`],
].map(([path = '', text = '']) => ({
  path: new RegExp(`^${SCST_ROOT}/${path}$`, 'u'),
  text: new RegExp(`^(?:${text})$`, 'u'),
}))

/** Attributes of targets and groups that count, hold secrets, or are no attributes. */
const NEVER_OF_TARGETS =
  /_count(?:_kb)?$|^(?:Incoming|Outgoing)User\d*$|^(?:mgmt|luns|sessions|ini_groups|initiators)$/
/** Attributes of devices that open another file, or do something rather than say how it is done. */
const NEVER_OF_DEVICES =
  /^(?:filename|dif_filename|pr_file_name|block|dump_prs|resync_size|sync|exported|handler|type|mgmt|gen_tp_soft_threshold_reached_UA|pr_state)$/

/** Whether the last part of the path is an attribute that is not written. */
function isNever(parts: readonly string[]): boolean {
  const [, , , , where, , third = '', fourth = '', , fifth = ''] = parts
  if (where === 'devices') return NEVER_OF_DEVICES.test(third)
  if (where !== 'targets') return false
  // /sys/kernel/scst_tgt/targets/DRIVER/TARGET/ATTRIBUTE, or …/ini_groups/GROUP/ATTRIBUTE
  if (parts.length === 8) return NEVER_OF_TARGETS.test(fourth)
  return parts.length === 10 && NEVER_OF_TARGETS.test(fifth)
}

/** Throws RefusedError unless the text is one that SCST is managed with, and the path one that takes it. */
export function assertScstCommand(path: string, text: string): void {
  const refuse = (reason: string) => new RefusedError(path, reason)
  const parts = path.split('/')
  if (parts.includes('.') || parts.includes('..')) throw refuse('the path has dots in it')
  const permitted = PERMITTED.filter((one) => one.path.test(path))
  if (permitted.length === 0 || isNever(parts)) {
    throw refuse('nothing is written there')
  }
  if (text === '') throw refuse('there is nothing to write')
  if (Buffer.byteLength(text) > MOST_BYTES) throw refuse('the text is too long')
  if (!permitted.some((one) => one.text.test(text))) throw refuse('the text is no command for it')
}

/** A command as it may be said: without the password in it. */
export function shownCommand(text: string): string {
  return text.replace(
    /^(add_(?:target_)?attribute (?:\S+ )?(?:Incoming|Outgoing)User \S+) .*$/s,
    '$1 ***',
  )
}
