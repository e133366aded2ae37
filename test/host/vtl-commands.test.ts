import fc from 'fast-check'
import t from 'tap'
import {
  UNIT_ACTIONS,
  vtlArgv,
  vtlCommandOf,
  type VtlCommand,
} from '../../src/host/vtl-commands.ts'

const device = fc.integer({ min: 1, max: 32_767 })
const barcode = fc.stringMatching(/^[A-Z0-9]{6}L[5-9]$/)
const command = fc.oneof<fc.Arbitrary<VtlCommand>[]>(
  fc.record({
    command: fc.constant('unit' as const),
    action: fc.constantFrom(...UNIT_ACTIONS),
    kind: fc.constantFrom('library' as const, 'drive' as const),
    device,
  }),
  fc.constant({ command: 'reload_units' as const }),
  fc.record({
    command: fc.constant('make_medium' as const),
    ...{ library: device, barcode },
    type: fc.constantFrom('data' as const, 'WORM' as const, 'clean' as const),
    generation: fc.integer({ min: 1, max: 9 }),
    size: fc.integer({ min: 1, max: 1_000_000 }),
  }),
  fc.record({
    command: fc.constant('write_protect' as const),
    ...{ library: device, barcode, on: fc.boolean() },
  }),
  fc.record({ command: fc.constantFrom('online' as const, 'offline' as const), device }),
  fc.record({
    command: fc.constant('tape_alert' as const),
    ...{ device, flags: fc.stringMatching(/^[0-9a-f]{16}$/) },
  }),
)

t.test('a command is known by its command line', (t) => {
  fc.assert(
    fc.property(command, (one) => {
      t.strictSame(vtlCommandOf(vtlArgv(one)), { ...one })
    }),
  )
  t.end()
})

t.test('command lines that are nearly those of mhvtl are none', (t) => {
  const lines = [
    'vtlcmd 10 exit',
    'vtlcmd 10 online now',
    'vtlcmd 010 online',
    'vtlcmd -h online',
    'vtlcmd 11 TapeAlert zz',
    'systemctl restart scst.service',
    'systemctl --no-ask-password restart vtltape@11',
    'systemctl --no-ask-password restart vtltape@11.service sshd.service',
    'systemctl --no-ask-password disable vtltape@11.service',
    'mktape -l 10 -m ../x -s 500 -t data -d LTO8',
    'mktape -l 10 -m -H -s 500 -t data -d LTO8',
    'mktape -l 10 -m E01001L8 -s 500 -t data -d LTO8 -H /etc',
    'mktape -l 10 -m E01001L8 -s 500 -t other -d LTO8',
    'edit_tape -l 10 -m E01001L8 -w maybe',
    'edit_tape -l 10 -m E01001L8 -w on -t clean',
    'make_vtl_media',
    '',
  ]
  for (const line of lines) t.equal(vtlCommandOf(line.split(' ')), null, line)
  t.end()
})
