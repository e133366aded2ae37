import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { changerLock, changerLockFile } from '../../src/host/changer-lock.ts'

t.test('a changer is one at a time, also for flock(1)', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'changer-locks-'))
  t.teardown(() => {
    rmSync(directory, { recursive: true })
  })
  const lock = changerLock({ directory: () => directory, waitSeconds: () => 0 })
  const path = changerLockFile(directory, 'LIB/../1')
  t.equal(path, join(directory, 'changer-LIB_.._1.lock'))
  const others = async () => {
    const child = spawn('flock', ['--nonblock', path, 'true'])
    const [status] = (await once(child, 'exit')) as [number]
    return status === 0 ? 'free' : 'taken'
  }
  const during = await lock.held('LIB/../1', async () => {
    await t.rejects(
      lock.held('LIB/../1', () => Promise.resolve()),
      { code: 'ERR_CHANGER_LOCKED', message: /somebody else has the changer/ },
    )
    return await others()
  })
  t.strictSame([during, await others()], ['taken', 'free'])
  await t.rejects(
    lock.held('LIB/../1', () => Promise.reject(new Error('jammed'))),
    /jammed/,
  )
  t.equal(await others(), 'free', 'also after a failure')
  const nowhere = changerLock({ directory: () => '/proc/none', waitSeconds: () => 0 })
  await t.rejects(
    nowhere.held('A', () => Promise.resolve()),
    { code: 'ERR_CHANGER_LOCK' },
  )
})

t.test('in a directory of others nothing is taken for a lock that is none', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'changer-locks-'))
  t.teardown(() => {
    rmSync(directory, { recursive: true })
  })
  const lock = changerLock({ directory: () => directory, waitSeconds: () => 0 })
  const path = changerLockFile(directory, 'A')
  const refusal = () =>
    lock
      .held('A', () => Promise.resolve('held'))
      .catch((error: unknown) => (error as Error).message)
  await lock.prepare('A')
  t.equal(statSync(path).mode & 0o133, 0, 'nobody else writes it')
  for (const [mode, told] of [
    [0o777, `${path}: others may replace what is in ${directory}: it has to be sticky (chmod +t)`],
    [0o775, `${path}: others may replace what is in ${directory}: it has to be sticky (chmod +t)`],
    [0o1777, 'held'],
    [0o3770, 'held'],
  ] as const) {
    chmodSync(directory, mode)
    t.equal(await refusal(), told, mode.toString(8))
  }
  if (process.getuid?.() === 0) {
    chownSync(path, 4711, 4711)
    t.equal(await refusal(), 'held', 'of somebody who may write there')
    chmodSync(directory, 0o1777)
    t.equal(await refusal(), `${path}: it belongs to user 4711`)
  }
  chmodSync(directory, 0o755)
  linkSync(path, `${path}.other`)
  t.equal(await refusal(), `${path}: it has another name`)
  rmSync(path)
  symlinkSync(`${path}.other`, path)
  t.equal(await refusal(), `${path}: it is a link`)
  rmSync(path)
  mkdirSync(path)
  t.equal(await refusal(), `${path}: it is no file`)
  rmSync(path, { recursive: true })
  execFileSync('mkfifo', [path])
  t.equal(await refusal(), `${path}: it is no file`, 'and is not waited for')
})
