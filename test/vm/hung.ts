import assert from 'node:assert/strict'
import { test } from 'node:test'
import { performance } from 'node:perf_hooks'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { interpret } from '../../src/scsi/answer.ts'
import { inquiry } from '../../src/scsi/cdb.ts'
import { readChanger, readDrives } from './collecting.ts'
import { genericNodes, inject, LIBRARY } from './machine.ts'

const TEST_UNIT_READY = new Uint8Array(6)
const DEADLINE = { dataInBytes: 0, timeoutMs: 1_000 }

/** Disks that take a command and never answer. To be run last: what hangs stays with the kernel. */
export async function hungTests(native: Native): Promise<void> {
  const disks = genericNodes().filter(({ vendor }) => vendor === 'Linux')
  const [first = '', second = ''] = disks.map(({ device }) => device)

  await test('what the kernel gives up and resets is a failure, and no data', async () => {
    await inject('timeout')
    const request = { cdb: inquiry(null), dataInBytes: 36, kernelTimeoutMs: 2_000 }
    const { status, hostStatus, driverStatus, sense, data } = await native.sgIo(first, request)
    await inject('none')
    const outcome = interpret({ status, hostStatus, driverStatus, sense, data })
    assert.equal(outcome.kind, 'transport-failure')
    // What it had to announce after the reset.
    await native.sgIo(first, { ...request, cdb: TEST_UNIT_READY, dataInBytes: 0 })
  })

  await test('a disk that hangs costs one call, and delays nobody else', async () => {
    const host = new LinuxHost({ native })
    await inject('timeout')
    await assert.rejects(host.scsi(first, TEST_UNIT_READY, DEADLINE), { code: 'ERR_TIMEOUT' })
    await inject('none')
    assert.equal(host.stuck().length, 1)
    await assert.rejects(host.scsi(first, TEST_UNIT_READY, DEADLINE), { code: 'ERR_QUARANTINED' })
    assert.equal(host.stuck().length, 1, 'no second one is started')

    const began = performance.now()
    assert.equal((await host.scsi(second, inquiry(null), { dataInBytes: 36 })).status, 0)
    assert.equal((await readChanger(host)).state, 'online')
    const drives = await readDrives(host)
    assert.deepEqual(
      drives.map(({ reachable }) => reachable),
      Array.from({ length: LIBRARY.drives }, () => true),
    )
    assert.ok(performance.now() - began < 60_000, 'nobody waits for what hangs')
    assert.equal(native.busy(), 1, 'one thread stands for what hangs')
    await host.stop()
  })
}
