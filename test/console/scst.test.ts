import t from 'tap'
import { lunSets, portOf, shortened } from '../../dashboard/pages/scst/access.ts'
import { oldestOf } from '../../dashboard/pages/scst/oldest.ts'
import { mapOf, pathsThrough, ROW, spansOf } from '../../dashboard/pages/scst/map.ts'
import {
  allOpen,
  linesOf,
  openAtFirst,
  searched,
  stepOf,
  treeOf,
} from '../../dashboard/pages/scst/tree.ts'
import { device, group, luns, session, target } from '../support/console-scst.ts'

const disk1 = target('disk1', {
  luns: luns(['lun0']),
  groups: [group('esx', ['iqn.esx01', 'iqn.media*'], ['ds0', 'ds1'])],
})
const spare = target('spare')
const sessions = [session('disk1', 'iqn.esx01', 'esx'), session('disk1', 'iqn.other', null)]
const devices = ['lun0', 'ds0', 'ds1', 'unused'].map((name) => device(name))

t.test('a LUN set has who may and who is logged in, and a target without LUNs none', (t) => {
  t.same(
    lunSets([disk1, spare], sessions).map(({ id, initiators }) => [
      id,
      initiators.map(({ initiator, configured, sessions: own }) => [
        initiator,
        configured,
        own.length,
      ]),
    ]),
    [
      [
        'iscsi/disk1/esx',
        [
          ['iqn.esx01', true, 1],
          ['iqn.media*', true, 0],
        ],
      ],
      ['iscsi/disk1/', [['iqn.other', false, 1]]],
    ],
  )
  t.end()
})

t.test('the end of a name is what is left of it', (t) => {
  t.equal(shortened('iqn.2026-01.org.example:disk1', 16), 'iqn.2…mple:disk1')
  t.equal(shortened('disk1', 16), 'disk1')
  t.end()
})

const shown = (lines: ReturnType<typeof linesOf>) =>
  lines.map(({ node, level, open }) =>
    `${'  '.repeat(level - 1)}${node.id} ${open ?? ''}`.trimEnd(),
  )

t.test('a target of Fibre Channel is the port with its WWPN', (t) => {
  const ports = [{ id: 'eth0' }, { id: 'fc', port_name: '0x21000024FF12345A' }]
  t.equal(portOf('21:00:00:24:ff:12:34:5a', ports)?.id, 'fc')
  t.equal(portOf('iqn.2026-01.org.example:disk1', ports), null)
  t.end()
})

t.test('the tree of a few is open but for its sessions', (t) => {
  const tree = treeOf([disk1], sessions, devices)
  t.same(shown(linesOf(tree, openAtFirst(tree))), [
    'iscsi/disk1 true',
    '  iscsi/disk1/esx true',
    '    iscsi/disk1/esx/LUN 0',
    '    iscsi/disk1/esx/LUN 1',
    '    iscsi/disk1/esx/initiator iqn.esx01 false',
    '    iscsi/disk1/esx/initiator iqn.media*',
    '  iscsi/disk1/ true',
    '    iscsi/disk1//LUN 0',
    '    iscsi/disk1//initiator iqn.other false',
  ])
  t.end()
})

t.test('the tree of many begins closed', (t) => {
  const many = [target('big', { luns: luns(Array.from({ length: 2000 }, (_, at) => `d${at}`)) })]
  const tree = treeOf(many, [], [])
  t.same(shown(linesOf(tree, openAtFirst(tree))), ['iscsi/big false'])
  t.equal(linesOf(tree, allOpen(tree)).length, 2002)
  t.end()
})

t.test('a search shows the way to what it finds, and all that is below that', (t) => {
  const tree = treeOf([disk1, spare], sessions, devices)
  const { nodes, found } = searched(tree, 'DS1.img')
  t.same(shown(linesOf(nodes, found)), [
    'iscsi/disk1 true',
    '  iscsi/disk1/esx true',
    '    iscsi/disk1/esx/LUN 1',
  ])
  const words = searched(tree, 'disk1 esx')
  t.same(shown(linesOf(words.nodes, words.found)), ['iscsi/disk1 true', '  iscsi/disk1/esx false'])
  t.same(searched(tree, 'nothing').nodes, [])
  t.end()
})

t.test('keys go through the tree, open and close it', (t) => {
  const tree = treeOf([disk1, spare], sessions, devices)
  const lines = linesOf(tree, new Set(['iscsi/disk1']))
  // iscsi/disk1, iscsi/disk1/esx, iscsi/disk1/, iscsi/spare
  t.same(
    [
      ['ArrowDown', 0],
      ['ArrowDown', 3],
      ['ArrowUp', 0],
      ['End', 0],
      ['Home', 2],
      ['ArrowRight', 0],
      ['ArrowRight', 1],
      ['ArrowRight', 3],
      ['ArrowLeft', 0],
      ['ArrowLeft', 2],
      ['ArrowLeft', 3],
      ['Tab', 0],
      ['ArrowDown', -1],
    ].map(([key, at]) => stepOf(String(key), lines, Number(at))),
    [
      ...[{ to: 1 }, { to: 3 }, { to: 0 }, { to: 3 }, { to: 0 }, { to: 1 }],
      ...[{ open: true }, null, { open: false }, { to: 0 }, null, null, { to: 0 }],
    ],
  )
  t.end()
})

