import t from 'tap'
import { scstCommandStuck, scstCommandStuckCritical } from '../../src/rules/scst-commands.ts'
import { commandOf, commandsOf, sessionOf } from '../support/scst-commands.ts'

const TARGET = 'iqn.2026-01.org.example:disk1'
const place = { driver: 'iscsi', target: TARGET, initiator: 'esx01' }

t.test('a command that has not ended for 30 s is told, with where it waits', (t) => {
  t.strictSame(scstCommandStuck.check(commandsOf([commandOf({ ageSeconds: 29 })])), [])
  t.strictSame(scstCommandStuck.check(commandsOf([commandOf({ ageSeconds: 30 })])), [
    {
      labels: { ...place, lun: '1' },
      partOf: { device: 'disk1' },
      message:
        `WRITE(10) of esx01 to LUN 1 (disk1) of the target ${TARGET} has not ended for 30 s: ` +
        'SCST waits for the device (EXEC_WAIT).',
      evidence: {
        operation: 'WRITE(10)',
        state: 'EXEC_WAIT',
        device: 'disk1',
        group: 'esx',
        oldest_command_seconds: 30,
        threshold_seconds: 30,
        command_count: 1,
        source: '/sys/kernel/scst_tgt/trace_cmds',
      },
    },
  ])
  t.end()
})

t.test('from 120 s on it is critical, and the warning is muted', (t) => {
  t.strictSame(scstCommandStuckCritical.check(commandsOf([commandOf({ ageSeconds: 119 })])), [])
  t.match(scstCommandStuckCritical.check(commandsOf([commandOf({ ageSeconds: 120 })])), [
    { labels: { ...place, lun: '1' }, message: / has not ended for 2 min: / },
  ])
  t.equal(scstCommandStuckCritical.inhibits, scstCommandStuck.alert)
  t.strictSame(
    [scstCommandStuck, scstCommandStuckCritical].map(({ severity, forSeconds }) => [
      ...[severity, forSeconds],
    ]),
    [
      ['warning', 60],
      ['critical', 60],
    ],
  )
  t.end()
})

t.test('an initiator and a LUN are one alert, however many commands wait there', (t) => {
  const commands = [
    commandOf({ ageSeconds: 31 }),
    commandOf({ ageSeconds: 50, operation: 'READ(16)', state: 'XMIT_WAIT' }),
    commandOf({ ageSeconds: 40, session: 'esx01_1' }),
    commandOf({ ageSeconds: 5 }),
    commandOf({ lun: null, device: null, state: 'SOMETHING' }),
    commandOf({ initiator: 'media01', session: 'media01', state: 'EXEC_CHECK_BLOCKING' }),
  ]
  t.strictSame(
    scstCommandStuck.check(commandsOf(commands)).map(({ labels, message }) => [labels, message]),
    [
      [
        { ...place, lun: '1' },
        `READ(16) of esx01 to LUN 1 (disk1) of the target ${TARGET} has not ended for 50 s: SCST waits for the ` +
          'initiator to take the answer (XMIT_WAIT), and 2 other commands there wait too.',
      ],
      [
        place,
        `WRITE(10) of esx01 to a LUN of the target ${TARGET} has not ended for 45 s: it is in the state SOMETHING.`,
      ],
      [
        { ...place, initiator: 'media01', lun: '1' },
        `WRITE(10) of media01 to LUN 1 (disk1) of the target ${TARGET} has not ended for 45 s: SCST holds it back ` +
          '(EXEC_CHECK_BLOCKING).',
      ],
    ],
  )
  t.end()
})

t.test('what takes minutes by its nature is not stuck', (t) => {
  const rewind = commandOf({ operation: 'REWIND', takesLong: true, ageSeconds: 600 })
  t.strictSame(scstCommandStuck.check(commandsOf([rewind])), [])
  t.strictSame(scstCommandStuckCritical.check(commandsOf([rewind])), [])
  t.end()
})

t.test(
  'while commands are unknown alerts stay, and those of a session that is listed in part',
  (t) => {
    const unknown = commandsOf(null)
    t.strictSame(
      [scstCommandStuck.check(unknown), scstCommandStuck.undecided?.(unknown)],
      [[], [{}]],
    )
    const cut = commandsOf([], { partlyListed: [sessionOf(commandOf())] })
    t.strictSame(scstCommandStuck.undecided?.(cut), [place])
    t.strictSame(scstCommandStuck.undecided?.(commandsOf([])), [])
    t.end()
  },
)
