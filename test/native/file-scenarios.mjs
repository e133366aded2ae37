import { closeSync, openSync, readdirSync } from 'node:fs'

/** A file as it was read, its bytes as text. */
function shown({ index, file }) {
  if (!('bytes' in file)) return [index, 'names' in file ? { names: file.names.sort() } : file]
  if (!Buffer.isBuffer(file.bytes)) throw new Error('no Buffer')
  const text = file.bytes.toString('latin1')
  return [index, text.length > 100 ? { length: text.length, end: text.slice(-4) } : { text }]
}

async function readAll(native, paths, lane = 'lane') {
  const files = []
  await native.read(lane, paths, (portion) => files.push(...portion.map(shown)))
  return files
}

/** What is read of paths; as somebody else where that is asked for. */
export async function paths(native, { paths, uid }) {
  if (uid !== undefined) process.setuid(uid)
  return readAll(native, paths)
}

/** How often the event loop is told of many files, and in what time. */
export async function many(native, { folder }) {
  const paths = readdirSync(folder).map((name) => `${folder}/${name}`)
  const began = performance.now()
  const sizes = []
  const indexes = []
  await native.read('many', paths, (portion) => {
    sizes.push(portion.length)
    indexes.push(...portion.map(({ index }) => index))
  })
  const inOrder = indexes.every((index, at) => index === at)
  return {
    read: indexes.length,
    inOrder,
    calls: sizes.length,
    milliseconds: performance.now() - began,
  }
}

/** Files that block hold back those behind them in their lanes, not those before them and no other lane. */
export async function blocked(native, { lanes, before, blocks, fifo }) {
  const told = Array.from({ length: lanes }, () => [])
  const first = []
  const all = told.map((indexes, lane) => {
    const { promise, resolve } = withResolvers()
    first.push(promise)
    return native.read(`lane ${lane}`, [before, blocks, before], (portion) => {
      indexes.push(...portion.map(({ index }) => index))
      resolve()
    })
  })
  await Promise.all(first)
  const other = await readAll(native, [before, before], 'another')
  const meanwhile = { told: structuredClone(told), other, busy: native.busy() }
  const writer = openSync(fifo, 'w')
  await Promise.all(all)
  closeSync(writer)
  return { ...meanwhile, then: told, busyThen: native.busy() }
}

function withResolvers() {
  let resolve
  const promise = new Promise((settle) => (resolve = settle))
  return { promise, resolve }
}

/** What a callback throws is an uncaught exception, and the reading goes on. */
export async function thrown(native, { path }) {
  const uncaught = []
  process.on('uncaughtException', ({ message }) => uncaught.push(message))
  await native.read('throws', [path], () => {
    throw new Error('thrown by onRead')
  })
  return { uncaught, after: await readAll(native, [path]) }
}

/** Arguments that are none. */
export async function nonsense(native) {
  const given = [[], ['lane'], ['lane', ['/'], 3], [3, [], () => {}], ['lane', '/', () => {}]]
  given.push(['lane', ['/', 4], () => {}], ['lane', ['/etc/hostname\0'], () => {}])
  return Promise.all(given.map((words) => native.read(...words).catch(({ message }) => message)))
}

/** No files at all. */
export async function none(native) {
  return { settled: (await native.read('lane', [], () => {})) ?? 'undefined' }
}

/** What is read of directories, each with names of files and of links; as somebody else where that is asked for. */
export async function attributes(native, { asked, uid }) {
  if (uid !== undefined) process.setuid(uid)
  const read = []
  await native.readAttributes(
    'lane',
    asked.map(({ directory, texts = [], links = [] }) => ({
      names: [directory, ...texts, ...links].join('\0'),
      links: links.length,
    })),
    (portion) => read.push(...portion),
  )
  return read.map((told) =>
    typeof told === 'string' && told.length > 100
      ? { length: told.length, end: told.slice(-4) }
      : told,
  )
}

/** Arguments of readAttributes that are none, and nothing to read. */
export async function nonsenseOfAttributes(native) {
  const nothing = () => {}
  const given = [
    [],
    ['lane', {}, nothing],
    ['lane', [4], nothing],
    ['lane', [{ names: 4, links: 0 }], nothing],
    ['lane', [{ names: '/', links: -1 }], nothing],
    ['lane', [{ names: '/', links: 0 }]],
  ]
  const messages = given.map((words) =>
    native.readAttributes(...words).catch(({ message }) => message),
  )
  const told = []
  const bare = [
    { names: '/', links: 7 },
    { names: '', links: 0 },
  ]
  await native.readAttributes('lane', bare, (portion) => told.push(...portion))
  return { messages: await Promise.all(messages), told }
}
