import t from 'tap'
import type { Difference, Place } from '../../src/consistency/difference.ts'
import { plan } from '../../src/consistency/plan.ts'
import { texts } from '../../src/consistency/texts.ts'
import { parseScstConfig } from '../../src/scst/config.ts'
import { difference } from '../support/consistency.ts'

const config = parseScstConfig(`
HANDLER vdisk_fileio {
  DEVICE disk1 {
    filename /srv/disk1.img
    nv_cache 1
  }
}
TARGET_DRIVER iscsi {
  enabled 1
  TARGET iqn.x:t1 {
    IncomingUser "joe 12charsecret"
    rel_tgt_id 3
    enabled 1
    LUN 0 disk1
    GROUP hosts {
      LUN 0 disk1 {
        read_only 1
      }
      INITIATOR iqn.x:a
    }
  }
}
`)

const side = (
  role: 'live' | 'configured' | 'data',
  value: string | null,
  source: string = role,
) => ({
  ...{ role, source, value, takenAt: null },
  state: value === null ? ('absent' as const) : ('present' as const),
})

const scst = (what: string, place: Place, more: Partial<Difference> = {}): Difference =>
  difference({
    ...{ id: what, check: 'scst', kind: 'pending', what, place, sentence: `The ${what} differs.` },
    values: [side('live', null), side('configured', 'yes', '/etc/scst.conf')],
    ...more,
  })

const target = { driver: 'iscsi', target: 'iqn.x:t1' }
const hosts = { ...target, group: 'hosts' }
const root = '/sys/kernel/scst_tgt'
const written = (differences: readonly Difference[], scstConfig = config) =>
  plan(differences, { scst: scstConfig, libraries: new Map() }).map(({ write, words }) =>
    write === null ? words : `${write.path.replace(root, '')} < ${write.text}`,
  )

t.test('a target is added with all of it, after its devices, and enabled last', (t) => {
  t.strictSame(written([scst('target', target), scst('device', { device: 'disk1' })]), [
    '/handlers/vdisk_fileio/mgmt < add_device disk1 filename=/srv/disk1.img; nv_cache=1',
    '/targets/iscsi/mgmt < add_target iqn.x:t1',
    '/targets/iscsi/iqn.x:t1/ini_groups/mgmt < create hosts',
    '/targets/iscsi/iqn.x:t1/luns/mgmt < add disk1 0',
    '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < add disk1 0 read_only=1',
    '/targets/iscsi/iqn.x:t1/ini_groups/hosts/initiators/mgmt < add iqn.x:a',
    '/targets/iscsi/iqn.x:t1/rel_tgt_id < 3',
    '/targets/iscsi/iqn.x:t1/enabled < 1',
    'Set IncomingUser of the target iqn.x:t1 as the file says: it is a secret.',
  ])
  t.notMatch(
    JSON.stringify(plan([scst('target', target)], { scst: config, libraries: new Map() })),
    /12chars/,
  )
  t.end()
})

t.test('what is in the way is removed from the inside out, before anything is added', (t) => {
  const orphaned = (what: string, place: Place, live: string) =>
    scst(what, place, {
      kind: 'orphaned',
      values: [side('live', live), side('configured', null, '/etc/scst.conf')],
    })
  t.strictSame(
    written([
      scst('lun', { ...target, lun: '0' }),
      orphaned('device', { device: 'old' }, 'vdisk_nullio'),
      orphaned('target', { driver: 'iscsi', target: 'iqn.x:old' }, 'iqn.x:old'),
      orphaned('group', { ...target, group: 'old' }, 'old'),
      orphaned('lun', { ...hosts, lun: '9' }, 'old'),
      orphaned('initiator', { ...hosts, initiator: 'iqn.x:b' }, 'iqn.x:b'),
    ]),
    [
      '/targets/iscsi/iqn.x:t1/ini_groups/hosts/initiators/mgmt < del iqn.x:b',
      '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < del 9',
      '/targets/iscsi/iqn.x:t1/ini_groups/mgmt < del old',
      '/targets/iscsi/mgmt < del_target iqn.x:old',
      '/handlers/vdisk_nullio/mgmt < del_device old',
      '/targets/iscsi/iqn.x:t1/luns/mgmt < add disk1 0',
    ],
  )
  t.end()
})

