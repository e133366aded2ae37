import { inspect } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { attributeValue, parseScstConfig, ScstConfigError } from '../../src/scst/config.ts'
import { Secret } from '../../src/scst/secret.ts'
import { SCST_RECORDINGS, scstEvidence } from '../support/recorded-scst.ts'

function faultsOf(text: string): string {
  try {
    parseScstConfig(text)
    return 'none'
  } catch (error) {
    if (error instanceof ScstConfigError) return error.message.replace('scst.conf: ', '')
    throw error
  }
}

t.test('a file with everything in it', (t) => {
  const config = parseScstConfig(`# Sample
setup_id 0x1234

HANDLER vdisk_fileio {
\tDEVICE disk1 {
\t\tfilename "/srv/my luns/disk 1" # where it lies
\t\tt10_dev_id a\\#b
\t}
\tDEVICE disk2
}
TARGET_DRIVER iscsi {
\tenabled 1
\tTARGET iqn.2006-10.net.vlnb:tgt {
\t\tallowed_portal 10.0.0.1
\t\tallowed_portal 10.0.0.2
\t\tHW_TARGET
\t\tLUN 0 disk1
\t\tLUN 1 disk2 {
\t\t\tread_only 1
\t\t}
\t\tGROUP hosts {
\t\t\tLUN 0 disk2
\t\t\tINITIATOR iqn.2005-03.org.open-iscsi:*
\t\t\tINITIATOR iqn.2005-03.org.open-iscsi:*
\t\t}
\t}
}
ALUA {
\tlocal 1
}
DEVICE_GROUP dg {
\tDEVICE disk1

\tTARGET_GROUP tg {
\t\tgroup_id 1
\t\tTARGET other {
\t\t\trel_tgt_id 2
\t\t}
\t}
}
`)
  t.strictSame(config, {
    attributes: [{ name: 'setup_id', value: '0x1234' }],
    handlers: [
      {
        name: 'vdisk_fileio',
        attributes: [],
        devices: [
          {
            name: 'disk1',
            attributes: [
              { name: 'filename', value: '/srv/my luns/disk 1' },
              { name: 't10_dev_id', value: 'a#b' },
            ],
          },
          { name: 'disk2', attributes: [] },
        ],
      },
    ],
    drivers: [
      {
        name: 'iscsi',
        attributes: [{ name: 'enabled', value: '1' }],
        targets: [
          {
            name: 'iqn.2006-10.net.vlnb:tgt',
            attributes: [
              { name: 'allowed_portal', value: '10.0.0.1' },
              { name: 'allowed_portal', value: '10.0.0.2' },
              { name: 'HW_TARGET', value: '' },
            ],
            luns: [
              { lun: 0, device: 'disk1', attributes: [] },
              { lun: 1, device: 'disk2', attributes: [{ name: 'read_only', value: '1' }] },
            ],
            groups: [
              {
                name: 'hosts',
                attributes: [],
                luns: [{ lun: 0, device: 'disk2', attributes: [] }],
                initiators: [{ name: 'iqn.2005-03.org.open-iscsi:*', attributes: [] }],
              },
            ],
          },
        ],
      },
    ],
    alua: [{ name: 'local', value: '1' }],
    deviceGroups: [
      {
        name: 'dg',
        attributes: [],
        devices: ['disk1'],
        targetGroups: [
          {
            name: 'tg',
            attributes: [{ name: 'group_id', value: '1' }],
            targets: [{ name: 'other', attributes: [{ name: 'rel_tgt_id', value: '2' }] }],
          },
        ],
      },
    ],
  })
  t.equal(attributeValue(config.attributes, 'setup_id'), '0x1234')
  const target = config.drivers[0]?.targets[0]
  t.equal(attributeValue(target?.attributes ?? [], 'allowed_portal'), null, 'it has two values')
  t.end()
})

t.test('every recorded file says what a search in it finds', (t) => {
  for (const recording of [...SCST_RECORDINGS, '08-no-scst', '11-big-library']) {
    const text = scstEvidence(recording).configFile
    const found = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1])
    const config = parseScstConfig(text)
    const targets = config.drivers.flatMap((driver) => driver.targets)
    const groups = targets.flatMap((target) => target.groups)
    t.strictSame(
      config.handlers.flatMap(({ devices }) => devices.map(({ name }) => name)),
      found(/^\tDEVICE (\S+)/gm),
      recording,
    )
    t.strictSame(
      targets.map(({ name }) => name),
      found(/^\tTARGET (\S+)/gm),
    )
    t.strictSame(
      groups.flatMap(({ initiators }) => initiators.map(({ name }) => name)),
      found(/^\t\t\tINITIATOR (\S+)/gm),
    )
    t.equal(
      [...targets, ...groups].reduce((sum, { luns }) => sum + luns.length, 0),
      found(/^\t+LUN (\d+) /gm).length,
    )
  }
  t.end()
})

