/** A series with its samples, the oldest first. */
export interface WrittenSeries {
  /** With the name of the metric as `__name__`. */
  labels: Readonly<Record<string, string>>
  samples: readonly { atMs: number; value: number }[]
}

/** Sends samples to a Prometheus that receives remote writes. Rejects when it does not take them. */
export async function remoteWrite(url: string, series: readonly WrittenSeries[]): Promise<void> {
  const answer = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(asSnappy(writeRequest(series))),
  })
  if (!answer.ok) throw new Error(`remote write: ${answer.status} ${await answer.text()}`)
}

/** WriteRequest of Prometheus' remote.proto: labels sorted by name. */
function writeRequest(series: readonly WrittenSeries[]): Buffer {
  return Buffer.concat(
    series.map(({ labels, samples }) =>
      field(
        1,
        Buffer.concat([
          ...Object.entries(labels)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([name, value]) =>
              field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
            ),
          ...samples.map(({ atMs, value }) => {
            const number = Buffer.alloc(9)
            number.writeUInt8((1 << 3) | 1, 0)
            number.writeDoubleLE(value, 1)
            return field(2, Buffer.concat([number, Buffer.from([2 << 3]), varint(atMs)]))
          }),
        ]),
      ),
    ),
  )
}

/** A field of bytes (protobuf, wire type 2). */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return Buffer.from([...bytes, left])
}

/** The block format of snappy, of literals alone: nothing is compressed. */
function asSnappy(bytes: Buffer): Buffer {
  const parts = [varint(bytes.length)]
  for (let at = 0; at < bytes.length; at += 0x10000) {
    const literal = bytes.subarray(at, at + 0x10000)
    const length = literal.length - 1
    parts.push(Buffer.from([61 << 2, length & 0xff, length >> 8]), literal)
  }
  return Buffer.concat(parts)
}
