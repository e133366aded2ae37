import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import { reportScsiUnits } from '../../src/collectors/scsi-report.ts'
import type { Host } from '../../src/host/host.ts'
import { Pseudonyms } from '../../src/host/pseudonyms.ts'
import { recordAppliance } from '../../src/host/record-appliance.ts'
import { RecordingHost } from '../../src/host/recording-host.ts'
import { RecordingNotes } from '../../src/host/recording-notes.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { openRecording } from '../support/recording.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const FACTS = {
  name: 'again',
  description: '',
  recordedAt: NOW,
  recordSeconds: 1,
  kernel: '',
  os: '',
  tools: {},
  recorder: 'test',
  anonymize: false,
}

for (const name of ['01-steady', '05b-drive-daemon-killed', '09-no-tape', 'x1-drive-daemon-segv']) {
  t.test(`what collectors read of ${name} they read of its recording too`, async (t) => {
    const original = openRecording(name)
    const again = await record(original, t.testdir({}))
    for (const [subject, collector] of Object.entries(collectors)) {
      const outcome = (host: Host) =>
        collector.collect(host, defaultSettings).then(
          (value: unknown) => ({ value }),
          (error: unknown) => ({ error: String(error) }),
        )
      t.strictSame(await outcome(again), await outcome(original), subject)
    }
  })
}

t.test('the recording of a recording is the same once it is recorded again', async (t) => {
  const directories = t.testdir({ first: {}, second: {} })
  const first = await record(openRecording('04-tapealert'), join(directories, 'first'))
  await record(first, join(directories, 'second'))
  for (const file of ['files.jsonl', 'commands.jsonl', 'scsi.jsonl']) {
    t.strictSame(
      factsIn(join(directories, 'second', file)),
      factsIn(join(directories, 'first', file)),
      file,
    )
  }
})

t.test('every way of asking is answered the same again', async (t) => {
  const inner = openRecording('05a-library-offline')
  const notes = new RecordingNotes()
  const recorder = new RecordingHost(inner, notes, () => NOW)
  const inquiry = Buffer.from('120000006000', 'hex')
  const questions: Record<string, (host: Host) => Promise<unknown>> = {
    'through links': (host) => host.readText('/sys/class/scsi_generic/sg11/device/vendor'),
    bytes: (host) => host.readBytes('/sys/class/scsi_generic/sg11/device/vpd_pg80'),
    listing: (host) => host.list('/sys/class/scsi_changer'),
    'no directory': (host) => host.list('/sys/class/fc_host/host1'),
    realpath: (host) => host.realpath('/sys/class/scsi_generic/sg11/device'),
    'realpath of nothing': (host) => host.realpath('/sys/class/scsi_generic/sg99/device'),
    there: (host) => host.exists('/sys/class/scsi_generic/sg11'),
    'not there': (host) => host.exists('/sys/class/scsi_generic/sg99'),
    stat: (host) => host.stat('/opt/mhvtl'),
    statfs: (host) => host.statfs('/srv/repo-a'),
    'statfs below a mount': (host) => host.statfs('/opt/mhvtl'),
    'not permitted': (host) => host.readText('/sys/kernel/scst_tgt/devices/raw_disk/sync'),
    'no file': (host) => host.readText('/sys/class/none/of/it'),
    command: (host) => host.run(['mtx', '-f', '/dev/sg12', 'status']),
    'exit code': (host) => host.run(['mtx', '-f', '/dev/sg11', 'status']),
    scsi: (host) => host.scsi('/dev/sg12', inquiry, { dataInBytes: 96 }),
    'check condition': (host) => host.scsi('/dev/sg11', Buffer.alloc(6), { dataInBytes: 0 }),
  }
  const answers: Record<string, unknown> = {}
  for (const [name, ask] of Object.entries(questions)) {
    answers[name] = await settled(ask(recorder))
    t.strictSame(answers[name], await settled(ask(inner)), `${name}, while it is recorded`)
  }
  const directory = t.testdir({})
  await notes.write(directory, FACTS)
  const again = new ReplayHost(readRecording(directory))
  for (const [name, ask] of Object.entries(questions)) {
    t.strictSame(await settled(ask(again)), answers[name], name)
  }
})

