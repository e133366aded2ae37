import t from 'tap'
import type { Changer, Element } from '../../src/collectors/changers.ts'
import {
  elementException,
  importExportFull,
  importExportOccupied,
  noEmptySlot,
  volumeTagDuplicated,
} from '../../src/rules/changer-elements.ts'
import { changerOffline, changerUnreachable } from '../../src/rules/changers.ts'
import type { Finding } from '../../src/rules/rule.ts'

const takenAt = new Date('2026-11-20T21:00:00Z')

const element = (
  type: Element['type'],
  number: number,
  volumeTag: string | null,
  given: Partial<Element> = {},
): Element => ({
  type,
  number,
  address: null,
  full: volumeTag !== null,
  volumeTag,
  sourceElement: null,
  exception: null,
  ...{ exceptionText: null, accessible: null, mediumType: null },
  driveSerial: null,
  ...given,
})
const slot = (number: number, tag: string | null, given: Partial<Element> = {}) =>
  element('storage', number, tag, given)
const station = (number: number, tag: string | null) => element('import-export', number, tag)
const transfer = (number: number, tag: string | null) => element('data-transfer', number, tag)

const changer = (elements: Element[], given: Partial<Changer> = {}): Changer => ({
  id: 'XYZZY_A',
  serial: 'XYZZY_A',
  wwn: null,
  vendor: 'STK',
  product: 'L700',
  revision: '0106',
  device: '/dev/sg12',
  paths: ['/dev/sg12'],
  hctl: '13:0:0:0',
  hctls: ['13:0:0:0'],
  virtual: false,
  state: 'online',
  error: null,
  inventory: { takenAt, source: 'scsi', elements },
  exportedAs: null,
  ...given,
})

const told = (findings: Finding[]) => findings.map(({ labels, message }) => [labels, message])

t.test('a library that does not answer and one that is offline are two things', (t) => {
  const all = [
    changer([]),
    changer([], { id: 'B', state: 'offline', error: 'Not Ready 04h/12h' }),
    changer([], { id: 'C', state: 'unreachable', error: null, virtual: true, inventory: null }),
  ]

  t.strictSame(
    changerOffline.check(all).map(({ source, labels, message }) => [source, labels, message]),
    [['tape', { library: 'B' }, 'STK L700 (B) is offline: Not Ready 04h/12h.']],
  )
  t.strictSame(
    changerUnreachable.check(all).map(({ source, labels, message }) => [source, labels, message]),
    [['vtl', { library: 'C' }, 'STK L700 (C) does not answer.']],
  )
  t.strictSame(changerOffline.check(all)[0]?.evidence, {
    state: 'offline',
    error: 'Not Ready 04h/12h',
    device: '/dev/sg12',
    hctl: '13:0:0:0',
    inventory_taken_at: '2026-11-20T21:00:00.000Z',
    source: 'READ ELEMENT STATUS of /dev/sg12',
  })
  t.end()
})

t.test('the station is occupied by its first cartridge and full by its last', (t) => {
  const empty = changer([slot(1, 'E1'), station(2, null)])
  const occupied = changer([station(40, 'E1'), station(41, null)], { id: 'B' })
  const full = changer([station(40, 'E1'), station(41, 'E2')], { id: 'C' })
  const single = changer([station(25, 'G1')], { id: 'D' })
  const none = changer([slot(1, 'E1')], { id: 'E' })
  const all = [empty, occupied, full, single, none]

  t.strictSame(told(importExportFull.check(all)), [
    [
      { library: 'C' },
      'The import/export station of STK L700 (C) is full: all 2 elements hold cartridges.',
    ],
    [
      { library: 'D' },
      'The import/export station of STK L700 (D) is full: its only element holds a cartridge.',
    ],
  ])
  t.equal(importExportFull.forSeconds, 900)
  t.equal(importExportFull.inhibits, importExportOccupied.alert)
  t.strictSame(told(importExportOccupied.check(all.slice(0, 2))), [
    [
      { library: 'B' },
      'The import/export station of STK L700 (B) holds E1 in import-export element 40.',
    ],
  ])
  t.strictSame(
    importExportOccupied.check(all).map(({ labels }) => labels.library),
    ['B', 'C', 'D'],
  )
  t.end()
})

t.test('a library without an empty slot says what waits in its drives', (t) => {
  const all = [
    changer([slot(1, 'E1'), slot(2, null)]),
    changer([slot(1, 'E1'), transfer(0, 'E2')], { id: 'B' }),
    changer([transfer(0, null)], { id: 'without slots' }),
  ]

  t.strictSame(told(noEmptySlot.check(all)), [
    [
      { library: 'B' },
      'STK L700 (B) has no empty slot: 1 of 1 are full, and 1 cartridge is in its drives.',
    ],
  ])
  t.end()
})

t.test('a volume tag is duplicated among real or among virtual cartridges, not across', (t) => {
  const real = changer([slot(1, 'E1'), slot(2, 'E2'), station(9, 'E2')])
  const other = changer([slot(3, 'E3'), transfer(0, 'E1')], { id: 'B' })
  const virtual = changer([slot(1, 'E3'), slot(2, null), slot(3, null)], { id: 'V', virtual: true })

  t.strictSame(told(volumeTagDuplicated.check([real, other, virtual])), [
    [
      { volume_tag: 'E1' },
      'E1 is in storage element 1 of STK L700 (XYZZY_A) and in data-transfer element 0 of STK L700 (B).',
    ],
    [
      { volume_tag: 'E2' },
      'E2 is in storage element 2 of STK L700 (XYZZY_A) and in import-export element 9 of STK L700 (XYZZY_A).',
    ],
  ])
  const twins = [changer([slot(1, 'E1'), slot(2, 'E1')], { id: 'V', virtual: true })]
  t.strictSame(
    volumeTagDuplicated.check(twins).map(({ source }) => source),
    ['vtl'],
  )
  t.end()
})

t.test('abnormal elements are one alert a library, labels that were not read are none', (t) => {
  const all = [
    changer([slot(1, null, { exception: 0x8300 })]),
    changer([slot(1, null, { exception: 0x3b0d }), slot(2, 'E1', { exception: 0x0400 })], {
      id: 'B',
    }),
  ]

  t.strictSame(told(elementException.check(all)), [
    [
      { library: 'B' },
      'STK L700 (B) reports 2 abnormal elements: storage element 1 (3Bh/0Dh), storage element 2 (04h/00h).',
    ],
  ])
  t.end()
})

t.test('what a silent library held when it last answered is no news', (t) => {
  const silent = changer([station(1, 'E1'), slot(2, 'E1', { exception: 0x3b0d })], {
    state: 'unreachable',
  })
  const rules = [
    importExportFull,
    importExportOccupied,
    noEmptySlot,
    volumeTagDuplicated,
    elementException,
  ]

  for (const rule of rules) t.strictSame(rule.check([silent]), [], rule.alert)
  t.end()
})

t.test('who could not ask a library neither raises nor ends an alert of it', (t) => {
  const unknown = changer([], { id: 'B', state: 'unknown', inventory: null })
  for (const rule of [changerUnreachable, changerOffline]) {
    t.strictSame(rule.check([unknown]), [])
    t.strictSame(rule.undecided?.([unknown, changer([], { id: 'A' })]), [{ library: 'B' }])
  }
  t.end()
})
