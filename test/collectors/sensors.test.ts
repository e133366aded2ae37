import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { enclosures } from '../../src/collectors/enclosures.ts'
import { sensors } from '../../src/collectors/sensors.ts'
import { collected } from '../support/collected.ts'
import { machineOf, within } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

t.test('the thermometer of a recorded NVMe disk', async (t) => {
  t.strictSame((await collected(sensors, openRecording('01-steady'))).value, [
    {
      id: 'nvme-0000:00:03.0/temp1',
      chip: 'nvme',
      label: 'Composite',
      kind: 'temperature',
      unit: 'celsius',
      value: 49.85,
      max: 69.85,
      critical: 99.85,
      alarm: false,
    },
  ])
})

// Values as Documentation/hwmon/sysfs-interface.rst writes them.
const board = within('/sys/class/hwmon/hwmon1', {
  name: 'nct6775\n',
  fan2_input: '1200\n',
  fan2_min: '600\n',
  fan2_alarm: '0\n',
  fan10_input: '0\n',
  fan10_alarm: '1\n',
  in1_input: '11904\n',
  in1_label: '+12V\n',
  in1_min: '0\n',
  in1_max: '0\n',
  in1_alarm: '1\n',
  in2_input: '3300\n',
  in2_enable: '0\n',
  curr1_input: '1500\n',
  power1_average: '180500000\n',
  power2_input: '1000000\n',
  power2_average: '9000000\n',
  temp1_input: '91000\n',
  temp1_max: '80000\n',
  temp1_crit: '90000\n',
  temp1_max_alarm: '0\n',
  temp1_crit_alarm: '1\n',
  temp2_input: '-128000\n',
  temp2_fault: '1\n',
  temp3_input: new Error('ENODATA'),
  temp3_max: '65261850\n',
  pwm1: '128\n',
})

t.test('every kind of input in its unit', async (t) => {
  const host = machineOf({
    files: { ...board, '/sys/devices/nct6775.656/modalias': 'x\n' },
    links: { '/sys/class/hwmon/hwmon1/device': '../../../devices/nct6775.656' },
  })
  const { value } = await collected(sensors, host)
  const table = value.map((each) => [
    each.id,
    each.label,
    each.unit,
    each.value,
    each.max,
    each.critical,
    each.alarm,
  ])
  t.strictSame(table, [
    ['nct6775-nct6775.656/curr1', 'curr1', 'amperes', 1.5, null, null, false],
    ['nct6775-nct6775.656/fan2', 'fan2', 'rpm', 1200, null, null, false],
    ['nct6775-nct6775.656/fan10', 'fan10', 'rpm', 0, null, null, true],
    // Limits of 0 were never set: the alarm against them is none.
    ['nct6775-nct6775.656/in1', '+12V', 'volts', 11.904, 0, null, false],
    ['nct6775-nct6775.656/power1', 'power1', 'watts', 180.5, null, null, false],
    ['nct6775-nct6775.656/power2', 'power2', 'watts', 1, null, null, false],
    ['nct6775-nct6775.656/temp1', 'temp1', 'celsius', 91, 80, 90, true],
    ['nct6775-nct6775.656/temp2', 'temp2', 'celsius', null, null, null, false],
    ['nct6775-nct6775.656/temp3', 'temp3', 'celsius', null, null, null, false],
  ])
})

t.test('chips of one name are told apart by where they are', async (t) => {
  const chip = (directory: string) =>
    within(`/sys/class/hwmon/${directory}`, { name: 'coretemp\n', temp1_input: '40000\n' })
  const host = machineOf({
    files: {
      ...chip('hwmon0'),
      ...chip('hwmon1'),
      ...chip('hwmon2'),
      ...chip('hwmon3'),
      '/sys/devices/coretemp.0/x': '',
      '/sys/devices/coretemp.1/x': '',
    },
    links: {
      '/sys/class/hwmon/hwmon0/device': '/sys/devices/coretemp.0',
      '/sys/class/hwmon/hwmon1/device': '/sys/devices/coretemp.1',
    },
  })
  t.strictSame(
    (await collected(sensors, host)).value.map(({ id }) => id),
    [
      'coretemp-coretemp.0/temp1',
      'coretemp-coretemp.1/temp1',
      'coretemp-hwmon2/temp1',
      'coretemp-hwmon3/temp1',
    ],
  )
})

