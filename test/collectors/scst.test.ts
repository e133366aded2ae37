import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import type { Collected } from '../../src/collectors/collector.ts'
import { scst } from '../../src/collectors/scst.ts'
import type { Scst, ScstTarget } from '../../src/collectors/scst.ts'
import type { Host } from '../../src/host/host.ts'
import { parseScstConfig } from '../../src/scst/config.ts'
import { compareScst } from '../../src/scst/difference.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { openRecording } from '../support/recording.ts'
import { SCST_RECORDINGS, scstEvidence } from '../support/recorded-scst.ts'

const ROOT = '/sys/kernel/scst_tgt'

async function collect(host: Host): Promise<Collected<Scst>> {
  const collected = await scst.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  return collected
}

t.test('what scstadmin lists is what is read', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const evidence = scstEvidence(recording)
    const { value, coverage } = await collect(openRecording(recording))
    t.equal(coverage, 'all', recording)
    t.equal(value.running, true, recording)
    t.equal(value.version, '3.10.0', recording)

    const devices = evidence.scstadmin('-list_device')
    const targets = evidence.scstadmin('-list_target')
    const groups = evidence.scstadmin('-list_group')
    if (devices === null || targets === null || groups === null) {
      t.equal(recording, 'x1-drive-daemon-segv', 'the only recording without commands')
      continue
    }
    t.strictSame(
      value.devices.map(({ handler, name }) => `${handler ?? ''} ${name}`).sort(),
      listed(devices).sort(),
      `devices of ${recording}`,
    )
    t.strictSame(
      value.targets.map(({ driver, name }) => `${driver} ${name}`),
      listed(targets)
        .filter((row) => !row.startsWith('copy_manager '))
        .sort(),
      `targets of ${recording}`,
    )
    t.strictSame(
      value.targets.flatMap(mappings).sort(),
      listedMappings(groups).sort(),
      `LUNs and initiators of ${recording}`,
    )
  }
})

t.test('what scstadmin writes of the running configuration differs in nothing', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const text = scstEvidence(recording).printed('cat /tmp/scst-runtime.conf')
    if (text === null) continue
    const { value } = await collect(openRecording(recording))
    t.strictSame(compareScst(parseScstConfig(text), value), [], recording)
  }
})

t.test('differences are those of diff', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const diff = scstEvidence(recording).printed('diff -u /etc/scst.conf /tmp/scst-runtime.conf')
    if (diff === null) continue
    const { value } = await collect(openRecording(recording))
    const lines = value.config.differences.flatMap((difference) => {
      const { object, path, configured, running } = difference
      const place = path.slice(path.lastIndexOf('/') + 1)
      const words = (side: string | null) =>
        object === 'initiator' ? `INITIATOR ${side ?? ''}` : `${place} ${side ?? ''}`
      return [
        ...(configured === null ? [] : [`-${words(configured)}`]),
        ...(running === null ? [] : [`+${words(running)}`]),
      ]
    })
    const expected = diff
      .split('\n')
      .filter((line) => /^[-+][^-+]/.test(line))
      .map((line) => line.slice(0, 1) + line.slice(1).trim())
      // Blank lines say nothing; a device switched off at run time is told as inactive.
      .filter((line) => line.length > 1 && line !== '+active 0')
    t.strictSame(lines.sort(), expected.sort(), recording)
  }
})

t.test('the degraded SCST', async (t) => {
  const { value } = await collect(openRecording('06-scst-degraded'))
  const disk1 = 'iscsi/iqn.2026-01.org.example:disk1'

  t.strictSame(value.config.differences, [
    {
      kind: 'missing',
      object: 'lun',
      path: `${disk1}/LUN 3`,
      configured: 'thin_lun',
      running: null,
    },
    { kind: 'extra', object: 'lun', path: `${disk1}/LUN 9`, configured: null, running: 'null0' },
    {
      kind: 'extra',
      object: 'initiator',
      path: `${disk1}/esx_hosts/iqn.2001-05.com.example:rogue`,
      configured: null,
      running: 'iqn.2001-05.com.example:rogue',
    },
    {
      kind: 'changed',
      object: 'attribute',
      path: 'iscsi/iqn.2026-01.org.example:vtl1/enabled',
      configured: '1',
      running: '0',
    },
  ])
  t.strictSame(
    value.devices.filter(({ active }) => active === false).map(({ name }) => name),
    ['backup_lun0', 'lv_thin'],
  )
  t.strictSame(
    value.config.targets?.map(({ name, enabled }) => [name.replace(/.*:/, ''), enabled]),
    [
      ['disk1', true],
      ['spare', false],
      ['vtl1', true],
    ],
  )
})

t.test('a backing file is gone where it was unlinked, and nowhere else', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const { value } = await collect(openRecording(recording))
    const gone = value.devices.filter(({ fileExists }) => fileExists === false)
    t.strictSame(
      gone.map(({ name }) => name),
      recording === '06-scst-degraded' ? ['esx_ds0', 'thin_lun'] : [],
      recording,
    )
  }
  const unmounted = alteredRecording('01-steady', { '/srv/luns': null })
  const { value } = await collect(unmounted)
  t.equal(
    value.devices.find(({ name }) => name === 'cd0')?.fileExists,
    null,
    'of a directory that is not there nothing is known',
  )
})

