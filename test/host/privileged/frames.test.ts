import fc from 'fast-check'
import t from 'tap'
import { encodeFrame, FrameReader } from '../../../src/host/privileged/frames.ts'

function read(reader: FrameReader, chunks: readonly Buffer[]): unknown[] {
  return chunks.flatMap((chunk) => [...reader.push(chunk)])
}

function frame(bytes: Buffer, length = bytes.length): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(length)
  return Buffer.concat([head, bytes])
}

t.test('messages arrive as they were sent, however they are cut', (t) => {
  const messages = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }))
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map((message) => encodeFrame(message)))
      const chunks: Buffer[] = []
      let rest = bytes
      for (const cut of cuts) {
        if (rest.length === 0) break
        chunks.push(rest.subarray(0, cut))
        rest = rest.subarray(cut)
      }
      const reader = new FrameReader(1024 * 1024)
      const received = read(reader, chunks)
      return JSON.stringify(received) === JSON.stringify(sent) && !reader.partial
    }),
  )
  t.end()
})

t.test('a message that has begun is known to have', (t) => {
  const reader = new FrameReader(100)
  t.equal(reader.partial, false)
  t.strictSame(read(reader, [Buffer.of(0)]), [])
  t.equal(reader.partial, true)
  t.strictSame(read(reader, [Buffer.from([0, 0, 2, 0x7b])]), [])
  t.equal(reader.partial, true)
  t.strictSame(read(reader, [Buffer.from('}')]), [{}])
  t.equal(reader.partial, false)
  t.end()
})

t.test('what is too long is refused before it has come', (t) => {
  t.throws(() => read(new FrameReader(16), [frame(Buffer.alloc(0), 17)]), {
    code: 'ERR_FRAME',
    message: 'a frame of 17 bytes, of which 16 are taken',
  })
  t.throws(() => read(new FrameReader(16), [Buffer.from('GET / HTTP/1.1\r\n\r\n')]), {
    message: 'a frame of 1195725856 bytes, of which 16 are taken',
  })
  t.end()
})

t.test('so is what is empty, no JSON or no UTF-8', (t) => {
  const fault = (bytes: Buffer) => {
    try {
      return read(new FrameReader(64), [frame(bytes)])
    } catch (error) {
      return (error as Error).message
    }
  }
  t.equal(fault(Buffer.alloc(0)), 'an empty frame')
  t.equal(fault(Buffer.from('{')), 'a frame that is not JSON')
  t.equal(fault(Buffer.from([0x22, 0xff, 0x22])), 'a frame that is not UTF-8')
  t.strictSame(fault(Buffer.from('{"__proto__":1}')), [JSON.parse('{"__proto__":1}')])
  t.end()
})