t.test('passwords are in the tree and in no rendering of it', (t) => {
  const config = parseScstConfig(`TARGET_DRIVER iscsi {
\tIncomingUser "joe 12charsecret"
\tTARGET t {
\t\tOutgoingUser1 "ann 12charsecret"
\t}
}
`)
  const [user] = config.drivers[0]?.attributes ?? []
  t.equal(user?.value instanceof Secret && user.value.reveal(), 'joe 12charsecret')
  t.equal(attributeValue(config.drivers[0]?.attributes ?? [], 'IncomingUser'), null)
  const renderings = [
    JSON.stringify(config),
    inspect(config, { depth: null, showHidden: true }),
    String(user?.value),
    JSON.stringify(structuredClone(config)),
  ]
  for (const rendering of renderings) t.notMatch(rendering, '12charsecret')
  t.match(renderings[0], '(secret)')

  for (const line of [
    'IncomingUser joe 12charsecret',
    'IncomingUser "joe 12charsecret',
    'IncomingUser "joe 12char}secret"',
    'IncomingUser "joe 12char"secret',
    '"joe 12charsecret"',
    'joe12charsecret/# {',
  ]) {
    const message = faultsOf(`TARGET_DRIVER iscsi {\n${line}\n}\n`)
    t.match(message, 'line 2: ')
    t.notMatch(message, '12char', line)
  }
  t.end()
})

t.test('faults are named with their lines', (t) => {
  const cases: [text: string, message: string][] = [
    ['HANDLER a {\n', 'line 1: the section HANDLER is not closed'],
    ['}\n', 'line 1: } without a section'],
    ['\n{\n}\n', 'line 2: { without a name before it'],
    ['HANDLER a\n{\n}\n', 'line 2: { without a name before it'],
    ['HANDLERS a {\nDEVICE x\n}\n', 'line 1: HANDLERS is not a section'],
    ['[HANDLER vdisk]\n', 'line 1: the first word is not a section or attribute'],
    ['GROUP g\n', 'line 1: GROUP does not belong outside of all sections'],
    ['HANDLER a {\nLUN 0 x\n}\n', 'line 2: LUN does not belong in HANDLER'],
    [
      'DEVICE_GROUP d {\nTARGET_GROUP g {\nTARGET t {\nLUN 0 x\n}\n}\n}\n',
      'line 4: LUN does not belong in TARGET',
    ],
    ['HANDLER\n', 'line 1: HANDLER: 0 words follow, not 1'],
    [
      'TARGET_DRIVER i {\nTARGET t {\nLUN 0\nLUN x y\n}\n}',
      'line 3: LUN: 1 words follow, not 2; line 4: LUN: the number of the LUN is not a number',
    ],
    ['HANDLER a {\nDEVICE /dev/sdb\n}\n', 'line 2: DEVICE: not a name'],
    ['setup_id 1 2\n', 'line 1: setup_id: a value with blanks must be quoted'],
    ['setup_id "1\n', 'line 1: a quote is not closed'],
    ['setup_id "1"2\n', 'line 1: a word goes on after its closing quote'],
    ['filename /srv/a#b\n', 'line 1: a # in a word begins a comment: write \\#'],
    [
      'HANDLER a {\nDEVICE x { filename /y }\n}\n',
      'line 2: what stands before } on its line is not read',
    ],
    ['HANDLER a {\nDEVICE x\nDEVICE x {\nsize 1\n}\n}\n', 'line 3: DEVICE x is already in line 2'],
    [
      '1\n'.repeat(12),
      `${Array.from({ length: 10 }, (_, i) => `line ${i + 1}: the first word is not a section or attribute`).join('; ')}; and 2 more`,
    ],
  ]
  for (const [text, message] of cases) t.equal(faultsOf(text), message, JSON.stringify(text))
  t.end()
})

t.test('what is tolerated', (t) => {
  const plain = parseScstConfig('HANDLER a {\n\tDEVICE x {\n\t\tfilename /y\n\t}\n}\n')
  for (const text of [
    'HANDLER a {\r\n\tDEVICE x {\r\n\t\tfilename /y\r\n\t}\r\n}\r\n',
    'HANDLER a {\nDEVICE x { filename /y\n}}',
    'HANDLER a{DEVICE x{\n  filename   "/y"\n} # end\n}\n',
    '#\n# HANDLER b {\nHANDLER a { # those of a\nDEVICE x {\n# none\nfilename /y\n}\n}',
  ]) {
    t.strictSame(parseScstConfig(text), plain, JSON.stringify(text))
  }
  t.strictSame(parseScstConfig('').handlers, [], 'an empty file configures nothing')
  t.end()
})

t.test('any text is a configuration or refused', (t) => {
  const pieces = fc.constantFrom(
    ...['HANDLER', 'DEVICE', 'TARGET_DRIVER', 'TARGET', 'GROUP', 'LUN', 'INITIATOR', 'ALUA'],
    ...['DEVICE_GROUP', 'TARGET_GROUP', 'IncomingUser', 'x', '0', '"', '\\', '#', '{', '}'],
    ...[' ', ' ', '\t', '\n', '\n', '\r\n', '__proto__', 'constructor'],
  )
  const scraps = fc.array(pieces, { maxLength: 60 }).map((words) => words.join(''))
  fc.assert(
    fc.property(fc.oneof(scraps, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
      try {
        return Array.isArray(parseScstConfig(text).handlers)
      } catch (error) {
        return error instanceof ScstConfigError && error.faults.length > 0
      }
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test('a large text takes no longer than its length', (t) => {
  const cases = ['"', '\\"', '" ', 'a {\n', '}\n', '{', ' #', '"\\', 'HANDLER a {\n', 'x y\n']
  for (const piece of cases) {
    const text = piece.repeat(200_000 / piece.length)
    const start = process.cpuUsage().user
    faultsOf(text)
    const milliseconds = (process.cpuUsage().user - start) / 1000
    t.ok(milliseconds < 2000, `${JSON.stringify(piece)}: ${milliseconds} ms`)
  }
  t.equal(faultsOf('"'.padEnd(20_000_000, 'a')), 'line 1: longer than 65536 characters')
  t.end()
})