t.test('a command that hangs is recorded as such', async (t) => {
  const notes = new RecordingNotes()
  const recorder = new RecordingHost(openRecording('05b-drive-daemon-killed'), notes, () => NOW)
  const argv = ['mtx', '-f', '/dev/sg11', 'status']
  await t.rejects(recorder.run(argv, { timeoutMs: 500 }), { code: 'ERR_TIMEOUT' })
  const directory = t.testdir({})
  await notes.write(directory, FACTS)
  t.match(JSON.parse(readFileSync(join(directory, 'commands.jsonl'), 'utf8')), {
    argv,
    at: '2026-01-02T03:04:05.000Z',
    exitCode: null,
    timedOutAfterMs: 500,
    unkillable: true,
  })
  const again = new ReplayHost(readRecording(directory))
  await t.rejects(again.run(argv), { code: 'ERR_TIMEOUT', unkillable: true })
})

t.test('a recording on disk holds no secret of the machine', async (t) => {
  const notes = new RecordingNotes()
  const secret = 'twelve-chars'
  const inner = fake({
    readBytes: () => Promise.resolve(Buffer.from(`TARGET x {\n IncomingUser "joe ${secret}"\n}\n`)),
    run: () =>
      Promise.resolve({ exitCode: 0, stdout: `IncomingUser "joe ${secret}"\n`, stderr: '' }),
  })
  const recorder = new RecordingHost(inner, notes)
  t.match(await recorder.readText('/etc/scst.conf'), secret, 'collectors see what is there')
  await recorder.run(['scstadmin', '-write_config', '/dev/stdout'])
  const directory = t.testdir({})
  await notes.write(directory, FACTS)
  for (const file of ['files.jsonl', 'commands.jsonl']) {
    const text = readFileSync(join(directory, file), 'utf8')
    t.match(text, 'joe REDACTED', file)
    t.notMatch(text, secret, file)
  }
})

t.test('serial numbers are replaced everywhere, by others of the same length', async (t) => {
  const directory = t.testdir({})
  const original = openRecording('01-steady')
  await recordAppliance(original, directory, { ...options(original), anonymize: true })
  const again = new ReplayHost(readRecording(directory))

  const page80 = Buffer.from('12018000ff00', 'hex')
  const serialOf = async (host: Host, device: string) => {
    const { data } = await host.scsi(device, page80, { dataInBytes: 255 })
    return Buffer.from(data.subarray(4)).toString('latin1').trim()
  }
  const all = ['manifest.json', 'files.jsonl', 'commands.jsonl', 'scsi.jsonl']
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('')
  const seen = new Set<string>()
  for (const node of ['/dev/sg11', '/dev/sg12', '/dev/sg13', '/dev/sg14']) {
    const serial = await serialOf(original, node)
    const pseudonym = await serialOf(again, node)
    t.not(pseudonym, serial, node)
    t.equal(pseudonym.length, serial.length, node)
    t.notMatch(all, new RegExp(`(?<![A-Za-z0-9])${serial}(?![A-Za-z0-9])`), serial)
    seen.add(pseudonym)
  }
  t.equal(seen.size, 4, 'different ones stay different')
})

