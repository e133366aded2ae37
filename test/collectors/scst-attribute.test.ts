import fc from 'fast-check'
import t from 'tap'
import { ABSENT, defaultSettings, ParseError } from '../../src/collectors/collector.ts'
import type { Collected } from '../../src/collectors/collector.ts'
import { scst } from '../../src/collectors/scst.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import {
  parseAttribute,
  parseBlock,
  parseFlag,
  parseNumber,
  parseType,
} from '../../src/collectors/scst-attribute.ts'
import { scstSessions } from '../../src/collectors/scst-sessions.ts'
import { ReadError } from '../../src/host/host.ts'
import type { Host } from '../../src/host/host.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { openRecording } from '../support/recording.ts'

const DISK1 = '/sys/kernel/scst_tgt/targets/iscsi/iqn.2026-01.org.example:disk1'

async function collect(host: Host): Promise<Collected<Scst>> {
  const collected = await scst.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  return collected
}

t.test('the value of an attribute is its first line', (t) => {
  t.equal(parseAttribute('/srv/luns/cd.iso\n[key]\n\n'), '/srv/luns/cd.iso')
  t.equal(parseAttribute('established idle '), 'established idle')
  t.equal(parseAttribute('127.0.0.1'), '127.0.0.1')
  t.equal(parseAttribute('[key]\n'), '', 'an empty value that was set')
  t.equal(parseNumber('rel_tgt_id', '3\n[key]\n'), 3)
  t.equal(parseFlag('enabled', '1\n\n'), true)
  t.equal(parseType('type', '8 - Medium changer device (e.g., jukeboxes)\n'), 8)
  t.equal(parseBlock('block', '1 2\n'), 3)
  t.end()
})

t.test('text that is no value is refused', (t) => {
  t.throws(() => parseNumber('size', '\n'), {
    code: 'ERR_PARSE',
    message: 'size: "" is not a number',
  })
  t.throws(() => parseNumber('size', '99999999999999999999\n'), { code: 'ERR_PARSE' })
  t.throws(() => parseFlag('enabled', '2\n'), { code: 'ERR_PARSE' })
  t.throws(() => parseType('type', 'disk\n'), { code: 'ERR_PARSE' })
  t.throws(() => parseBlock('block', '0\n'), { code: 'ERR_PARSE' })
  for (const parse of [parseNumber, parseFlag, parseType, parseBlock]) {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          const value = parse('x', text)
          return typeof value === 'boolean' || Number.isSafeInteger(value)
        } catch (error) {
          return error instanceof ParseError
        }
      }),
    )
  }
  t.end()
})

t.test('a LUN that goes while it is read has no device', async (t) => {
  const { value, problems } = await collect(
    alteredRecording('01-steady', {
      [`${DISK1}/luns/5/device`]: null,
      [`${DISK1}/luns/5/read_only`]: null,
    }),
  )
  t.strictSame(problems, [])
  t.strictSame(value.targets[0]?.luns.at(-1), { lun: 5, device: null, readOnly: null })
  t.strictSame(value.config.differences, [], 'what is unknown differs from nothing')
})

class QueueingHost extends ReplayHost {
  readonly asked: string[] = []
  /** How often each attribute that matches says that it is queued. */
  refusals = Infinity
  matching = /\/filename$/

  override async readText(path: string): Promise<string> {
    if (this.matching.test(path)) {
      const before = this.asked.filter((asked) => asked === path).length
      this.asked.push(path)
      if (before < this.refusals) throw new ReadError(path, 'EAGAIN')
    }
    return super.readText(path)
  }
}

t.test('an attribute that is queued is asked for again', async (t) => {
  const host = new QueueingHost(openRecording('01-steady').recording)
  host.refusals = 2
  const { value, problems } = await collect(host)
  t.strictSame(problems, [])
  t.equal(value.devices.find(({ name }) => name === 'cd0')?.filename, '/srv/luns/cd.iso')
})

t.test('once the queue is stuck nothing else is asked of it', async (t) => {
  const host = new QueueingHost(openRecording('01-steady').recording)
  const { value, problems, coverage } = await collect(host)
  t.equal(host.asked.length, 3, 'three tries of the first attribute, and none of the others')
  t.equal(coverage, 'some')
  const withFile = ['archive_ro', 'backup_lun0', 'backup_lun1', 'cd0', 'esx_ds0']
  t.strictSame(
    problems.map(({ labels }) => labels.device).sort(),
    [...withFile, 'lv_block', 'lv_thin', 'raw_disk', 'thin_lun'],
    'each device whose file is not known is a problem of its own',
  )
  t.match(problems[0]?.error, /filename: EAGAIN/)
  t.match(
    value.devices.find(({ name }) => name === 'cd0'),
    { filename: null, fileExists: null, sizeBytes: 33554432 },
    'the rest of the device is known',
  )
  t.strictSame(value.config.differences, [], 'an unknown file is no other file')
})

t.test('an attribute with another value than it can have is a problem', async (t) => {
  const { value, problems } = await collect(
    alteredRecording('01-steady', { [`${DISK1}/enabled`]: { content: 'maybe\n' } }),
  )
  t.equal(value.targets[0]?.enabled, null)
  t.strictSame(problems, [
    {
      labels: { driver: 'iscsi', target: 'iqn.2026-01.org.example:disk1' },
      error: `${DISK1}: enabled: "maybe" is neither 0 nor 1`,
    },
  ])
})

class WatchedHost extends ReplayHost {
  readonly read: string[] = []
  most = 0
  #now = 0

  override async readText(path: string): Promise<string> {
    this.read.push(path)
    this.#now += 1
    this.most = Math.max(this.most, this.#now)
    await new Promise((resolve) => setImmediate(resolve))
    this.#now -= 1
    return super.readText(path)
  }
}

t.test('nothing is read that is secret, write-only or starts a kernel thread', async (t) => {
  const { recording } = openRecording('12-large-scst')
  const host = new WatchedHost(recording)
  await scst.collect(host, defaultSettings)
  const files = host.read.length
  await scstSessions.collect(host, defaultSettings)

  t.strictSame(
    host.read.filter((path) =>
      /(Incoming|Outgoing)User|copy_manager|\/targets\/[^/]+\/[^/]+\/\w+_count|sessions\/[^/]+\/active_commands|mgmt$/.test(
        path,
      ),
    ),
    [],
  )
  t.strictSame(
    host.read.filter((path) => recording.files.get(path)?.error !== undefined),
    [],
  )
  t.equal(new Set(host.read).size, host.read.length, 'no file is read twice in a cycle')
  t.ok(files < 1500, `${files} of 12,000 files`)
  t.ok(host.most <= 65, `${host.most} at once: 64, and one of the queue`)
})
