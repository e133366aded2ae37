import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { parseLvs, parsePvs, parseVgs } from '../../src/collectors/lvm-report.ts'
import { volumeGroups } from '../../src/collectors/volume-groups.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

const VGS = 'vgs -o +vg_missing_pv_count,vg_extent_size,vg_free_count --reportformat json --units b'
const LVS =
  'lvs -a -o +lv_health_status,data_percent,metadata_percent,segtype,devices --reportformat json --units b'
const PVS = 'pvs --reportformat json --units b'

const report = (kind: string, ...rows: object[]) => JSON.stringify({ report: [{ [kind]: rows }] })

const group = {
  vg_name: 'vg0',
  pv_count: '2',
  lv_count: '1',
  vg_size: '200B',
  vg_free: '50B',
  vg_missing_pv_count: '1',
  ...{ vg_attr: 'wz-pn-', vg_extent_size: '4B', vg_free_count: '12' },
}
const volume = {
  lv_name: 'pool',
  vg_name: 'vg0',
  lv_attr: 'twi-cotzD-',
  lv_size: '100B',
  pool_lv: '',
  data_percent: '100.00',
  metadata_percent: '12.5',
  lv_health_status: 'out_of_data',
  segtype: 'thin-pool',
}
const device = {
  pv_name: '/dev/sda',
  vg_name: 'vg0',
  pv_attr: 'a--',
  pv_size: '100B',
  pv_free: '50B',
}

t.test('the thin pool of a recording and what lies in it', async (t) => {
  const { value } = await collected(volumeGroups, openRecording('07-raid-degraded-and-full'))
  t.strictSame(value.groups, [
    {
      id: 'vg_data',
      name: 'vg_data',
      sizeBytes: 8581545984,
      freeBytes: 4278190080,
      physicalVolumes: 2,
      logicalVolumes: 6,
      missingPhysicalVolumes: 0,
      ...{ attributes: 'wz--n-', extentBytes: null, freeExtents: null },
    },
  ])
  t.strictSame(
    value.logicalVolumes.find(({ name }) => name === 'lun_thin'),
    {
      id: 'vg_data/lun_thin',
      name: 'lun_thin',
      group: 'vg_data',
      sizeBytes: 4294967296,
      attributes: 'Vwi-aotz--',
      segmentType: 'thin',
      pool: 'pool0',
      dataPercent: 0,
      metadataPercent: null,
      health: null,
    },
  )
  t.match(
    value.logicalVolumes.find(({ name }) => name === 'pool0'),
    { segmentType: 'thin-pool', metadataPercent: 11.04, pool: null },
  )
})

t.test('a group that misses a disk, a pool that is full', async (t) => {
  const missing = { ...device, pv_name: '[unknown]', pv_attr: 'a-m' }
  const unused = { ...device, pv_name: '/dev/sdb', vg_name: '', pv_attr: '---' }
  const host = machineOf({
    commands: {
      [VGS]: { stdout: report('vg', group), stderr: "  WARNING: Couldn't find device.\n" },
      [LVS]: { stdout: report('lv', volume) },
      [PVS]: { stdout: report('pv', device, missing, unused) },
    },
  })
  const { value, coverage } = await collected(volumeGroups, host)
  t.equal(coverage, 'all')
  t.match(value, {
    groups: [{ missingPhysicalVolumes: 1, attributes: 'wz-pn-', extentBytes: 4, freeExtents: 12 }],
    logicalVolumes: [{ dataPercent: 100, metadataPercent: 12.5, health: 'out_of_data' }],
    physicalVolumes: [
      { device: '/dev/sda', group: 'vg0', missing: false },
      { device: '[unknown]', missing: true },
      { device: '/dev/sdb', group: null, missing: false },
    ],
  })
})

t.test('a volume of several segments is listed once, the volumes of LVM itself are not', (t) => {
  const text = report(
    'lv',
    volume,
    { ...volume, segtype: 'striped' },
    { ...volume, lv_name: '[pool_tmeta]' },
  )
  t.match(parseLvs(text), [{ id: 'vg0/pool', segmentType: 'thin-pool' }])
  t.equal(parseLvs(text).length, 1)
  t.end()
})

t.test('without LVM, and without a volume group, there is nothing to tell', async (t) => {
  for (const answer of [{ exitCode: 127 }, { stdout: report('vg') }]) {
    const host = machineOf({ commands: { [VGS]: answer } })
    t.equal(await volumeGroups.collect(host, defaultSettings), ABSENT)
  }
})

t.test('without root LVM sees no device, which does not mean that there is none', async (t) => {
  const stderr = '  WARNING: Running as a non-root user. Functionality may be unavailable.\n'
  for (const answer of [
    { exitCode: 5, stderr },
    { stdout: report('vg'), stderr },
  ]) {
    const host = machineOf({ commands: { [VGS]: answer } })
    await t.rejects(volumeGroups.collect(host, defaultSettings), {
      code: 'ERR_PERMISSION',
      message: 'vgs: permission denied',
    })
  }
})

t.test('what LVM could not process is told beside what it could', async (t) => {
  const stderr = '  Volume group "vg1" not found.\n'
  const host = machineOf({
    commands: {
      [VGS]: { exitCode: 5, stdout: report('vg', group), stderr },
      [LVS]: { stdout: report('lv', volume) },
      [PVS]: { stdout: report('pv', device) },
    },
  })
  const { problems, coverage } = await collected(volumeGroups, host)
  t.strictSame(problems, [{ labels: {}, error: `${VGS}: exit 5: Volume group "vg1" not found.` }])
  t.equal(coverage, 'some')

  const nothing = machineOf({ commands: { [VGS]: { exitCode: 5, stderr } } })
  await t.rejects(volumeGroups.collect(nothing, defaultSettings), { code: 'ERR_COMMAND' })
  const crashed = machineOf({ commands: { [VGS]: { exitCode: 3, stderr: 'no' } } })
  await t.rejects(volumeGroups.collect(crashed, defaultSettings), { code: 'ERR_COMMAND' })
})

t.test('reports that are not what was asked for are refused', (t) => {
  const refused: [() => unknown, string][] = [
    [() => parseVgs('VG #PV'), 'vgs: not JSON'],
    [() => parseVgs('{"report":{}}'), 'vgs: no report'],
    [() => parseVgs('{"report":[{"lv":[]}]}'), 'vgs: no list of vg'],
    [() => parseVgs('{"report":[{"vg":[1]}]}'), 'vgs: a row is no object'],
    [() => parseVgs(report('vg', { ...group, vg_size: '1.5g' })), 'vgs: vg_size is "1.5g"'],
    [() => parseVgs(report('vg', { ...group, vg_name: '' })), 'vgs: vg_name is empty'],
    [() => parseLvs(report('lv', { ...volume, segtype: 7 })), 'lvs: no segtype'],
    [
      () => parseLvs(report('lv', { ...volume, data_percent: 'n/a' })),
      'lvs: data_percent is "n/a"',
    ],
    [() => parsePvs(report('pv', {})), 'pvs: no pv_name'],
  ]
  for (const [parse, message] of refused) t.throws(parse, { code: 'ERR_PARSE', message })
  t.end()
})