t.test('a thermal zone that is no chip as well', async (t) => {
  const host = machineOf({
    files: {
      ...within('/sys/class/hwmon/hwmon0', { name: 'x86_pkg_temp\n', temp1_input: '50000\n' }),
      ...within('/sys/class/thermal/thermal_zone0', { type: 'x86-pkg-temp\n', temp: '50000\n' }),
      ...within('/sys/class/thermal/thermal_zone1', {
        type: 'acpitz\n',
        temp: '27800\n',
        trip_point_0_type: 'critical\n',
        trip_point_0_temp: '105000\n',
        trip_point_1_type: 'hot\n',
        trip_point_1_temp: '-274000\n',
      }),
      ...within('/sys/class/thermal/thermal_zone2', {
        type: 'iwlwifi\n',
        temp: new Error('ENODATA'),
      }),
      '/sys/class/thermal/cooling_device0/type': 'Processor\n',
    },
  })
  const { value } = await collected(sensors, host)
  t.match(value, [
    { id: 'x86_pkg_temp/temp1', value: 50 },
    {
      id: 'acpitz-thermal_zone1/temp',
      label: 'thermal_zone1',
      value: 27.8,
      max: null,
      critical: 105,
    },
    { id: 'iwlwifi-thermal_zone2/temp', value: null },
  ])
  t.equal(value.length, 3)
})

t.test('an enclosure and its slots', async (t) => {
  const slot = (name: string, more: Record<string, string>) =>
    within(`/sys/class/enclosure/6:0:24:0/${name}`, more)
  const host = machineOf({
    files: {
      ...within('/sys/class/enclosure/6:0:24:0', {
        components: '3\n',
        id: '0x500304801f2b3c3f\n',
        'device/vendor': 'LSI     \n',
        'device/model': 'SAS3x28         \n',
        'power/control': 'auto\n',
      }),
      ...slot('Slot 10', { status: 'not installed\n', slot: '10\n', fault: '0\n', locate: '1\n' }),
      ...slot('Slot 2', { status: 'critical\n', slot: '2\n', fault: '1\n', locate: '0\n' }),
      ...slot('Slot 1', { status: 'OK\n', slot: '1\n', 'device/block/sdq/size': '1\n' }),
    },
  })
  t.strictSame((await collected(enclosures, host)).value, [
    {
      id: '0x500304801f2b3c3f',
      hctl: '6:0:24:0',
      vendor: 'LSI',
      model: 'SAS3x28',
      slots: [
        { name: 'Slot 1', slot: 1, status: 'OK', fault: false, locate: false, disk: 'sdq' },
        { name: 'Slot 2', slot: 2, status: 'critical', fault: true, locate: false, disk: null },
        {
          name: 'Slot 10',
          slot: 10,
          status: 'not installed',
          fault: false,
          locate: true,
          disk: null,
        },
      ],
    },
  ])
})

t.test('an enclosure that is seen twice, and one without a logical id', async (t) => {
  const host = machineOf({
    files: {
      '/sys/class/enclosure/1:0:0:0/id': '0x5\n',
      '/sys/class/enclosure/2:0:0:0/id': '0x5\n',
      '/sys/class/enclosure/3:0:0:0/components': '0\n',
    },
  })
  t.strictSame(
    (await collected(enclosures, host)).value.map(({ id }) => id),
    ['0x5-1:0:0:0', '0x5-2:0:0:0', '3:0:0:0'],
  )
})

t.test('a machine without sensors and enclosures', async (t) => {
  t.equal(await sensors.collect(machineOf({}), defaultSettings), ABSENT)
  t.equal(await enclosures.collect(machineOf({}), defaultSettings), ABSENT)
})