t.test(
  'serial numbers of cartridges, and of drives they were in, are learned from where they are kept',
  async (t) => {
    const host = openRecording('01-steady')
    const answer = async (cdb: string) => {
      const told = await host.scsi('/dev/sg13', Buffer.from(cdb, 'hex'), { dataInBytes: 0xffff })
      return told.data
    }
    const attributes = await answer('8c0000000000000000000000ffff0000')
    const medium = new Pseudonyms()
    medium.learnFromMediumAttributes(attributes)
    t.equal(medium.inText('E01001L8_1795206838 in XYZZY_A01'), 'SXXXXXXXXXXXXXXXXX2 in SXXXXXXX1')
    // Parameter 0040h of page 17h, after 0000h, the page valid one; mhvtl leaves it empty.
    const page17 = Buffer.from(
      `1700001600000301010040030e${Buffer.from('HP-X12345678  ').toString('hex')}`,
      'hex',
    )
    const volume = new Pseudonyms()
    volume.learnFromLogPage(page17)
    t.equal(volume.inText('HP-X12345678'), 'SXXXXXXXXXX1')
    for (let length = 0; length < attributes.length; length++) {
      const cut = new Pseudonyms()
      cut.learnFromMediumAttributes(attributes.subarray(0, length))
      cut.learnFromLogPage(attributes.subarray(0, length))
    }
    t.pass('cut short it is as good as it goes')
  },
)

t.test('a pseudonym has the length of its serial number and stands where that stood', (t) => {
  const serial = fc.stringMatching(/^[A-Z][A-Z0-9]{5,19}$/)
  fc.assert(
    fc.property(fc.uniqueArray(serial, { minLength: 1 }), (serials) => {
      const pseudonyms = new Pseudonyms()
      for (const one of serials) pseudonyms.learn(`  ${one}\0`)
      const made = serials.map((one) => pseudonyms.inText(one))
      const sameLength = made.every((name, index) => name.length === serials[index]?.length)
      return sameLength && new Set(made).size === serials.length
    }),
  )
  const pseudonyms = new Pseudonyms()
  pseudonyms.learnFromUnitSerial(Buffer.from('0180000a58595a5a595f41315f31', 'hex'))
  pseudonyms.learnFrom('{"serial_number": "ABC12345"}\nSerial Number: none\nserial: 0000')
  t.equal(
    pseudonyms.inText('scsi-SSTK_XYZZY_A1_1 and ABC12345, not ABC123456, none, 0000'),
    'scsi-SSTK_SXXXXXXXX1 and SXXXXXX2, not ABC123456, none, 0000',
  )
  t.equal(pseudonyms.inText('XYZZY_A1_1'), 'SXXXXXXXX1')
  t.strictSame(
    Buffer.from(pseudonyms.inBytes(Buffer.from('\x00\xffXYZZY_A1_1\x00', 'latin1'))).toString(
      'latin1',
    ),
    '\x00\xffSXXXXXXXX1\x00',
  )
  t.end()
})

async function record(host: ReplayHost, directory: string): Promise<ReplayHost> {
  await recordAppliance(host, directory, options(host))
  return new ReplayHost(readRecording(directory))
}

/** Under the same name, for errors tell it. */
function options(host: ReplayHost) {
  return {
    name: host.recording.name,
    description: 'recorded from a recording',
    recorder: 'test',
    anonymize: false,
    collect: [
      ...Object.values(collectors).map(
        (collector) => (host: Host) => collector.collect(host, defaultSettings),
      ),
      (host: Host) => reportScsiUnits(host, defaultSettings),
    ],
    now: () => NOW,
  }
}

/** The lines of a recording without what it took to make it. */
function factsIn(path: string): unknown[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const facts = JSON.parse(line) as Record<string, unknown>
      delete facts.durationMs
      return facts
    })
}

/** What a promise settled to, with errors by what callers branch on. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await promise }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return { code, message }
  }
}

function fake(answers: Partial<Host>): Host {
  const refuse = () => Promise.reject(new Error('not asked'))
  return {
    run: refuse,
    readText: refuse,
    readBytes: refuse,
    list: refuse,
    exists: refuse,
    realpath: (path) => Promise.resolve(path),
    stat: refuse,
    statfs: refuse,
    scsi: refuse,
    ...answers,
  }
}
