import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { interpret, isUnitAttention } from '../../src/scsi/answer.ts'
import { inquiry } from '../../src/scsi/cdb.ts'
import { readChanger } from './collecting.ts'
import { genericNodes, said } from './machine.ts'

const SCSI_DEBUG = '/sys/bus/pseudo/drivers/scsi_debug'
const TEST_UNIT_READY = new Uint8Array(6)
const NO_DATA = { dataInBytes: 0 }
/** In jiffies, of which Debian's kernel has 250 a second. */
const LATE = '500'

/** Disks that refuse, answer late, or are taken away. */
export async function errorTests(native: Native): Promise<void> {
  const disk = genericNodes().find(({ vendor }) => vendor === 'Linux')
  assert.ok(disk)
  const { device, hctl } = disk
  const host = new LinuxHost({ native })
  const ready = async () => interpret(await host.scsi(device, TEST_UNIT_READY, NO_DATA))

  await test('what a disk has to announce comes once, as sense data and not as data', async () => {
    writeFileSync(`${SCSI_DEBUG}/virtual_gb`, '2')
    const told = await ready()
    assert.ok(isUnitAttention(told))
    assert.ok(told.kind === 'check-condition' && told.sense !== null)
    const { key, asc, ascq } = told.sense
    // SPC-5 annex F: UNIT ATTENTION, CAPACITY DATA HAS CHANGED.
    assert.deepEqual({ key, asc, ascq }, { key: 6, asc: 0x2a, ascq: 0x09 })
    assert.equal((await ready()).kind, 'good')
  })

  await test('a page that a disk has not got is refused, as sg_raw is told', async () => {
    const answer = await host.scsi(device, inquiry(0xdf, 252), { dataInBytes: 252 })
    const told = interpret(answer)
    assert.ok(told.kind === 'check-condition' && told.sense !== null)
    const { key, asc, ascq } = told.sense
    assert.deepEqual({ key, asc, ascq }, { key: 5, asc: 0x24, ascq: 0x00 })
    const cdb = ['12', '01', 'df', '00', 'fc', '00']
    assert.match(said('sg_raw', '--request=252', device, ...cdb), /Invalid field in cdb/)
    assert.equal(answer.data.length, 0)
  })

  await test('a disk that answers late is waited for, and holds up nobody', async () => {
    writeFileSync(`${SCSI_DEBUG}/delay`, LATE)
    let answered = false
    const late = ready().finally(() => {
      answered = true
    })
    assert.equal((await readChanger(host)).state, 'online')
    assert.equal(answered, false)
    assert.equal((await late).kind, 'good')
    writeFileSync(`${SCSI_DEBUG}/delay`, '0')
  })

  await test('a disk that the kernel has taken offline is not there until it is back', async () => {
    const state = `/sys/bus/scsi/devices/${hctl}/state`
    writeFileSync(state, 'offline\n')
    try {
      await assert.rejects(ready(), { code: 'ERR_NOT_FOUND' })
      assert.equal((await readChanger(host)).state, 'online')
    } finally {
      writeFileSync(state, 'running\n')
    }
    assert.equal((await ready()).kind, 'good')
  })
  await host.stop()
}