t.test('what cannot be written is said', (t) => {
  const different = (what: string, place: Place, attribute: string) =>
    scst(what, place, {
      ...{ kind: 'different', attribute },
      values: [side('live', '0'), side('configured', '1', '/etc/scst.conf')],
    })
  t.strictSame(
    written([
      different('device', { device: 'disk1' }, 'size'),
      different('lun', { ...target, lun: '0' }, 'device'),
      different('lun', { ...target, lun: '0' }, 'read_only'),
      different('driver', { driver: 'iscsi' }, 'enabled'),
      scst('lun', { ...target, lun: '7' }),
      scst('lun', { ...target, lun: '8' }, { kind: 'missing', values: [side('live', null)] }),
    ]),
    [
      '/targets/iscsi/iqn.x:t1/luns/mgmt < replace 1 0',
      '/targets/iscsi/enabled < 1',
      'The device differs. Remove the device and add it again: it cannot be changed.',
      'The lun differs. Remove LUN 0 and add it again.',
      'The lun differs. The file has it no more.',
      'The lun differs. The file does not say how it was: adopt that it is gone, or configure it anew.',
    ],
  )
  const nobody = { scst: null, libraries: new Map<string, never>() }
  t.match(plan([scst('lun', { ...target, lun: '0' })], nobody), [
    { words: 'The lun differs. The file cannot be read now.', write: null, command: null },
  ])
  t.end()
})

t.test('media are restored by people, and libraries restarted once', (t) => {
  const medium = (barcode: string, more: Partial<Difference>) =>
    difference({ id: barcode, place: { library: 'L1', barcode }, ...more })
  const all = [
    medium('GONE', { kind: 'missing', values: [side('data', null)] }),
    medium('NEW1', { kind: 'pending', values: [side('data', '/vtl/NEW1')] }),
    medium('NEW2', { kind: 'pending', values: [side('data', null)] }),
    medium('LIVE', {
      kind: 'orphaned',
      values: [side('data', '/vtl/LIVE'), side('live', 'slot 3')],
    }),
    medium('LOST', { kind: 'orphaned', values: [side('data', '/vtl/LOST'), side('live', null)] }),
    medium('LEFT', {
      kind: 'missing',
      ignored: { by: 'x', at: new Date(0), reason: '', until: null },
    }),
  ]
  const libraries = new Map([['L1', { number: 10, homeDirectory: '/vtl' }]])
  t.strictSame(
    plan(all, { scst: null, libraries }).map(({ words, command, differences, disruptive }) => [
      ...[words, command?.join(' ') ?? null, differences.join(' '), disruptive],
    ]),
    [
      [
        'Restore /vtl/GONE from a copy, while no drive has the cartridge GONE.',
        null,
        'GONE',
        false,
      ],
      [
        'Make the medium, with the capacity in MB and the density that it ought to have: ' +
          'mktape -l 10 -m NEW2 -s MB -t data -d DENSITY.',
        ...[null, 'NEW2', false],
      ],
      [
        'Move /vtl/LOST away, when nobody needs it: no slot is configured for it.',
        null,
        'LOST',
        false,
      ],
      [
        'Restart the daemon of the library L1 when nothing runs in it: it takes its contents from the file ' +
          '(2 differences).',
        ...['systemctl restart vtllibrary@10.service', 'NEW1 LIVE', true],
      ],
    ],
  )
  t.end()
})

t.test('what files would say is shown as lines to add and to take away', (t) => {
  const contents = '/etc/mhvtl/library_contents.10'
  const medium = (
    barcode: string,
    kind: Difference['kind'],
    live: string | null,
    file: string | null,
  ) =>
    difference({
      ...{ kind, place: { library: 'L1', barcode } },
      values: [side('live', live), side('configured', file, contents)],
    })
  t.strictSame(
    texts([
      medium('NEW1', 'orphaned', 'slot 7', null),
      medium('NEW2', 'orphaned', 'drive 1', null),
      medium('GONE', 'missing', null, 'slot 5'),
      scst('device', { device: 'disk1' }),
      scst('target', target, { kind: 'missing', values: [side('live', null)] }),
    ]),
    [
      {
        path: contents,
        text: '+Slot 7: NEW1\n+Slot (an empty one): NEW2\n-Slot 5: GONE\n',
      },
      { path: '/etc/scst.conf', text: ' HANDLER yes {\n-\tDEVICE disk1\n }\n' },
    ],
  )
  t.end()
})
