import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordingDirectory } from './recording.ts'

interface Memory {
  barcode: string
  capacityBytes: number
  remainingBytes: number
}

/** The file `mam` as mhvtl 1.8 writes it: the attributes that a recorded drive answered READ ATTRIBUTE with. */
export function mamAttributes({ barcode, capacityBytes, remainingBytes }: Memory): Buffer {
  const parts = [Buffer.from([4, 0, 0, 0, 4, 0, 0, 0])]
  for (const [id, value] of recordedAttributes()) {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(id, 0)
    head.writeUInt16LE(value.length, 2)
    const written = Buffer.from(value)
    if (id === 0x0000) written.writeBigUInt64BE(BigInt(remainingBytes))
    if (id === 0x0001) written.writeBigUInt64BE(BigInt(capacityBytes))
    if (id === 0x0806) written.write(barcode.padEnd(value.length, ' '), 'latin1')
    parts.push(head, written)
  }
  return Buffer.concat(parts)
}

/** `struct MAM` of mhvtl up to 1.7. */
export function mamStruct({ barcode, capacityBytes, remainingBytes }: Memory): Buffer {
  const bytes = Buffer.alloc(1024)
  bytes.writeUInt32LE(3, 0)
  bytes.writeUInt32LE(3, 4)
  bytes.writeBigUInt64BE(BigInt(remainingBytes), 8)
  bytes.writeBigUInt64BE(BigInt(capacityBytes), 16)
  bytes.write('linuxVTL', 250, 'latin1')
  bytes.write(`${barcode.padEnd(31)}\0`, 553, 'latin1')
  return bytes
}

function recordedAttributes(): [id: number, value: Buffer][] {
  const lines = readFileSync(join(recordingDirectory('01-steady'), 'scsi.jsonl'), 'utf8')
  const line = lines.split('\n').find((one) => one.includes('"cdb": "8c'))
  const { data } = JSON.parse(line ?? '{}') as { data: string }
  const answer = Buffer.from(data, 'base64')
  const attributes: [number, Buffer][] = []
  for (let at = 4; at + 5 <= answer.length;) {
    const length = answer.readUInt16BE(at + 3)
    const padded = Buffer.alloc(length)
    answer.copy(padded, 0, at + 5, at + 5 + length)
    attributes.push([answer.readUInt16BE(at), padded])
    at += 5 + length
  }
  return attributes
}
