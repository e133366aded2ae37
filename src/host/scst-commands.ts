import { RefusedError } from './host.ts'

/** Below it is all of SCST (scst/README, "SCST sysfs interface"). */
export const SCST_ROOT = '/sys/kernel/scst_tgt'

const MOST_BYTES = 2048
const NAME = String.raw`[^\s/\p{Cc}]+`
const VALUE = String.raw`[^\p{Cc}]*`

/** What may be written where. Sessions, counters, suspending and tracing are not among it, and no list is cleared. */
const PERMITTED: readonly { path: RegExp; text: RegExp }[] = [
  [`handlers/${NAME}/mgmt`, `add_device ${NAME}(?: ${VALUE})?|del_device ${NAME}`],
  [`targets/${NAME}/mgmt`, `add_target ${NAME}|del_target ${NAME}`],
  [`targets/${NAME}/enabled`, '[01]'],
  [`targets/${NAME}/${NAME}/ini_groups/mgmt`, `create ${NAME}|del ${NAME}`],
  [
    `targets/${NAME}/${NAME}/(?:ini_groups/${NAME}/)?luns/mgmt`,
    String.raw`(?:add|replace) ${NAME} \d{1,15}(?: read_only=[01])?|del \d{1,15}`,
  ],
  [`targets/${NAME}/${NAME}/ini_groups/${NAME}/initiators/mgmt`, `add ${NAME}|del ${NAME}`],
  [`targets/${NAME}/${NAME}/[A-Za-z]\\w*`, VALUE],
].map(([path = '', text = '']) => ({
  path: new RegExp(`^${SCST_ROOT}/${path}$`, 'u'),
  text: new RegExp(`^(?:${text})$`, 'u'),
}))

/** Attributes of targets that count, hold secrets, or are no attributes. */
const NEVER = /_count(?:_kb)?$|^(?:Incoming|Outgoing)User\d*$|^(?:mgmt|luns|sessions|ini_groups)$/

/** Throws RefusedError unless the text is one that SCST is managed with, and the path one that takes it. */
export function assertScstCommand(path: string, text: string): void {
  const refuse = (reason: string) => new RefusedError(path, reason)
  const parts = path.split('/')
  if (parts.includes('.') || parts.includes('..')) throw refuse('the path has dots in it')
  const permitted = PERMITTED.filter((one) => one.path.test(path))
  // /sys/kernel/scst_tgt/targets/DRIVER/TARGET/ATTRIBUTE
  const isNever = parts.length === 8 && NEVER.test(parts[7] ?? '')
  if (permitted.length === 0 || isNever) {
    throw refuse('nothing is written there')
  }
  if (text === '') throw refuse('there is nothing to write')
  if (Buffer.byteLength(text) > MOST_BYTES) throw refuse('the text is too long')
  if (!permitted.some((one) => one.text.test(text))) throw refuse('the text is no command for it')
}
