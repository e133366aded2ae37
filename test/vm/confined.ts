// What runs as a service in the virtual machine with systemd: TAP goes to the second serial port.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { test } from 'node:test'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { throughPrivileged } from '../../src/host/privileged/through.ts'
import { version } from '../../src/package.ts'
import { sh } from './machine.ts'
import { loadDrivers, makeGroup, repositoryTasks } from './repositories.ts'

const MIB = 1024 * 1024
const GROUP = 'vg-r'

loadDrivers()
makeGroup(GROUP, '/run/volumes')
const now = () => new Date()
const through = throughPrivileged(new LinuxHost({ native: null, now }), {
  ...{ socket: '/run/storwarden/privileged.sock', version, now },
  scstConfigPath: () => '/etc/scst.conf',
})
const { run } = repositoryTasks(through.host, through.repositories)
const sizeOf = (path: string) => {
  const { blocks, bsize } = statfsSync(path)
  return (blocks * bsize) / MIB
}

await test('systemd starts the service for whoever asks', async () => {
  // Emulated, and beside others, it takes longer than anybody waits.
  for (let tries = 0; ; tries++) {
    try {
      await through.repositories?.place('/srv/repositories/x-1')
      return
    } catch (error) {
      if (tries === 9) throw error
    }
  }
})

// One that storwarden-privileged.service does not see, and one that it may not write to.
const CASES = [
  { name: 'x-1', filesystem: 'xfs', mib: 520, path: '/srv/repositories/x-1' },
  { name: 'e-1', filesystem: 'ext4', mib: 100, path: '/home/repositories/e-1' },
]
for (const { name, filesystem, mib, path } of CASES) {
  await test(`a repository of ${filesystem} is made and grown by the confined service`, async () => {
    const wish = { volume_group: GROUP, name, filesystem, size_bytes: mib * MIB, mount_point: path }
    assert.deepEqual(await run('repository_create', wish), [
      `/dev/${GROUP}/${name} (${filesystem}, ${mib} MiB) is mounted at ${path}`,
    ])
    const before = sizeOf(path)
    await run('repository_grow', { mount_point: path, add_bytes: 100 * MIB })
    assert.ok(sizeOf(path) > before + 60, `${before} ${sizeOf(path)}`)
    const unit = spawnSync('systemd-escape', ['--path', '--suffix=mount', path], {
      encoding: 'utf8',
    }).stdout.trim()
    assert.equal(sh('systemctl', 'is-enabled', unit).trim(), 'enabled')
    assert.equal(sh('systemctl', 'is-active', unit).trim(), 'active')
  })
}

await test('it touches no volume that it has not made', async () => {
  sh('lvcreate', '-y', '-W', 'n', '-L', '40M', '-n', 'lun', GROUP)
  const lun = { group: GROUP, volume: 'lun', filesystem: 'ext4' } as const
  await assert.rejects(
    async () => through.repositories?.change({ change: 'make_filesystem', ...lun }),
    /it has not the tag storwarden\.new/,
  )
  await assert.rejects(
    async () => through.repositories?.place('/srv/repositories/../../etc'),
    /refused|must match/,
  )
  assert.equal(spawnSync('blkid', ['-p', `/dev/${GROUP}/lun`]).status, 2)
})
await through.stop()
