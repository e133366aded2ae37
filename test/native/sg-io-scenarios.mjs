import { pbkdf2 } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { openSync, closeSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

const INQUIRY = '120000006000'

function request(cdb = INQUIRY, dataInBytes = 96) {
  return { cdb: Buffer.from(cdb, 'hex'), dataInBytes, kernelTimeoutMs: 120_000 }
}

/** The answer with its bytes as digits, or what the error says. */
async function outcome(asked) {
  try {
    const answer = await asked
    const hex = (bytes) => {
      if (!(bytes instanceof Uint8Array)) throw new Error('no Uint8Array')
      return Buffer.from(bytes).toString('hex')
    }
    return { ...answer, sense: hex(answer.sense), data: hex(answer.data) }
  } catch ({ name, message, code, syscall }) {
    return { name, message, code, syscall }
  }
}

/** What comes of requests to nodes, or of those that are given whole. */
export async function answers(native, { devices, cdb, dataInBytes }) {
  return Promise.all(
    devices.map((device) => outcome(native.sgIo(device, request(cdb, dataInBytes)))),
  )
}

/** What comes of CDBs that are sent to one node, one after the other. */
export async function commands(native, { device, cdbs }) {
  const outcomes = []
  for (const cdb of cdbs) outcomes.push(await outcome(native.sgIo(device, request(cdb, 4))))
  return outcomes.map(({ code, status }) => code ?? status)
}

/** Arguments that are none. */
export async function nonsense(native) {
  const good = request()
  const given = [
    [],
    [3, good],
    ['/dev/sg0'],
    ['/dev/sg0', null],
    ['/dev/sg0\0', good],
    ['/dev/sg0', { ...good, cdb: '00' }],
    ['/dev/sg0', { ...good, cdb: new Uint16Array(6) }],
    ...[-1, 0.5, NaN, 2 ** 24, 2 ** 64, '4', undefined].map((dataInBytes) => [
      '/dev/sg0',
      { ...good, dataInBytes },
    ]),
    ['/dev/sg0', { ...good, kernelTimeoutMs: Infinity }],
    [
      '/dev/sg0',
      {
        get cdb() {
          throw new Error('thrown by a getter')
        },
      },
    ],
  ]
  return Promise.all(
    given.map(async (words) => {
      const { message } = await outcome(native.sgIo(...words))
      return message
    }),
  )
}

/** Of ten devices the last never answers. libuv has one thread, which is not to be the one that waits for it. */
export async function hangs(native, { leave }) {
  const forgotten = [0, 1, 2].map(() => native.sgIo('/dev/sg9', request()))
  const nine = Array.from({ length: 9 }, (_, node) =>
    outcome(native.sgIo(`/dev/sg${node}`, request())),
  )
  const answered = (await Promise.all(nine)).map(({ data }) => data)
  await native.read('files', ['/proc/self/comm'], () => {})
  const bytes = await readFile('/proc/version')
  const { address } = await lookup('127.0.0.1')
  const key = await promisify(pbkdf2)('password', 'salt', 1000, 8, 'sha256')
  const again = await outcome(native.sgIo('/dev/sg0', request()))
  const settled = await Promise.race([...forgotten, Promise.resolve('no')])
  const busy = native.busy()
  const asking = () => namesOfThreads().filter((name) => name.startsWith('/dev/sg'))
  // A thread has its name for a moment longer than its work.
  while (asking().length > busy) await endOfTurn()
  const at = asking()
  const result = {
    answered,
    again: again.data,
    settled,
    busy,
    at,
    pool: [bytes.length > 0, address, key.length],
  }
  if (leave === 'exit') setImmediate(() => process.exit(0))
  return result
}

function namesOfThreads() {
  const tasks = readdirSync('/proc/self/task')
  return tasks.map((task) => readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim())
}

/** The first command of a device waits for the fifo, and its others behind it; another device does not. */
export async function order(native, { fifo }) {
  const cdbs = ['000000000000', '030000000400', INQUIRY]
  const done = []
  const first = cdbs.map((cdb) =>
    native.sgIo('/dev/sg1', request(cdb, 4)).then(() => done.push(cdb)),
  )
  await native.sgIo('/dev/sg2', request())
  const before = [...done]
  openFifo(fifo)
  await Promise.all(first)
  return { before, done }
}

/** A worker of Node is ended while its command is under way: nobody is left to be told of the answer. */
export async function worker(native, { addon, fifo }) {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    const native = require(workerData.addon)
    const request = { cdb: Buffer.from('${INQUIRY}', 'hex'), dataInBytes: 4, kernelTimeoutMs: 1000 }
    native.sgIo('/dev/sg1', request)
    native.sgIo('/dev/sg1', request)
    native.read('worker', ['/proc/version'], () => {})
    native.uevents(['block'], () => {})
    native.sgIo('/dev/sg2', request).then(() => parentPort.postMessage('under way'))
    setInterval(() => {}, 60000)
  `
  const other = new Worker(code, { eval: true, workerData: { addon } })
  const said = await new Promise((resolve, reject) => {
    other.once('message', resolve)
    other.once('error', reject)
  })
  await other.terminate()
  const mine = outcome(native.sgIo('/dev/sg1', request('030000000400', 4)))
  openFifo(fifo)
  const { data } = await mine
  return { said, data }
}

/** Workers of Node that ask as fast as they can are ended, each some turns later than the last. */
export async function workers(native, { addon, count }) {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    const native = require(workerData.addon)
    const request = { cdb: Buffer.from('${INQUIRY}', 'hex'), dataInBytes: 4, kernelTimeoutMs: 1000 }
    const paths = Array.from({ length: 20 }, () => '/proc/version')
    const asks = [
      (lane) => native.sgIo('/dev/sg' + lane, request),
      (lane) => native.sgIo('/dev/sg9', request).catch(() => {}),
      (lane) => native.read(String(lane), paths, () => {}),
    ]
    for (const ask of asks)
      for (const lane of [0, 1, 2]) (async () => { for (;;) await ask(lane) })()
    setInterval(() => {}, 60000)
    parentPort.postMessage('asking')
  `
  for (let turns = 0; turns < count; turns += 1) {
    const worker = new Worker(code, { eval: true, workerData: { addon } })
    await new Promise((resolve) => worker.once('message', resolve))
    for (let turn = 0; turn < turns; turn += 1) await endOfTurn()
    await worker.terminate()
  }
  const { data } = await outcome(native.sgIo('/dev/sg0', request()))
  return data
}

/** Lets go on who waits for a writer of the fifo. */
function openFifo(fifo) {
  closeSync(openSync(fifo, 'w'))
}
