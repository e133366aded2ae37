import fc from 'fast-check'
import t from 'tap'
import { parseScstConfig, type ScstConfig } from '../../src/scst/config.ts'
import { Secret } from '../../src/scst/secret.ts'
import { editScstConfig } from '../../src/scst/write/edit.ts'
import { wantedSection } from '../../src/scst/write/wanted-section.ts'
import { SCST_RECORDINGS, scstEvidence } from '../support/recorded-scst.ts'
import { configurations } from '../support/scst-model/configs.ts'

const FILE = `# Library of the first floor. Ask Eva before changing it!
setup_id 0x1234

HANDLER dev_changer {
	DEVICE 13:1:0:0    # the robot
}

TARGET_DRIVER iscsi {
	enabled 1
	# for the media servers
	TARGET iqn.x:vtl {
		IncomingUser "joe secretsecret"
		QueuedCommands 64   # more than that and they hang
		enabled 1

		LUN 0 13:1:0:0
		GROUP media {
			LUN 0 13:1:0:0
			INITIATOR iqn.i:one
			INITIATOR iqn.i:one
			INITIATOR iqn.i:two
		}
	}
}
`

/** The configuration with one target changed. */
function changed(
  text: string,
  change: (target: ScstConfig['drivers'][number]['targets'][number]) => object,
): ScstConfig {
  const config = parseScstConfig(text)
  const drivers = config.drivers.map((driver) => ({
    ...driver,
    targets: driver.targets.map((target) => ({ ...target, ...change(target) })),
  }))
  return { ...config, drivers }
}

/** Lines that are only in one of two texts. */
function difference(before: string, after: string): string[] {
  const without = (lines: string[], others: string[]) =>
    others.reduce((rest, line) => {
      const at = rest.indexOf(line)
      return at === -1 ? rest : rest.toSpliced(at, 1)
    }, lines)
  const [old, young] = [before.split('\n'), after.split('\n')]
  return [
    ...without(old, young).map((line) => `-${line}`),
    ...without(young, old).map((line) => `+${line}`),
  ]
}

t.test('what is said already stays as it stands', (t) => {
  const { text, keepsComments } = editScstConfig(FILE, parseScstConfig(FILE))
  t.ok(keepsComments)
  t.equal(text, FILE)
  for (const recording of SCST_RECORDINGS) {
    const { configFile } = scstEvidence(recording)
    t.equal(editScstConfig(configFile, parseScstConfig(configFile)).text, configFile, recording)
  }
  t.end()
})

t.test('one thing that changes is one line', (t) => {
  const wanted = changed(FILE, (target) => ({
    luns: [...target.luns, { lun: 1, device: 'disk1', attributes: [] }],
    attributes: target.attributes.map((one) =>
      one.name === 'enabled' ? { ...one, value: '0' } : one,
    ),
  }))
  const { text } = editScstConfig(FILE, wanted)
  t.strictSame(difference(FILE, text), ['-\t\tenabled 1', '+\t\tenabled 0', '+\t\tLUN 1 disk1'])
  t.end()
})

t.test('what goes takes its lines and no others', (t) => {
  const wanted = changed(FILE, () => ({ groups: [] }))
  const { text } = editScstConfig(FILE, wanted)
  t.strictSame(difference(FILE, text), [
    '-\t\tGROUP media {',
    '-\t\t\tLUN 0 13:1:0:0',
    '-\t\t\tINITIATOR iqn.i:one',
    '-\t\t\tINITIATOR iqn.i:one',
    '-\t\t\tINITIATOR iqn.i:two',
    '-\t\t}',
  ])
  t.end()
})

t.test('a file with statements that share a line is written anew', (t) => {
  const file = 'TARGET_DRIVER iscsi { TARGET t1 {\nenabled 1\n}} # all of it\n'
  const { text, keepsComments } = editScstConfig(
    file,
    changed(file, () => ({ attributes: [] })),
  )
  t.notOk(keepsComments)
  t.equal(text, '\nTARGET_DRIVER iscsi {\n\tTARGET t1\n}\n')
  t.end()
})

t.test('what scstadmin would read as something else is not written', (t) => {
  for (const value of ['a{b', 'a"b', 'a\nb']) {
    const wanted = changed(FILE, () => ({ attributes: [{ name: 'alias', value }] }))
    t.throws(() => editScstConfig(FILE, wanted), { code: 'ERR_SCST_CONFIG_TEXT' })
  }
  t.end()
})

t.test('a password stays what it was', (t) => {
  const { text } = editScstConfig(
    FILE,
    changed(FILE, () => ({ luns: [] })),
  )
  t.match(text, '\t\tIncomingUser "joe secretsecret"\n')
  const password = { name: 'IncomingUser', value: new Secret('ann other\\#secret') }
  const added = editScstConfig(
    FILE,
    changed(FILE, () => ({ attributes: [password] })),
  )
  t.match(added.text, '\t\tIncomingUser "ann other\\\\\\#secret"\n')
  t.end()
})

t.test('whatever is wanted, the file says it and nothing else', (t) => {
  fc.assert(
    fc.property(configurations, configurations, (former, wanted) => {
      const before = editScstConfig('# ours\n', former)
      const { text, keepsComments } = editScstConfig(before.text, wanted)
      t.ok(keepsComments)
      t.ok(text.startsWith('# ours\n'))
      t.strictSame(sorted(parseScstConfig(text)), sorted(wanted))
    }),
    { numRuns: 60 },
  )
  t.end()
})

function sorted(config: ScstConfig): unknown {
  const inOrder = (section: ReturnType<typeof wantedSection>): unknown => [
    ...[section.keyword, section.words],
    section.attributes.map((one) => JSON.stringify(one)).sort(),
    section.children.map((one) => JSON.stringify(inOrder(one))).sort(),
  ]
  return inOrder(wantedSection(config))
}
