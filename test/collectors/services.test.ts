import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { parseListUnits, parseShow, services } from '../../src/collectors/services.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

const LIST = 'systemctl list-units --type=service --all --output=json'
const SHOW = 'systemctl show --property=Id,LoadState,ActiveState,SubState,Description --'

t.test('the daemons that were killed', async (t) => {
  const { value } = await collected(services, openRecording('05b-drive-daemon-killed'))
  t.strictSame(
    value.filter(({ active }) => active !== 'active').map(({ unit, sub }) => [unit, sub]),
    [
      ['smartmontools.service', 'dead'],
      ['vtllibrary@50.service', 'failed'],
      ['vtltape@13.service', 'failed'],
    ],
  )
  t.strictSame(
    value.find(({ unit }) => unit === 'vtltape@13.service'),
    {
      id: 'vtltape@13.service',
      unit: 'vtltape@13.service',
      load: 'loaded',
      active: 'failed',
      sub: 'failed',
      description: 'Tape Daemon for Virtual Tape & Robot Library',
      expected: null,
    },
  )
})

t.test('a stopped SCST is not loaded, and told by the collector of SCST', async (t) => {
  const { value } = await collected(services, openRecording('08-no-scst'))
  t.notOk(value.some(({ unit }) => unit === 'scst.service'))
})

const unit = (name: string, load: string, active: string, sub: string) => {
  return { unit: name, load, active, sub, description: `${name} itself` }
}

t.test('units that fail are told whatever they are, others when they matter', async (t) => {
  const stdout = JSON.stringify([
    unit('cups.service', 'loaded', 'active', 'running'),
    unit('backup.service', 'loaded', 'failed', 'failed'),
    unit('postgresql@15-main.service', 'loaded', 'active', 'running'),
    unit('multipathd.service', 'not-found', 'inactive', 'dead'),
    unit('chrony.service', 'loaded', 'inactive', 'dead'),
  ])
  const host = machineOf({ commands: { [LIST]: { stdout } } })
  t.strictSame(
    (await collected(services, host)).value.map(({ unit }) => unit),
    ['backup.service', 'postgresql@15-main.service', 'chrony.service'],
  )
})

t.test('units that the configuration names are expected, loaded or not', async (t) => {
  const host = machineOf({
    commands: {
      [LIST]: { stdout: JSON.stringify([unit('nginx.service', 'loaded', 'active', 'running')]) },
      [`${SHOW} bareos-dir.service mhvtl.target`]: {
        stdout:
          'Id=bareos-dir.service\nDescription=Director = one\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n\n' +
          'Id=mhvtl.target\nDescription=\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n',
      },
    },
  })
  const settings = { ...defaultSettings, services: ['nginx', 'bareos-dir', 'mhvtl.target'] }
  const expected = 'the configuration names it'
  t.strictSame((await collected(services, host, settings)).value, [
    {
      id: 'nginx.service',
      ...unit('nginx.service', 'loaded', 'active', 'running'),
      expected,
    },
    {
      id: 'bareos-dir.service',
      ...unit('bareos-dir.service', 'loaded', 'inactive', 'dead'),
      description: 'Director = one',
      expected,
    },
    {
      id: 'mhvtl.target',
      ...unit('mhvtl.target', 'not-found', 'inactive', 'dead'),
      description: '',
      expected,
    },
  ])
})

t.test('a machine that systemd did not start has no units', async (t) => {
  const stderr = "System has not been booted with systemd as init system (PID 1). Can't operate.\n"
  const other = machineOf({ commands: { [LIST]: { exitCode: 1, stderr } } })
  t.equal(await services.collect(other, defaultSettings), ABSENT)
  const without = machineOf({ commands: { [LIST]: { exitCode: 127 } } })
  t.equal(await services.collect(without, defaultSettings), ABSENT)
})

t.test('a systemd that does not answer is a failure', async (t) => {
  const host = machineOf({
    files: { '/run/systemd/system/x': '' },
    commands: { [LIST]: { exitCode: 1, stderr: 'Failed to connect to bus: Connection refused\n' } },
  })
  await t.rejects(services.collect(host, defaultSettings), {
    code: 'ERR_COMMAND',
    message: `${LIST}: exit 1: Failed to connect to bus: Connection refused`,
  })
})

t.test('answers that are no list of units are refused', (t) => {
  const refused: [() => unknown, string][] = [
    [() => parseListUnits('UNIT LOAD'), 'systemctl list-units: not JSON'],
    [() => parseListUnits('{}'), 'systemctl list-units: not a list'],
    [() => parseListUnits('[{"unit":"a"}]'), 'systemctl list-units: a unit without "load"'],
    [() => parseListUnits('[null]'), 'systemctl list-units: a unit without "unit"'],
    [() => parseShow(''), 'systemctl show: a unit without "Id"'],
    [() => parseShow('Id=a.service\n'), 'systemctl show: a unit without "LoadState"'],
  ]
  for (const [parse, message] of refused) t.throws(parse, { code: 'ERR_PARSE', message })
  t.end()
})
