import t from 'tap'
import type { Mhvtl, VirtualLibrary } from '../../src/collectors/mhvtl.ts'
import { MediaReader, mediaLimits } from '../../src/consistency/media.ts'
import { pickRandom } from '../../src/consistency/random.ts'
import { lackingFiles } from '../../src/consistency/vtl.ts'
import { NotFoundError, PermissionError, TimeoutError } from '../../src/host/host.ts'
import { mamAttributes, mamStruct } from '../support/mam.ts'

const NEW = ['data.0', 'indx.0', 'mam', 'meta.0', 'mhvtl_data']
const OLD = ['data', 'indx', 'meta']

type Host = ConstructorParameters<typeof MediaReader>[0]['host']
type Files = Record<string, Buffer | number | Error>

/** Media below /vtl: files by name, with their bytes or how many they have. */
function hostOf(media: Record<string, Files | Error>) {
  const asked: string[] = []
  const fileAt = (path: string) => {
    const [, tag = '', name = ''] = /^\/vtl\/([^/]+)\/(.+)$/.exec(path) ?? []
    const files = media[tag]
    const file = files === undefined || files instanceof Error ? undefined : files[name]
    if (file === undefined) throw new NotFoundError(path)
    if (file instanceof Error) throw file
    return file
  }
  const host: Host = {
    list: async (path) => {
      asked.push(path.slice('/vtl/'.length))
      const files = media[path.slice('/vtl/'.length)] ?? {}
      if (files instanceof Error) throw files
      return Object.keys(files).sort()
    },
    stat: async (path) => {
      const file = fileAt(path)
      const sizeBytes = typeof file === 'number' ? file : file.length
      const rest = { blocks: 0, mtimeMs: 0, mode: 0, isDirectory: false, uid: 0, gid: 0 }
      return { sizeBytes, ...rest }
    },
    readBytes: async (path) => {
      const file = fileAt(path)
      if (typeof file === 'number') throw new PermissionError(path)
      return file
    },
    readText: async (path) => {
      throw new NotFoundError(path)
    },
  }
  return { host, asked }
}

function mhvtlOf(tags: readonly string[] | null): Mhvtl {
  const library: VirtualLibrary = {
    ...{ id: 'L1', number: 10, vendor: 'STK', product: 'L700', serial: 'L1', daemon: null },
    ...{
      homeDirectory: '/vtl',
      contents: null,
      mediaOnDisk: tags,
      mediaBytes: null,
      bytesByMedium: {},
    },
  }
  return { moduleLoaded: true, version: null, drives: [], libraries: [library] }
}

const whole = (barcode: string, more: Files = {}): Files => ({
  ...{ 'data.0': 1000, 'indx.0': 512, 'meta.0': 512, mhvtl_data: 358 },
  mam: mamAttributes({ barcode, capacityBytes: 500 * 2 ** 20, remainingBytes: 2 ** 20 }),
  ...more,
})

t.test('a medium lacks what its layout wants, of mhvtl of any age', (t) => {
  t.strictSame(lackingFiles(NEW), [])
  t.strictSame(lackingFiles(OLD), [], 'up to 1.3 the memory is in meta')
  t.strictSame(lackingFiles([...OLD, 'mam', 'mhvtl_data']), [], 'the newest')
  t.strictSame(lackingFiles(['data.0', 'data.1', 'indx.0', 'meta.0', 'meta.1']), ['indx.1', 'mam'])
  t.strictSame(lackingFiles(['mam', 'mhvtl_data']), ['data.0', 'indx.0', 'meta.0'], 'half made')
  t.strictSame(lackingFiles([]), ['data.0', 'indx.0', 'mam', 'meta.0'])
  t.strictSame(lackingFiles(['data', 'notes.txt']), ['indx', 'meta'])
  t.end()
})

t.test('twenty thousand media are looked into some at a time, and all in the end', async (t) => {
  const tags = Array.from({ length: 20_000 }, (_, index) => `T${String(index).padStart(5, '0')}`)
  const files = Object.fromEntries(NEW.map((name) => [name, 1]))
  const broken = { 'data.0': 1 }
  const media = Object.fromEntries(tags.map((tag) => [tag, tag === 'T00007' ? broken : files]))
  const { host, asked } = hostOf(media)
  const reader = new MediaReader({ host, elapsedMs: () => 0 })
  for (let check = 1; check <= 51; check++) {
    asked.length = 0
    await reader.look(mhvtlOf(tags))
    t.equal(asked.length, mediaLimits.directories)
    t.ok(check === 1 || asked[0] === 'T00007', 'what lacks files is looked into each time')
  }
  const seen = (await reader.look(mhvtlOf(tags))).get('L1')
  t.equal(seen?.size, 20_000)
  t.equal((await reader.look(mhvtlOf(tags.slice(0, 5)))).get('L1')?.size, 5, 'others are gone')
})

t.test('disks that are slow are asked no more than the time allows', async (t) => {
  const tags = Array.from({ length: 100 }, (_, index) => `T${index}`)
  const { host, asked } = hostOf(Object.fromEntries(tags.map((tag) => [tag, whole(tag)])))
  let elapsed = 0
  const elapsedMs = () => (elapsed += 2_000)
  const reader = new MediaReader({ host, elapsedMs })
  await reader.look(mhvtlOf(tags))
  t.ok(asked.length < 50 && asked.length > 10, String(asked.length))
})

t.test('a directory that cannot be read says nothing of its medium', async (t) => {
  const { host } = hostOf({
    ...{ A: whole('A'), B: new PermissionError('/vtl/B'), C: new TimeoutError('/vtl/C', 5_000) },
  })
  const reader = new MediaReader({ host, elapsedMs: () => 0 })
  t.strictSame([...((await reader.look(mhvtlOf(['A', 'B', 'C']))).get('L1')?.keys() ?? [])], ['A'])
  t.strictSame(
    [...((await reader.look(mhvtlOf(null))).get('L1')?.keys() ?? [])],
    ['A'],
    'as it was',
  )
})

