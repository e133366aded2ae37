import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { interpret, isUnitAttention } from '../../src/scsi/answer.ts'
import { inquiry, logSense } from '../../src/scsi/cdb.ts'
import { readChanger } from './collecting.ts'
import { genericNodes, inject, said, setting } from './machine.ts'

const TEST_UNIT_READY = new Uint8Array(6)
/** Longer than anything that is late here. */
const NO_DATA = { dataInBytes: 0, timeoutMs: 100_000 }
/** In jiffies, of which Debian's kernel has 250 a second: far longer than others take on a busy machine. */
const LATE = 2_500

/** Disks that refuse, answer late, or are taken away. */
export async function errorTests(native: Native): Promise<void> {
  const disk = genericNodes().find(({ vendor }) => vendor === 'Linux')
  assert.ok(disk)
  const { device, hctl } = disk
  const host = new LinuxHost({ native })
  const ready = async () => interpret(await host.scsi(device, TEST_UNIT_READY, NO_DATA))

  await test('what a disk has to announce comes once, as sense data and not as data', async () => {
    setting('virtual_gb', '2')
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
    await inject('none', LATE)
    let answered = false
    const late = ready().finally(() => {
      answered = true
    })
    assert.equal((await readChanger(host)).state, 'online')
    assert.equal(answered, false)
    assert.equal((await late).kind, 'good')
    await inject('none')
  })

  await test('a command that fails when its data have come has none', async () => {
    await inject('transport', 1)
    const answer = await host.scsi(device, logSense(0, 252), { dataInBytes: 252 })
    const printed = said('sg_logs', '--page=0', '--raw', device)
    await inject('none')
    const told = interpret(answer)
    assert.ok(told.kind === 'check-condition' && told.sense !== null)
    const { key, asc, ascq } = told.sense
    // SPC-5 annex F: ABORTED COMMAND, ACK/NAK TIMEOUT.
    assert.deepEqual({ key, asc, ascq }, { key: 0xb, asc: 0x4b, ascq: 0x03 })
    assert.equal(answer.data.length, 0)
    assert.match(printed, /aborted/i)
  })

  await test('a disk is there again when its faults are over', async () => {
    const { status, data } = await host.scsi(device, inquiry(null), { dataInBytes: 36 })
    assert.deepEqual({ status, bytes: data.length }, { status: 0, bytes: 36 })
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