t.test('the map joins initiators over LUN sets to devices', (t) => {
  const map = mapOf([disk1], sessions, devices)
  t.same(
    map.edges.map(({ from, to, luns: numbers, sessions: count }) => [from, to, numbers, count]),
    [
      ['initiators one iqn.esx01', 'iscsi/disk1/esx', [], 1],
      ['initiators one iqn.media*', 'iscsi/disk1/esx', [], 0],
      ['initiators one iqn.other', 'iscsi/disk1/', [], 1],
      ['iscsi/disk1/esx', 'devices one ds0', [0], 0],
      ['iscsi/disk1/esx', 'devices one ds1', [1], 0],
      ['iscsi/disk1/', 'devices one lun0', [0], 0],
    ],
  )
  t.same(
    map.nodes.filter(({ column }) => column === 'devices').map(({ names }) => names),
    [['ds0'], ['ds1'], ['lun0'], ['unused']],
    'what is not exported is last',
  )
  t.end()
})

t.test('the ways through a box go on to the other side of its LUN sets only', (t) => {
  const map = mapOf([disk1], sessions, devices)
  const on = (id: string) => [...pathsThrough(map, id).nodes].sort()
  t.same(on('initiators one iqn.esx01'), [
    ...['devices one ds0', 'devices one ds1', 'initiators one iqn.esx01', 'iscsi/disk1/esx'],
  ])
  t.same(on('devices one lun0'), [
    ...['devices one lun0', 'initiators one iqn.other', 'iscsi/disk1/'],
  ])
  t.same(on('iscsi/disk1/').length, 3)
  t.same(on('iscsi/disk1').length, 9, 'a target is on all its ways')
  t.end()
})

t.test('of many what is alike is one box, until it is unfolded', (t) => {
  const names = Array.from({ length: 2000 }, (_, at) => `d${at}`)
  const half = names.slice(0, 1000)
  const targets = [
    target('one', { luns: luns(names) }),
    target('two', { groups: [group('g', ['iqn.a'], half)] }),
  ]
  const all = names.map((name) => device(name))
  const map = mapOf(targets, [], all)
  const boxes = map.nodes.filter(({ column }) => column === 'devices')
  t.same(
    boxes.map(({ names: own }) => [own.length, own[0]]),
    [
      [1000, 'd1000'],
      [1000, 'd0'],
    ],
  )
  t.equal(map.edges.find(({ to }) => to === boxes[0]?.id)?.luns.length, 1000)
  const unfolded = mapOf(targets, [], all, new Set([boxes[1]?.id ?? '']))
  t.equal(unfolded.nodes.filter(({ column }) => column === 'devices').length, 1001)
  t.end()
})

t.test('who is not logged in is not drawn as one with who is', (t) => {
  const initiators = Array.from({ length: 50 }, (_, at) => `iqn.h${at}`)
  const targets = [target('one', { groups: [group('g', initiators, ['d'])] })]
  const loggedIn = initiators.slice(0, 20).map((name) => session('one', name, 'g'))
  const map = mapOf(targets, loggedIn, [device('d')])
  t.same(
    map.nodes
      .filter(({ column }) => column === 'initiators')
      .map(({ names, idle }) => [names.length, idle]),
    [
      [20, false],
      [30, true],
    ],
  )
  t.end()
})

t.test('LUNs in a row are a span', (t) => {
  t.equal(spansOf([3, 0, 1, 2, 7]), '0–3, 7')
  t.equal(spansOf([]), '')
  t.end()
})

t.test('a box of the map is as high as what it is joined to, and below the one before', (t) => {
  const targets = [
    target('one', { groups: [group('a', ['iqn.a1', 'iqn.a2'], ['d1'])] }),
    target('two', { groups: [group('b', ['iqn.b'], ['d2'])] }),
  ]
  const { nodes } = mapOf(targets, [], [device('unused')])
  const heights = new Map(nodes.map(({ id, y }) => [id, y]))
  const [one = 0, two = 0] = ['iscsi/one/a', 'iscsi/two/b'].map((id) => heights.get(id))
  t.same(
    ['iqn.a1', 'iqn.a2', 'iqn.b'].map((name) => heights.get(`initiators one ${name}`)),
    [one, one + ROW, two],
  )
  t.same(
    ['d1', 'd2', 'unused'].map((name) => heights.get(`devices one ${name}`)),
    [one, two, two + ROW],
  )
  t.end()
})

t.test('of several sessions the oldest command, and whether there may be an older one', (t) => {
  const of = (age: number) => ({
    ...{ age_seconds: age, operation: 'READ(16)', takes_long: false, state: 'EXEC_WAIT' },
    ...{ initiator: 'esx01', lun: 0, device: 'disk1' },
  })
  const none = { oldest_command: null, commands_complete: true }
  const one = { oldest_command: of(3), commands_complete: true }
  const older = { oldest_command: of(9), commands_complete: false }
  t.strictSame(oldestOf([]), none)
  t.strictSame(oldestOf([none, one]), one)
  t.strictSame(oldestOf([older, one, none]), older)
  t.strictSame(oldestOf([none, { ...none, commands_complete: false }]), {
    ...{ oldest_command: null, commands_complete: false },
  })
  t.end()
})
