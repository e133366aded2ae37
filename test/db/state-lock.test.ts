import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { lockStateDirectory } from '../../src/db/state-lock.ts'

t.test('makes the state directory, and lets nobody list it', async (t) => {
  const stateDir = join(t.testdir({}), 'a', 'state')
  const lock = await lockStateDirectory(stateDir)
  t.equal((await stat(stateDir)).mode & 0o777, 0o711)
  await lock.release()
})

t.test('a second daemon is told which process has it', async (t) => {
  const stateDir = t.testdir({})
  const lock = await lockStateDirectory(stateDir)

  await t.rejects(lockStateDirectory(stateDir), {
    code: 'ERR_STATE_DIRECTORY_IN_USE',
    pid: process.pid,
    message: `state directory ${stateDir}: in use by process ${process.pid}`,
  })

  await lock.release()
  await lock.release()
  const next = await lockStateDirectory(stateDir)
  await next.release()
})

t.test('of many at once one gets it', async (t) => {
  const stateDir = t.testdir({})
  const attempts = await Promise.allSettled(
    Array.from({ length: 8 }, () => lockStateDirectory(stateDir)),
  )
  const locks = attempts.flatMap((attempt) =>
    attempt.status === 'fulfilled' ? [attempt.value] : [],
  )
  t.equal(locks.length, 1)
  await locks[0]?.release()
})

t.test('what is in the file locks nothing', async (t) => {
  const stateDir = t.testdir({ lock: '1\n' })
  const lock = await lockStateDirectory(stateDir)
  t.equal(await readFile(join(stateDir, 'lock'), 'utf8'), `${process.pid}\n`)
  await writeFile(join(stateDir, 'lock'), 'no number')
  await t.rejects(lockStateDirectory(stateDir), {
    pid: null,
    message: `state directory ${stateDir}: in use by another process`,
  })
  await lock.release()
})

t.test('a file system that makes no directories is named, at once', async (t) => {
  await t.rejects(lockStateDirectory('/proc/storwarden/state'), {
    code: 'ERR_STATE_DIRECTORY',
    message:
      "state directory /proc/storwarden/state: ENOENT: no such file or directory, mkdir '/proc/storwarden'",
  })
})

t.test('a state directory that is a file is refused by name', async (t) => {
  const path = join(t.testdir({ state: '' }), 'state')
  await t.rejects(lockStateDirectory(path), {
    code: 'ERR_STATE_DIRECTORY',
    message: `state directory ${path}: EEXIST: file already exists, mkdir '${path}'`,
  })
})
