// What it takes to configure 200 LUNs: all that the task does, from the text of scst.conf to the comparison at the
// end, against a model of SCST's sysfs in memory. The kernel's own time for each write is in neither number.
// scstadmin is in no package of Debian and asks the kernel; in its stead stands what it cannot do without: starting
// its interpreter with its modules, once for all (`-config`), and once for each device and LUN, as scripts call it.
import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { parseScstConfig } from '../src/scst/config.ts'
import { applyScst } from '../src/tasks/scst/apply.ts'
import { ScstModel } from '../test/support/scst-model/model.ts'
import { plannedFor, progress, reached } from '../test/support/scst-model/setting.ts'
import { median } from './support/measure.ts'
import { printTable, ratio } from './support/table.ts'

const LUNS = 200
const ROUNDS = 5
const MODULES = ['-MPOSIX', '-MFcntl', '-MIO::File', '-MIO::Handle', '-MFile::Spec', '-e', '1']

const numbers = Array.from({ length: LUNS }, (_, index) => index)
const text = `HANDLER vdisk_fileio {
${numbers.map((lun) => `DEVICE disk${lun} {\nfilename /srv/luns/${lun}.img\nnv_cache 1\n}`).join('\n')}
}
TARGET_DRIVER iscsi {
enabled 1
TARGET iqn.2026-01.org.example:disks {
enabled 1
GROUP hosts {
${numbers.map((lun) => `LUN ${lun} disk${lun}`).join('\n')}
INITIATOR iqn.1998-01.com.vmware:esx01
}
}
}
`
const files = Object.fromEntries(numbers.map((lun) => [`/srv/luns/${lun}.img`, 1 << 30]))

let writes = 0
const ours: number[] = []
const again: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  const model = new ScstModel({ files })
  const apply = async () => {
    const began = performance.now()
    const wanted = parseScstConfig(text)
    const planned = await plannedFor(model, wanted)
    const given = { planned, named: wanted, changes: false, force: false, progress: progress() }
    writes = Math.max(writes, await applyScst(reached(model), () => wanted, given))
    return (performance.now() - began) / 1000
  }
  ours.push(await apply())
  again.push(await apply())
}

const start = median(Array.from({ length: 20 }, interpreterSeconds))
printTable(
  `${LUNS} LUNs: ${writes} writes`,
  ['what', 'seconds', 'against a call for each'],
  [
    ['task, nothing configured', median(ours), ratio(median(ours), start * 2 * LUNS)],
    ['task, all as it is wanted', median(again), ratio(median(again), start * 2 * LUNS)],
    ['interpreter of scstadmin, once', start, ''],
    [`the same for each device and LUN, ${2 * LUNS} times`, start * 2 * LUNS, ''],
  ],
)

function interpreterSeconds(): number {
  const began = performance.now()
  const { status, error } = spawnSync('perl', MODULES)
  if (status !== 0) throw error ?? new Error('perl does not start')
  return (performance.now() - began) / 1000
}
