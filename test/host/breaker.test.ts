import t from 'tap'
import { admit, closedBreaker, settle } from '../../src/host/breaker.ts'
import type { Breaker, Verdict } from '../../src/host/breaker.ts'
import {
  BusyError,
  CommandError,
  NotFoundError,
  OutputLimitError,
  PermissionError,
  ReadError,
  TimeoutError,
} from '../../src/host/host.ts'
import { verdictOfCommand, verdictOfScsi } from '../../src/host/verdict.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)
const open: Breaker = { state: 'open', failures: 5, retryAt: at(30) }

t.test('calls one after the other', (t) => {
  const table: [string, Verdict[], Breaker][] = [
    ['four failures leave it closed', fill(4), { state: 'closed', failures: 4 }],
    ['the fifth opens it', fill(5), open],
    [
      'a success starts the count anew',
      [...fill(4), 'success', ...fill(4)],
      { state: 'closed', failures: 4 },
    ],
    ['what never reached the device does not count', [...fill(4), 'neutral', 'failure'], open],
    ['what began before it opened says nothing new', [...fill(5), 'success', 'failure'], open],
  ]
  for (const [name, verdicts, expected] of table) {
    const breaker = verdicts.reduce(
      (before, verdict) => settle(before, verdict, at(0)),
      closedBreaker,
    )
    t.strictSame(breaker, expected, name)
  }
  t.end()
})

t.test('an open breaker lets nothing through for 30 s, then one call at a time', (t) => {
  t.strictSame(admit(open, at(29.999)), { breaker: open, retryAt: at(30) })
  const trying: Breaker = { state: 'half_open', failures: 5, successes: 0, trying: true }
  t.strictSame(admit(open, at(30)), { breaker: trying, retryAt: null })
  t.strictSame(admit(trying, at(31)), { breaker: trying, retryAt: at(31) })

  const once: Breaker = { state: 'half_open', failures: 5, successes: 1, trying: false }
  t.strictSame(settle(trying, 'success', at(31)), once)
  t.strictSame(settle(trying, 'neutral', at(31)), { ...once, successes: 0 })
  t.strictSame(settle(trying, 'failure', at(31)), { state: 'open', failures: 6, retryAt: at(61) })

  const again: Breaker = { ...once, trying: true }
  t.strictSame(admit(once, at(32)), { breaker: again, retryAt: null })
  t.strictSame(settle(again, 'success', at(32)), closedBreaker)
  t.strictSame(settle(again, 'failure', at(32)), { state: 'open', failures: 6, retryAt: at(62) })
  t.end()
})

t.test('what counts as a failure of the device', (t) => {
  const command = (exitCode: number | null, stderr = '') =>
    new CommandError(['x'], exitCode, stderr)
  const table: [string, string, unknown, Verdict][] = [
    ['an answer', 'mtx', undefined, 'success'],
    ['a deadline', 'mtx', new TimeoutError('x', 1), 'failure'],
    ['output without end', 'mtx', new OutputLimitError(['x'], 1), 'failure'],
    ['an exit code nobody expected', 'mtx', command(1, 'mtx: failed'), 'failure'],
    ['a signal', 'mtx', command(null), 'failure'],
    ['not ready, by mtx', 'mtx', command(1, 'mtx: Request Sense: Sense Key=Not Ready'), 'success'],
    ['not ready, by sg_turs', 'sg_turs', command(2), 'success'],
    ['page unsupported', 'sg_logs', command(5), 'success'],
    ['operation code unsupported', 'sg_logs', command(9), 'success'],
    ['unit attention', 'sg_turs', command(6), 'success'],
    ['reservation conflict', 'sg_logs', command(24), 'success'],
    ['a transport error', 'sg_logs', command(35), 'failure'],
    ['exit 2 of something else', 'smartctl', command(2), 'failure'],
    ['a request that is too big', 'sg_raw', new ReadError('x', 'EINVAL'), 'neutral'],
    ['an input/output error', 'sg_raw', new ReadError('x', 'EIO'), 'failure'],
    ['not installed', 'mtx', new NotFoundError('mtx'), 'neutral'],
    ['not permitted', 'mtx', new PermissionError('mtx'), 'neutral'],
    ['no process slot', 'mtx', new BusyError('mtx', 1), 'neutral'],
  ]
  for (const [name, tool, error, verdict] of table) {
    t.equal(verdictOfCommand(tool, error), verdict, name)
  }
  const answer = { status: 2, driverStatus: 8, sense: new Uint8Array(), data: new Uint8Array() }
  t.equal(verdictOfScsi({ value: { ...answer, hostStatus: 0 } }), 'success', 'a check condition')
  t.equal(verdictOfScsi({ value: { ...answer, hostStatus: 3 } }), 'failure', 'DID_TIME_OUT')
  t.end()
})

function fill(failures: number): Verdict[] {
  return Array.from({ length: failures }, () => 'failure')
}
