import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import type { Host, ScsiAnswer } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { inquiry, logSense, readElementStatus, requestSense } from '../../src/scsi/cdb.ts'
import { changerNode, genericNodes } from './machine.ts'

const BYTES = 4096

/** What the addon is told by the devices, against what the tools are told on the same machine. */
export async function addonTests(native: Native): Promise<void> {
  const host = new LinuxHost({ native })
  await clearAttentions(host)

  await test('INQUIRY and its pages are byte for byte those of sg_inq', async () => {
    for (const { device } of genericNodes()) {
      const list = await host.scsi(device, inquiry(0x00, 252), { dataInBytes: 252 })
      for (const page of [null, ...list.data.subarray(4)]) {
        const which = page === null ? [] : [`--page=${page}`]
        const raw = execFileSync('sg_inq', ['--raw', '--maxlen=252', ...which, device])
        const { data } = await host.scsi(device, inquiry(page, 252), { dataInBytes: 252 })
        assert.equal(hex(data), hex(raw.subarray(0, data.length)), `${device} ${page}`)
        assert.ok(data.length >= Math.min(raw.length, 36), `${device} ${page}: all of it`)
      }
    }
  })

  await test('the list of log pages is that of sg_logs, refused where it is refused', async () => {
    for (const { device } of genericNodes()) {
      const answer = await host.scsi(device, logSense(0, BYTES), { dataInBytes: BYTES })
      const raw = rawOf('sg_logs', '--page=0', '--raw', `--maxlen=${BYTES}`, device)
      assert.equal(answer.status === 0, raw !== null, device)
      if (raw !== null) assert.equal(hex(answer.data), hex(raw), device)
    }
  })

  await test('every log page on the list is byte for byte that of sg_logs', async () => {
    let compared = 0
    for (const { device } of genericNodes()) {
      const list = await host.scsi(device, logSense(0, BYTES), { dataInBytes: BYTES })
      for (const page of list.data.subarray(4)) {
        const { data } = await host.scsi(device, logSense(page, BYTES), { dataInBytes: BYTES })
        const raw = rawOf('sg_logs', `--page=${page}`, '--raw', `--maxlen=${BYTES}`, device)
        assert.equal(hex(data), hex(raw ?? Buffer.of()), `${device} ${page}`)
        compared++
      }
    }
    assert.ok(compared > 0, 'there is one that has log pages')
  })

  await test('the addon and sg_raw are told the same', async () => {
    const byTool = new LinuxHost()
    const elements = {
      ...{ type: 0, start: 0, count: 0xffff, volumeTags: true },
      ...{ currentData: false, deviceIdentifiers: false, allocationLength: 0x40000 },
    }
    const questions: [string, Uint8Array, number][] = genericNodes().flatMap(({ device }) => [
      [device, inquiry(null, 96), 96],
      [device, inquiry(0xb0, 252), 252],
      [device, logSense(0x0d, BYTES), BYTES],
      [device, requestSense(252), 252],
    ])
    questions.push([changerNode(), readElementStatus(elements), 0x40000])
    for (const [device, cdb, dataInBytes] of questions) {
      const what = `${device} ${hex(cdb)}`
      const [one, other] = [
        await host.scsi(device, cdb, { dataInBytes }),
        await byTool.scsi(device, cdb, { dataInBytes }),
      ]
      assert.deepEqual(plain(one), plain(other), what)
    }
    await byTool.stop()
  })

  await test('a node that is not there, and one that is no generic node', async () => {
    await assert.rejects(host.scsi('/dev/sg99', inquiry(null), { dataInBytes: 36 }), {
      code: 'ERR_NOT_FOUND',
    })
    const request = { cdb: inquiry(null), dataInBytes: 36, kernelTimeoutMs: 1_000 }
    await assert.rejects(native.sgIo('/dev/st0', request), { code: 'EPERM' })
    await assert.rejects(native.sgIo('/dev/nst0', request), { code: 'EPERM' })
    await assert.rejects(native.sgIo('/dev/sda', request), { code: 'EPERM' })
    const rewind = { ...request, cdb: Uint8Array.of(0x01, 0, 0, 0, 0, 0) }
    await assert.rejects(native.sgIo('/dev/sg3', rewind), { code: 'EPERM' })
  })
  await host.stop()
}

/** After a login every device has something to announce, and announces it to whoever asks first. */
export async function clearAttentions(host: Host): Promise<void> {
  const testUnitReady = new Uint8Array(6)
  for (const { device } of genericNodes()) {
    for (let asked = 0; asked < 3; asked++) {
      await host.scsi(device, testUnitReady, { dataInBytes: 0 })
    }
  }
}

function rawOf(command: string, ...words: string[]): Buffer | null {
  try {
    return execFileSync(command, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null
  }
}

/** sg_raw does not tell the driver status of good answers as the kernel has it. */
function plain({ status, hostStatus, sense, data }: ScsiAnswer) {
  return { status, hostStatus, sense: hex(sense), data: hex(data) }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
