import fc from 'fast-check'
import t from 'tap'
import { collectors } from '../../../src/collectors/index.ts'
import { defaultSettings } from '../../../src/collectors/collector.ts'
import { smartctlCommand } from '../../../src/collectors/smart.ts'
import { argvOf, commandOf } from '../../../src/host/privileged/closed-list.ts'
import { openRecording } from '../../support/recording.ts'

/** Tools that see nothing, or not all, without root. */
const TAKE_ROOT = new Set(['dmesg', 'smartctl', 'vgs', 'lvs', 'pvs'])

t.test('what collectors ask that takes root is on the list, and nothing else', async (t) => {
  const asked = new Map<string, readonly string[]>()
  for (const recording of ['01-steady', '07-raid-degraded-and-full', '09-no-tape']) {
    const host = openRecording(recording)
    const run = host.run.bind(host)
    host.run = (argv, options) => {
      asked.set(argv.join(' '), argv)
      return run(argv, options)
    }
    for (const collector of Object.values(collectors)) {
      await collector.collect(host, defaultSettings).catch(() => null)
    }
  }
  // What older recordings were asked is asked of no machine.
  asked.delete('vgs -o +vg_missing_pv_count --reportformat json --units b')
  const commands = [...asked.values()]
  const tools = new Set(commands.map(([tool = '']) => tool))
  t.strictSame(
    [...TAKE_ROOT].filter((tool) => !tools.has(tool)),
    [],
    'all of them are asked',
  )
  for (const argv of commands) {
    const command = commandOf(argv)
    t.equal(command !== null, TAKE_ROOT.has(argv[0] ?? ''), argv.join(' '))
    if (command !== null) t.strictSame(argvOf(command), argv)
  }
})

t.test('disks behind adapters are asked by their type', (t) => {
  const types = [
    'megaraid,0',
    'sat+megaraid,4',
    'cciss,3',
    'areca,3/1',
    '3ware,12',
    'aacraid,0,0,3',
  ]
  for (const type of types) {
    for (const name of ['/dev/bus/0', '/dev/sg3', '/dev/sda']) {
      const argv = smartctlCommand({ name, type })
      t.strictSame(commandOf(argv), {
        operation: 'smart_report',
        params: { device: name, type, wake: false },
      })
    }
  }
  t.end()
})

t.test('commands that are nearly on the list are not', (t) => {
  const lines = [
    'dmesg -C',
    'dmesg --clear',
    '/tmp/dmesg',
    'vgs',
    'vgs --config x --reportformat json --units b',
    'pvs --reportformat json --units b --all',
    'smartctl -j -a /dev/st0',
    'smartctl -j -a /dev/nst0',
    'smartctl -j -a /dev/../tmp/sda',
    'smartctl -j -a sda',
    'smartctl -j -a /dev/sda /dev/sdb',
    'smartctl -j -a -s off /dev/sda',
    'smartctl -j -a -n standby -d test,x /dev/sda',
    'smartctl -j -a -d sat;id /dev/sda',
    'smartctl -j -a -d --offlineauto=on /dev/sda',
    'smartctl -j -a -d scsi -n standby /dev/sda',
    'smartctl -t long /dev/sda',
  ]
  for (const line of lines) t.equal(commandOf(line.split(' ')), null, line)
  t.equal(commandOf(['smartctl', '-j', '-a', '/dev/sda\n']), null, 'a line end')
  t.equal(commandOf([]), null)
  t.end()
})

t.test('whatever a command line is made of, what it is taken for says the same', (t) => {
  const words = [
    'smartctl',
    'dmesg',
    'vgs',
    '-j',
    '-a',
    '-n',
    'standby',
    '-d',
    'sat',
    '/dev/sda',
    '',
  ]
  const word = fc.oneof(fc.constantFrom(...words), fc.string())
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (argv) => {
      const command = commandOf(argv)
      return command === null || JSON.stringify(argvOf(command)) === JSON.stringify(argv)
    }),
  )
  t.end()
})
