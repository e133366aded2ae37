import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageRoot } from '../../src/package.ts'
import { genericNodes } from './machine.ts'

/** A user that is nobody's, without a capability. */
const USER = 64_123

/** Everything that the table of guard.ts permits, harmless to each device, with an answer of 252 bytes at most. */
const CDBS = {
  'TEST UNIT READY': '000000000000',
  'REQUEST SENSE': '03000000fc00',
  INQUIRY: '12000000fc00',
  'MODE SENSE(6)': '1a003f00fc00',
  'READ CAPACITY(10)': '25000000000000000000',
  'READ POSITION': '34000000000000000000',
  'REPORT DENSITY SUPPORT': '44000000000000' + '00fc00',
  'LOG SENSE': '4d00400000000000fc00',
  'MODE SENSE(10)': '5a003f0000000000fc00',
  'PERSISTENT RESERVE IN': '5e000000000000' + '00fc00',
  'READ ATTRIBUTE': '8c000000000000000000000000fc0000',
  'READ CAPACITY(16)': '9e10000000000000000000000020' + '0000',
  'REPORT LUNS': 'a00000000000000000fc0000',
  'READ ELEMENT STATUS': 'b800000000ff000000fc0000',
}

/** Sends each to each node, as whoever runs it; prints whether it was sent, or the errno. */
const SENDS = `
const native = require(process.argv[1])
const [nodes, cdbs] = [JSON.parse(process.argv[2]), JSON.parse(process.argv[3])]
const alive = setInterval(() => {}, 1000)
const ask = async (node, hex) => {
  const cdb = Buffer.from(hex, 'hex')
  try {
    await native.sgIo(node, { cdb, dataInBytes: cdb[0] === 0 ? 0 : 252, kernelTimeoutMs: 30000 })
    return 'sent'
  } catch (error) {
    return error.code
  }
}
;(async () => {
  const said = {}
  for (const [name, hex] of Object.entries(cdbs)) {
    said[name] = []
    for (const node of nodes) said[name].push(await ask(node, hex))
  }
  console.log(JSON.stringify(said))
  clearInterval(alive)
})()`

/** What a user who is not root may send to devices that he may open. */
export async function privilegeTests(): Promise<void> {
  const nodes = genericNodes().map(({ device }) => device)
  const ask = (): Record<string, string[]> => {
    const addon = join(packageRoot, 'native-bindings/build/Release/storwarden.node')
    const user = [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--bounding-set=-all']
    const words = ['-e', SENDS, addon, JSON.stringify(nodes), JSON.stringify(CDBS)]
    const said = execFileSync('setpriv', [...user, process.execPath, ...words], {
      encoding: 'utf8',
    })
    return JSON.parse(said) as Record<string, string[]>
  }
  const everywhere = (outcome: string) =>
    Object.fromEntries(Object.keys(CDBS).map((name) => [name, nodes.map(() => outcome)]))

  await test('without a device of his own, another user may send nothing', () => {
    for (const node of nodes) chmodSync(node, 0o660)
    assert.deepEqual(ask(), everywhere('EACCES'))
  })

  await test('who may read and write the node may send all that is ever sent', () => {
    for (const node of nodes) chownSync(node, 0, USER)
    assert.deepEqual(ask(), everywhere('sent'))
  })

  await test('who may only read it may send what the kernel knows to be harmless', () => {
    for (const node of nodes) chmodSync(node, 0o640)
    const said = ask()
    const refused = Object.keys(said).filter((name) => said[name]?.some((one) => one !== 'sent'))
    assert.deepEqual(refused, [
      ...['READ POSITION', 'PERSISTENT RESERVE IN', 'READ ATTRIBUTE', 'READ ELEMENT STATUS'],
    ])
  })

  for (const node of nodes) {
    chownSync(node, 0, 0)
    chmodSync(node, 0o600)
  }
}
