import t from 'tap'
import { runCli } from '../support/cli.ts'

const now = new Date('2026-11-20T21:00:00Z')
const none = { items: [], total: 0, state: 'absent', taken_at: null, age_seconds: null }
const absent = { ...none, error: null, missing: [] }

/** Answers that end the watching when they have been given as often as told. */
function answering(times: number, answer: object | Error) {
  const ended = new AbortController()
  let asked = 0
  return {
    interrupted: ended.signal,
    answers: {
      get '/api/v1/hardware/targets'() {
        asked += 1
        if (asked === times) ended.abort()
        return answer
      },
    },
  }
}

t.test('a command is carried out again and again until it is ended', async (t) => {
  const once = await runCli(['targets'], answering(1, absent))
  const { status, out } = await runCli(['targets', '--every', '1'], {
    ...answering(2, absent),
    now,
  })
  t.equal(status, 0)
  const head = `storwarden targets, every 1 s, at ${now.toTimeString().slice(0, 8)}\n`
  t.equal(out, (head + once.error + once.out).repeat(2), 'below each other where nobody watches')
})

t.test('on a terminal each stands in place of the last, and no more than it holds', async (t) => {
  const options = { ...answering(2, absent), now, columns: 80, rows: 3 }
  const { out } = await runCli(['targets', '--watch', '--every=1', '--json'], options)
  const [nothing, first, second] = out.split('\u001b[H')
  t.equal(nothing, '\u001b[2J', 'the screen is cleared once')
  t.equal(first, second)
  const lines = (first ?? '').split('\n')
  t.match(lines[0], /storwarden targets, every 1 s/)
  t.match(lines[1], /^… \d+ more lines/)
  t.equal(lines[2], '\u001b[J')
})

t.test('a daemon that does not answer may do so the next time', async (t) => {
  const { status, out } = await runCli(
    ['targets', '--every', '1'],
    answering(2, new Error('connect ECONNREFUSED')),
  )
  t.equal(status, 0)
  t.equal(out.match(/connect ECONNREFUSED/g)?.length, 2)
})

t.test('what cannot be meant is refused', async (t) => {
  for (const words of [
    ['targets', '--every', 'soon'],
    ['targets', '--every'],
    ['targets', '--watch', '--colour'],
    ['ack', '1', '--watch'],
  ]) {
    t.equal((await runCli(words)).status, 2, words.join(' '))
  }
})
