import t from 'tap'
import type { Difference, Place } from '../../src/consistency/difference.ts'
import { plan } from '../../src/consistency/plan.ts'
import { texts } from '../../src/consistency/texts.ts'
import { readRunningScst } from '../../src/collectors/scst-running.ts'
import { parseScstConfig } from '../../src/scst/config.ts'
import { planScst } from '../../src/scst/plan/plan.ts'
import { textOf } from '../../src/scst/plan/step.ts'
import { difference } from '../support/consistency.ts'
import { machine } from '../support/scst-model/configs.ts'

const config = parseScstConfig(`
HANDLER vdisk_fileio {
  DEVICE disk1 {
    filename /srv/luns/a.img
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
const different = (what: string, place: Place, attribute: string, value = '1') =>
  scst(what, place, {
    ...{ kind: 'different', attribute, id: `${what} ${attribute}` },
    values: [side('live', '0'), side('configured', value, '/etc/scst.conf')],
  })
const orphaned = (what: string, place: Place, live: string) =>
  scst(what, place, {
    kind: 'orphaned',
    values: [side('live', live), side('configured', null, '/etc/scst.conf')],
  })
const NO_LIBRARIES = { libraries: new Map<string, never>() }

/** Plans for a machine that runs this configuration, while its file is the one above. */
async function planned(text: string, differences: readonly Difference[], file = config) {
  const model = machine()
  const before = parseScstConfig(text)
  const { steps } = planScst(await readRunningScst(model.host, before), before)
  for (const step of steps) await model.write(step.path, textOf(step))
  const running = await readRunningScst(model.host, file)
  return plan(differences, { scst: { file, running, unread: null }, ...NO_LIBRARIES }).steps
}

const written = async (text: string, differences: readonly Difference[]) =>
  (await planned(text, differences)).map(({ write, words, disruptive, differences: ids }) =>
    write === null
      ? words
      : `${write.path.replace(root, '')} < ${write.text} (${[...ids, ...(disruptive ? ['!'] : [])].join(', ')})`,
  )

t.test('a target is added with all of it, after its devices, and enabled last', async (t) => {
  const differences = [scst('target', target), scst('device', { device: 'disk1' })]
  t.strictSame(await written('', differences), [
    '/handlers/vdisk_fileio/mgmt < add_device disk1 filename=/srv/luns/a.img; nv_cache=1 (device)',
    '/targets/iscsi/mgmt < add_target iqn.x:t1 (target)',
    '/targets/iscsi/iqn.x:t1/rel_tgt_id < 3 (target)',
    '/targets/iscsi/mgmt < add_target_attribute iqn.x:t1 IncomingUser joe *** (target)',
    '/targets/iscsi/iqn.x:t1/ini_groups/mgmt < create hosts (target)',
    '/targets/iscsi/iqn.x:t1/ini_groups/hosts/initiators/mgmt < add iqn.x:a (target)',
    '/targets/iscsi/iqn.x:t1/luns/mgmt < add disk1 0 (target)',
    '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < add disk1 0 read_only=1 (target)',
    '/targets/iscsi/iqn.x:t1/enabled < 1 (target)',
  ])
  t.notMatch(JSON.stringify(await planned('', differences)), /12chars/)
})

const OLD = `
HANDLER vdisk_nullio {
  DEVICE old
}
HANDLER vdisk_fileio {
  DEVICE disk1 {
    filename /srv/luns/a.img
    nv_cache 1
  }
}
TARGET_DRIVER iscsi {
  TARGET iqn.x:old
  TARGET iqn.x:t1 {
    rel_tgt_id 3
    GROUP old
    GROUP hosts {
      LUN 0 disk1 {
        read_only 1
      }
      LUN 9 old
      INITIATOR iqn.x:a
      INITIATOR iqn.x:b
    }
  }
}
`

t.test('what is in the way is removed from the inside out, before anything is added', async (t) => {
  t.strictSame(
    await written(OLD, [
      scst('lun', { ...target, lun: '0' }),
      orphaned('device', { device: 'old' }, 'vdisk_nullio'),
      orphaned('target', { driver: 'iscsi', target: 'iqn.x:old' }, 'iqn.x:old'),
      orphaned('group', { ...target, group: 'old' }, 'old'),
      orphaned('lun', { ...hosts, lun: '9' }, 'old'),
      orphaned('initiator', { ...hosts, initiator: 'iqn.x:b' }, 'iqn.x:b'),
    ]),
    [
      '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < del 9 (lun, !)',
      '/targets/iscsi/mgmt < del_target iqn.x:old (target, !)',
      '/handlers/vdisk_nullio/mgmt < del_device old (device, !)',
      '/targets/iscsi/iqn.x:t1/ini_groups/hosts/initiators/mgmt < del iqn.x:b (initiator, !)',
      '/targets/iscsi/iqn.x:t1/ini_groups/mgmt < del old (group, !)',
      '/targets/iscsi/iqn.x:t1/luns/mgmt < add disk1 0 (lun)',
    ],
  )
})

t.test(
  'a device that cannot be changed is made anew, and its LUNs go and come with it',
  async (t) => {
    t.strictSame(await written(OLD, [different('device', { device: 'disk1' }, 'nv_cache', '0')]), [
      '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < del 0 (!)',
      '/handlers/vdisk_fileio/mgmt < del_device disk1 (device nv_cache, !)',
      '/handlers/vdisk_fileio/mgmt < add_device disk1 filename=/srv/luns/a.img; nv_cache=0 (device nv_cache, !)',
      '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < add disk1 0 read_only=1 ()',
    ])
    t.strictSame(
      await written(OLD, [
        different('lun', { ...hosts, lun: '0' }, 'read_only', '0'),
        different('driver', { driver: 'iscsi' }, 'enabled'),
        different('target', target, 'rel_tgt_id', '4'),
        different('target', target, 'enabled'),
      ]),
      [
        '/targets/iscsi/iqn.x:t1/rel_tgt_id < 4 (target rel_tgt_id, !)',
        '/targets/iscsi/iqn.x:t1/ini_groups/hosts/luns/mgmt < replace disk1 0 read_only=0 (lun read_only, !)',
        '/targets/iscsi/iqn.x:t1/enabled < 1 (target enabled)',
        '/targets/iscsi/enabled < 1 (driver enabled)',
      ],
    )
  },
)

t.test('what cannot be written is said, and the rest is written', async (t) => {
  const file = parseScstConfig(`
    TARGET_DRIVER iscsi {
      TARGET iqn.x:t1 {
        LUN 3 elsewhere
      }
    }
    TARGET_DRIVER qla2x00t {
      TARGET 50:01:43:80:21:de:b5:d6 {
        HW_TARGET
        enabled 1
      }
    }`)
  const port = { driver: 'qla2x00t', target: '50:01:43:80:21:de:b5:d6' }
  const steps = await planned(
    OLD,
    [
      scst('target', port),
      scst('lun', { ...target, lun: '3' }),
      scst('lun', { ...target, lun: '7' }),
      scst('lun', { ...target, lun: '8' }, { kind: 'missing', values: [side('live', null)] }),
      orphaned('target', { driver: 'iscsi', target: 'iqn.x:old' }, 'iqn.x:old'),
    ],
    file,
  )
  t.strictSame(
    steps.map(({ words, write }) => [write?.text ?? null, words]),
    [
      ['del_target iqn.x:old', 'Remove the target iqn.x:old.'],
      [
        null,
        'The lun differs. The file does not say how it was: adopt that it is gone, or configure it anew.',
      ],
      [null, 'The target differs. It cannot be written: the target driver qla2x00t is not loaded.'],
      [
        null,
        'The lun differs. It cannot be written: LUN 3 of the target iqn.x:t1 is elsewhere, which is not configured.',
      ],
      [null, 'The lun differs. The file has it no more.'],
    ],
  )
  const nothing = { scst: { file: null, running: null, unread: null }, ...NO_LIBRARIES }
  t.match(plan([scst('lun', { ...target, lun: '0' })], nothing).steps, [
    { words: 'The lun differs. The file cannot be read now.', write: null, command: null },
  ])
  const unread = { scst: { file, running: null, unread: 'EIO' }, ...NO_LIBRARIES }
  t.match(plan([scst('lun', { ...target, lun: '0' })], unread).steps, [
    { words: 'The lun differs. What runs cannot be read now: EIO.', write: null },
  ])
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
    plan(all, { scst: { file: null, running: null, unread: null }, libraries }).steps.map(
      ({ words, command, differences, disruptive }) => [
        ...[words, command?.join(' ') ?? null, differences.join(' '), disruptive],
      ],
    ),
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