t.test('a sample is verified against its memory, and says why it is not', async (t) => {
  const memory = (barcode: string, capacityBytes: number, remainingBytes: number) =>
    mamAttributes({ barcode, capacityBytes, remainingBytes })
  const old = mamStruct({ barcode: 'OLD1', capacityBytes: 2 ** 30, remainingBytes: 0 })
  const media = {
    FINE: whole('FINE'),
    OLD1: { data: 10, indx: 0, meta: Buffer.concat([old, Buffer.alloc(512)]) },
    COPY: whole('FINE'),
    FULL: whole('FULL', { 'data.0': 600 * 2 ** 20 }),
    MORE: whole('MORE', { mam: memory('MORE', 10, 11) }),
    HALF: whole('HALF', { mam: mamAttributes({ ...MEMORY, barcode: 'HALF' }).subarray(0, 100) }),
    HUGE: whole('HUGE', { mam: Buffer.alloc(1024 * 1024 + 1) }),
    SHUT: whole('SHUT', { mam: 1071 }),
    NONE: { 'data.0': 1 },
  }
  const { host } = hostOf(media)
  const reader = new MediaReader({ host, elapsedMs: () => 0 })
  const samples = await reader.sample(mhvtlOf(Object.keys(media)), 1)
  t.strictSame(
    samples.map(({ barcode, result, reason }) => [barcode, result, reason]),
    [
      ['FINE', 'verified', null],
      ['OLD1', 'verified', null],
      ['COPY', 'mismatch', 'its memory has the barcode "FINE"'],
      [
        ...['FULL', 'mismatch'],
        'it holds 629145600 bytes, and its memory says that 524288000 fit on it',
      ],
      ['MORE', 'mismatch', 'its memory says that 11 of 10 bytes remain'],
      ['HALF', 'not_verified', 'mam: is cut short'],
      ['HUGE', 'not_verified', 'mam is larger than 1 MiB'],
      ['SHUT', 'not_verified', '/vtl/SHUT/mam: permission denied'],
      ['NONE', 'not_verified', 'it has no memory of its own'],
    ],
  )
})

const MEMORY = { capacityBytes: 2 ** 30, remainingBytes: 0 }

t.test('what did not fit is asked again until it does, whatever else is chosen', async (t) => {
  const tags = Array.from({ length: 500 }, (_, index) => `T${index}`)
  const media: Record<string, Files> = Object.fromEntries(tags.map((tag) => [tag, whole('T7')]))
  const { host } = hostOf(media)
  const reader = new MediaReader({ host, elapsedMs: () => 0 })
  const first = await reader.sample(mhvtlOf(tags), 1)
  t.equal(first.length, mediaLimits.samples)
  const bad = first.map(({ barcode }) => barcode).filter((tag) => tag !== 'T7')
  for (const tag of tags.filter((one) => !bad.includes(one))) media[tag] = whole(tag)
  const second = await reader.sample(mhvtlOf(tags), 2)
  t.strictSame(
    second.filter(({ result }) => result === 'mismatch').map(({ barcode }) => barcode),
    bad,
  )
  for (const tag of bad) media[tag] = whole(tag)
  await reader.sample(mhvtlOf(tags), 3)
  t.equal((await reader.sample(mhvtlOf(tags), 4)).length, mediaLimits.samples)
})

t.test('samples are chosen by the seed, each medium as often as any other', (t) => {
  const items = Array.from({ length: 50 }, (_, index) => index)
  t.strictSame(pickRandom(items, 10, 7), pickRandom(items, 10, 7))
  const times = new Map<number, number>()
  for (let seed = 0; seed < 2000; seed++) {
    const chosen = pickRandom(items, 10, seed)
    t.equal(new Set(chosen).size, 10)
    for (const item of chosen) times.set(item, (times.get(item) ?? 0) + 1)
  }
  const counts = items.map((item) => times.get(item) ?? 0)
  t.ok(Math.min(...counts) > 300 && Math.max(...counts) < 500, counts.join(' '))
  t.strictSame(pickRandom([1, 2], 10, 1), [1, 2])
  t.end()
})

t.test(
  'what mhvtl wrote when it was stopped counts when it is newer, and not while it runs',
  async (t) => {
    const text = 'VERSION: 2\n\nSlot 1: KEPT01L8\n'
    const at = async (persistMs: number, moduleLoaded: boolean, content = text) => {
      const { host } = hostOf({})
      const stat: Host['stat'] = async (path) => ({
        ...{ sizeBytes: 1, blocks: 0, mode: 0, isDirectory: false, uid: 0, gid: 0 },
        mtimeMs: path.endsWith('.persist') ? persistMs : 1000,
      })
      const reader = new MediaReader({
        host: { ...host, stat, readText: async () => content },
        elapsedMs: () => 0,
      })
      const [library] = mhvtlOf([]).libraries
      if (library === undefined) throw new Error('no library')
      return reader.contents(library, { moduleLoaded, directory: '/etc/mhvtl' })
    }
    const asWritten = {
      ...{ path: '/etc/mhvtl/library_contents.10', contents: null, error: 'it cannot be read' },
    }
    t.strictSame(await at(2000, true), asWritten)
    t.strictSame(await at(1000, false), asWritten)
    t.match(await at(2000, false), {
      path: '/etc/mhvtl/library_contents.10.persist',
      contents: { slots: { 1: 'KEPT01L8' } },
    })
    t.strictSame(await at(2000, false, 'Slot 1: A\nSlot 1: B\n'), asWritten, 'half written')
  },
)