t.test('every attribute of a device is in its own unit', async (t) => {
  const { value } = await collect(openRecording('01-steady'))
  t.strictSame(
    value.devices.find(({ name }) => name === 'thin_lun'),
    {
      id: 'thin_lun',
      name: 'thin_lun',
      handler: 'vdisk_fileio',
      type: 0,
      filename: '/srv/luns/thin.img',
      fileExists: true,
      sizeBytes: 1073741824,
      blockSizeBytes: 4096,
      active: true,
      readOnly: false,
      thinProvisioned: true,
      nvCache: false,
      writeThrough: false,
      blockCount: 0,
      usn: '1bbbe241',
      exports: 1,
    },
  )
  t.match(
    value.devices.find(({ name }) => name === '13:1:0:0'),
    { handler: 'dev_changer', type: 8, filename: null, sizeBytes: null, active: null, exports: 1 },
    'a changer that is passed through has no file and no size',
  )
  for (const recording of SCST_RECORDINGS) {
    const { tree } = scstEvidence(recording)
    const exports = (name: string) =>
      [...tree.entries()].filter(
        ([path, { link }]) =>
          path.startsWith(`devices/${name}/exported/`) && !link?.includes('/copy_manager/'),
      ).length
    const { value } = await collect(openRecording(recording))
    t.strictSame(
      value.devices.map((device) => device.exports),
      value.devices.map(({ name }) => exports(name)),
      `exports of ${recording}`,
    )
  }
})

t.test('SCST that is configured and not loaded', async (t) => {
  for (const recording of ['08-no-scst', '11-big-library']) {
    const { value, coverage } = await collect(openRecording(recording))
    t.equal(coverage, 'all')
    t.match(value, { running: false, version: null, devices: [], targets: [], drivers: [] })
    const { digest, ...config } = value.config
    t.type(digest, 'string')
    t.strictSame(
      config,
      {
        path: '/etc/scst.conf',
        targets: [
          { driver: 'iscsi', name: 'iqn.2026-01.org.example:disk1', enabled: true },
          { driver: 'iscsi', name: 'iqn.2026-01.org.example:spare', enabled: false },
          { driver: 'iscsi', name: 'iqn.2026-01.org.example:vtl1', enabled: true },
        ],
        differences: [],
      },
      recording,
    )
  }
})

t.test('SCST that is neither loaded nor configured is absent', async (t) => {
  const without = alteredRecording('08-no-scst', { '/etc/scst.conf': null })
  t.equal(await scst.collect(without, defaultSettings), ABSENT)
  const comments = alteredRecording('08-no-scst', { '/etc/scst.conf': { content: '# nothing\n' } })
  t.equal(await scst.collect(comments, defaultSettings), ABSENT)
})

t.test('a configuration file that makes no sense is a problem, not a difference', async (t) => {
  const broken = { '/etc/scst.conf': { content: 'HANDLER vdisk_fileio {\n' } }
  const { value, ...rest } = await collect(alteredRecording('01-steady', broken))
  t.match(value, { running: true, config: { targets: null, differences: [] } })
  t.strictSame(rest, {
    problems: [
      {
        labels: {},
        error: '/etc/scst.conf: line 1: the section HANDLER is not closed',
      },
    ],
    coverage: 'some',
  })
  t.match(
    await collect(alteredRecording('08-no-scst', broken)),
    { value: { running: false }, coverage: 'some' },
    'such a file says still that SCST should run',
  )
})

t.test('modules are loaded and nothing is configured', async (t) => {
  const host = alteredRecording('01-steady', {
    '/etc/scst.conf': null,
    [`${ROOT}/targets/iscsi`]: null,
    [`${ROOT}/handlers`]: { names: [] },
  })
  const { value, coverage } = await collect(host)
  t.equal(coverage, 'all')
  t.match(value, { running: true, targets: [], drivers: [], devices: [] })
  t.strictSame(value.config, {
    path: '/etc/scst.conf',
    targets: null,
    digest: null,
    differences: [],
  })
})

/** Rows of a two-column table of scstadmin; an empty first column repeats the one above. */
function listed(text: string): string[] {
  const rows: string[] = []
  let first = ''
  for (const line of text.slice(text.indexOf('-----')).split('\n').slice(1)) {
    const [, left = '', right = ''] = /^\t(\S+|\s{3,})\s+(\S+)\s*$/.exec(line) ?? []
    if (left.trim() !== '') first = left.trim()
    if (right !== '' && right !== '-') rows.push(`${first} ${right}`)
  }
  return rows
}

function mappings({ driver, name, luns, groups }: ScstTarget): string[] {
  return [
    ...luns.map(({ lun, device }) => `${driver}/${name}/ ${lun} ${device ?? ''}`),
    ...groups.flatMap((group) => [
      ...group.luns.map(
        ({ lun, device }) => `${driver}/${name}/${group.name} ${lun} ${device ?? ''}`,
      ),
      ...group.initiators.map((initiator) => `${driver}/${name}/${group.name} ${initiator}`),
    ]),
  ]
}

/** LUNs and initiators as `scstadmin -list_group` shows them. */
function listedMappings(text: string): string[] {
  const rows: string[] = []
  let driver = ''
  let target = ''
  let group = ''
  for (const line of text.split('\n')) {
    const [, title, value = ''] = /^(Driver|Target|Group): (\S+)/.exec(line) ?? []
    if (title === 'Driver') driver = value
    if (title === 'Target') target = value
    if (title === 'Group') group = value
    if (title === 'Driver' || title === 'Target') group = ''
    const row = /^\t(\d+\s+\S+|\S+\.\S+)\s*$/.exec(line)?.[1]
    if (row !== undefined && driver !== 'copy_manager') {
      rows.push(`${driver}/${target}/${group} ${row.replace(/\s+/, ' ')}`)
    }
  }
  return rows
}
