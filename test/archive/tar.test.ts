import { execFile } from 'node:child_process'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { tarHeader, TarReader, TarWriter } from '../../src/archive/tar.ts'
import { makeStateDirectory } from '../support/database.ts'

const NOW = new Date('2026-11-28T02:37:00Z')

t.test('tar reads what was written, and so do we', async (t) => {
  const directory = await makeStateDirectory(t)
  const path = join(directory, 'some.tar')
  const file = await open(path, 'wx')
  const archive = new TarWriter(file, () => NOW)
  const contents = {
    'a/empty': '',
    'a/short': 'x',
    block: 'y'.repeat(512),
    long: 'z'.repeat(700_000),
  }
  for (const [name, text] of Object.entries(contents)) {
    t.equal(
      await archive.add(name, async (write) => {
        for (let at = 0; at < text.length; at += 10_000)
          await write(Buffer.from(text.slice(at, at + 10_000)))
      }),
      text.length,
    )
  }
  await archive.end()
  await file.close()
  const { stdout } = await promisify(execFile)('tar', ['tvf', path], {
    env: { TZ: 'UTC', LC_ALL: 'C' },
  })
  t.match(stdout, /^-rw------- 0\/0 +0 2026-11-28 02:37 a\/empty\n/)
  const reader = await TarReader.open(path)
  t.teardown(() => reader.close())
  for (const [name, text] of Object.entries(contents)) {
    const blocks: Buffer[] = []
    for await (const block of reader.read(name)) blocks.push(block)
    t.equal(Buffer.concat(blocks).toString(), text)
  }
  await t.rejects(reader.read('b').next(), { code: 'ERR_ARCHIVE' })
})

t.test('what is no archive, or cut off, is refused', async (t) => {
  const directory = await makeStateDirectory(t)
  const path = join(directory, 'some.tar')
  await writeFile(path, 'x'.repeat(2000))
  await t.rejects(TarReader.open(path), {
    code: 'ERR_ARCHIVE',
    message: `${path}: is not a tar file, or is damaged`,
  })
  await writeFile(path, Buffer.concat([tarHeader('a', 5000, NOW), Buffer.alloc(1000)]))
  await t.rejects(TarReader.open(path), { message: `${path}: is cut off` })
  await truncate(path, 100)
  await t.rejects(TarReader.open(path), { message: `${path}: is cut off` })
  t.throws(() => tarHeader('n'.repeat(101), 0, NOW), { code: 'ERR_ARCHIVE' })
})

t.test('a member of terabytes has its size', (t) => {
  const header = tarHeader('big', 2 ** 40, NOW)
  t.equal(header[124], 0x80)
  t.equal(header.readBigUInt64BE(128), 2n ** 40n)
  t.end()
})
