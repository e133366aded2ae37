import { COPY_MANAGER } from '../scst/config.ts'

/** A command that SCST has taken and not ended yet, as trace_cmds has it. */
export interface TracedCommand {
  /** Where it is, as SCST calls it, e.g. EXEC_WAIT (`scst_cmd_state_name` of scst/src/scst_main.c). */
  state: string
  /** SCST's name of the operation, e.g. WRITE(10); the code where it has none. */
  operation: string
  /** First byte of the CDB; null when SCST does not show it. */
  operationCode: number | null
  /** Since SCST took it; whole seconds, rounded down. */
  ageSeconds: number
  driver: string
  target: string
  /** Name of the session's directory. */
  session: string
  /** Initiator group whose LUNs the session sees; null for the default LUNs, and while SCST has not found the LUN. */
  group: string | null
  /** Null for one that SCST has no number for. */
  lun: number | null
  initiator: string
}

/** What trace_cmds says. */
export interface TracedCommands {
  /** In the order of the file: by session, of each the oldest first. */
  commands: readonly TracedCommand[]
  /**
   * `cut`: there may be more behind the last one, of its session and of others. `garbled`: there is a line that
   * cannot be told apart, of whichever session.
   */
  extent: 'all' | 'cut' | 'garbled'
}

/**
 * `scst_trace_cmds` of scst/src/scst_main.c. Names of sessions and initiators come from outside: a line is
 * understood only where every key stands in it once.
 */
const LINE =
  /^cmd \S+: state (\S+); op (\S[^;]*); proc time (\d+) sec; tgtt ([^;]+); tgt ([^;]+); session ([^;]+); grp ([^;]+); LUN (-?\d+); ini ([^;]+); cdb ((?:[0-9a-f]{2}(?: |$))*)/

/** Sizes of a page: the text ends before that, as SCST writes `SCST_SYSFS_BLOCK_SIZE` (a page less one) with a NUL. */
const PAGES = [4096, 16_384, 65_536]

/**
 * Parses /sys/kernel/scst_tgt/trace_cmds. SCST cuts it at a page, in the middle of a line: that line is dropped,
 * and what may be behind it is not known. The commands of SCST's own copy manager are left out. Pure.
 */
export function parseTraceCommands(text: string): TracedCommands {
  const lines = text.split('\n')
  const rest = lines.pop() ?? ''
  const cut = rest !== '' || endsAtPage(text)
  const parsed = lines.filter((line) => line !== '').map(parseLine)
  const commands = parsed.filter((command) => command !== null)
  return {
    commands: commands.filter(({ driver }) => driver !== COPY_MANAGER),
    extent: commands.length < parsed.length ? 'garbled' : cut ? 'cut' : 'all',
  }
}

/** A text that ends with a line and fills the page all the same: whether there was more cannot be told. */
function endsAtPage(text: string): boolean {
  const bytes = Buffer.byteLength(text)
  return PAGES.some((page) => bytes >= page - 2 && bytes <= page)
}

/** Null for a line that says something else, or that a name has made ambiguous. */
function parseLine(line: string): TracedCommand | null {
  const [whole, state, operation, age, driver, target, session, group, lun, initiator, cdb] =
    LINE.exec(line) ?? []
  if (whole !== line || state === undefined || operation === undefined) return null
  if (driver === undefined || target === undefined || session === undefined) return null
  if (group === undefined || initiator === undefined) return null
  const number = Number(lun)
  return {
    state,
    operation,
    operationCode: cdb === undefined || cdb === '' ? null : Number.parseInt(cdb.slice(0, 2), 16),
    ageSeconds: Number(age),
    driver,
    target,
    session,
    // The set of default LUNs goes by the name of its target (scst_register_target); `?`: no LUN was found yet.
    group: group === target || group === '(default)' || group === '?' ? null : group,
    lun: Number.isSafeInteger(number) && number >= 0 ? number : null,
    initiator,
  }
}
