import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import {
  backupName,
  backupsAmong,
  prepareDirectory,
  prunable,
  requireSpace,
  writeWhole,
} from '../../src/backups/files.ts'
import { parseManifest } from '../../src/backups/manifest.ts'
import { makeStateDirectory, type Teardown } from '../support/database.ts'

const NOW = new Date('2026-11-28T02:37:00.123Z')
const run = promisify(execFile)

t.test('backups are known by their names', (t) => {
  t.equal(backupName('Röhre 1', NOW), 'storwarden-r-hre-1-20261128T023700Z.tar')
  t.equal(backupName('', NOW), 'storwarden-host-20261128T023700Z.tar')
  const names = [
    'storwarden-a-20261127T023700Z.tar',
    'storwarden-b-20261128T023700Z.tar',
    'storwarden-a-20261128T023700Z.tar',
    '.storwarden-a-20261128T023701Z.tar.12',
    'storwarden-a-20261128T023700Z.tar.gpg',
    'notes.txt',
  ]
  t.strictSame(backupsAmong(names, 'A'), [names[2], names[0]])
  t.strictSame(backupsAmong(names).length, 3)
  t.end()
})

t.test('what goes is what is too old, and not the last good one', (t) => {
  const names = ['e', 'd', 'c', 'b', 'a']
  t.strictSame(
    prunable(names, 2, (name) => name === 'd'),
    ['c', 'b', 'a'],
  )
  t.strictSame(
    prunable(names, 2, (name) => ['a', 'b'].includes(name)),
    ['c', 'a'],
  )
  t.strictSame(
    prunable(names, 2, () => false),
    ['c', 'b', 'a'],
  )
  t.strictSame(
    prunable(names, 9, () => true),
    [],
  )
  t.end()
})

t.test('what a process that is no more has begun is removed', async (t) => {
  const directory = await makeStateDirectory(t)
  const mine = `.storwarden-a-20261128T023700Z.tar.${process.pid}`
  await writeFile(join(directory, mine), '')
  await writeFile(join(directory, '.storwarden-a-20261128T023700Z.tar.4194305'), '')
  await prepareDirectory(directory)
  t.strictSame(await readdir(directory), [mine])
})

t.test('a full disk leaves nothing, and is told as such', async (t) => {
  const directory = await smallDisk(t)
  if (directory === null) {
    t.comment('tmpfs cannot be mounted here')
    return
  }
  await t.rejects(requireSpace(directory, 1), {
    code: 'ERR_BACKUP_NO_SPACE',
    message: `${directory}: 1 MiB free, about 65 MiB are needed`,
  })
  const fill = writeWhole(directory, 'x.tar', async (file) => {
    for (let at = 0; at < 64; at++) await file.write(Buffer.alloc(65_536))
  })
  await t.rejects(fill, { code: 'ERR_BACKUP_NO_SPACE', message: `${directory}: no space left` })
  t.strictSame(await readdir(directory), [])
})

t.test('a manifest holds nothing that the server should not be told', (t) => {
  const whole = {
    ...{ format: 1, application: 'storwarden', schema: 1, tables: [], partitions: [] },
    ...{ sequences: [], files: [], not_included: [] },
  }
  t.match(parseManifest(JSON.stringify(whole)), whole)
  const refused = (changes: object, code = 'ERR_BACKUP_DAMAGED') => {
    t.throws(() => parseManifest(JSON.stringify({ ...whole, ...changes })), { code })
  }
  refused({ application: 'other' })
  refused({ format: 2 }, 'ERR_BACKUP_TOO_NEW')
  refused({ schema: 0 })
  refused({ tables: null })
  const table = { name: 'a', columns: ['b'], rows: 1, sha256: 'a'.repeat(64), member: 'm' }
  refused({ tables: [{ ...table, name: 'a"; drop table b' }] })
  refused({ tables: [{ ...table, columns: ['b) from program'] }] })
  const partition = { name: 'a', parent: 'b', bound: 'DEFAULT' }
  refused({ partitions: [{ ...partition, bound: 'DEFAULT; drop table b' }] })
  refused({ sequences: [{ name: 'a', last_value: 'x' }] })
  refused({ files: [{ kind: 'else', path: 'a', sha256: 'a'.repeat(64), member: 'm' }] })
  const bounds = [
    `FOR VALUES FROM ('2026-11-28 00:00:00+00') TO ('2026-11-29 00:00:00+00')`,
    `FOR VALUES FROM ('1764288000000') TO ('1764374400000')`,
    'DEFAULT',
  ]
  for (const bound of bounds)
    t.ok(parseManifest(JSON.stringify({ ...whole, partitions: [{ ...partition, bound }] })))
  t.throws(() => parseManifest('{'), { code: 'ERR_BACKUP_DAMAGED' })
  t.end()
})

/** A disk of 1 MiB; null where none can be had. */
async function smallDisk(t: Teardown): Promise<string | null> {
  const directory = await makeStateDirectory(t)
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory])
  } catch {
    return null
  }
  t.teardown(async () => {
    await run('umount', [directory])
  })
  return directory
}
