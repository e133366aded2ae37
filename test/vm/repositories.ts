import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import type { RepositoryChanges } from '../../src/host/repository-changes.ts'
import { repositoryTaskKinds } from '../../src/repository-keeping.ts'
import { said, sh } from './machine.ts'
import { runTask } from './run-task.ts'

const MIB = 1024 * 1024
const GROUP = 'vg-r'
/** Nothing but this runs here: it mounts what the unit says, as systemd does. */
const SYSTEMCTL = `#!/bin/sh
[ "$1" = --no-ask-password ] && shift
for unit in "$@"; do :; done
file=/etc/systemd/system/$unit
value() { sed -n "s/^$1=//p" "$file"; }
case "$1" in
  show)
    echo LoadState=loaded
    echo "FragmentPath=$file"
    echo DropInPaths=
    grep -E '^(What|Where|Type)=' "$file" ;;
  start)
    mkdir -p "$(value Where)"
    mount -t "$(value Type)" -o "$(value Options)" "$(value What)" "$(value Where)" ;;
esac
`

/** Has tasks about repositories done on a machine; resolves with their log. */
export function repositoryTasks(host: Host, changes: RepositoryChanges | null) {
  const kinds = repositoryTaskKinds({
    ...{ host, changes, replayed: false, now: () => new Date() },
    config: () => ({ monitoring: { repositories: [] } }) as never,
    loop: { collect: () => Promise.resolve() },
    monitor: () => ({ snapshot: () => ({ takenAt: new Date(), readings: {} }) }),
    operations: {
      track: (_name: unknown, _params: unknown, work: (affect: () => void) => Promise<unknown>) =>
        work(() => undefined),
    } as never,
  })
  const run = (name: string, params: Record<string, unknown>) => runTask(kinds, name, params)
  return { kinds, run }
}

/** Tasks that make and grow repositories, with the real LVM and the real file systems, on a loop device. */
export async function repositoryTests(native: Native): Promise<void> {
  plugIn()
  const host = new LinuxHost({ native })
  const { kinds, run } = repositoryTasks(host, null)
  const create = (name: string, filesystem: string, mib: number) =>
    run('repository_create', {
      ...{ volume_group: GROUP, name, filesystem, mount_point: `/mnt/repositories/${name}` },
      size_bytes: mib * MIB - 1,
    })
  const sizeOf = (name: string) => {
    const { blocks, bsize } = statfsSync(`/mnt/repositories/${name}`)
    return (blocks * bsize) / MIB
  }

  await test('repositories of XFS and ext4 are made in free extents, and mounted', async () => {
    assert.deepEqual(await create('x-1', 'xfs', 520), [
      `/dev/${GROUP}/x-1 (xfs, 520 MiB) is mounted at /mnt/repositories/x-1`,
    ])
    assert.deepEqual(await create('e-1', 'ext4', 100), [
      `/dev/${GROUP}/e-1 (ext4, 100 MiB) is mounted at /mnt/repositories/e-1`,
    ])
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
    assert.match(
      mounts,
      /^\/dev\/mapper\/vg--r-x--1 \/mnt\/repositories\/x-1 xfs rw,nosuid,nodev,/m,
    )
    assert.match(
      mounts,
      /^\/dev\/mapper\/vg--r-e--1 \/mnt\/repositories\/e-1 ext4 rw,nosuid,nodev,/m,
    )
    const tags = sh('lvs', '--noheadings', '-o', 'lv_name,lv_tags', GROUP)
    assert.deepEqual(tags.trim().split(/\s+/), [
      'e-1',
      'storwarden.repository',
      'x-1',
      'storwarden.repository',
    ])
  })

  await test('both are grown while a file on them is kept, and neither is made smaller', async () => {
    for (const name of ['x-1', 'e-1']) writeFileSync(`/mnt/repositories/${name}/kept`, name)
    const before = [sizeOf('x-1'), sizeOf('e-1')]
    await run('repository_grow', { mount_point: '/mnt/repositories/x-1', add_bytes: 100 * MIB })
    await run('repository_grow', { mount_point: '/mnt/repositories/e-1', size_bytes: 200 * MIB })
    const [x = 0, e = 0] = before
    assert.ok(sizeOf('x-1') > x + 90 && sizeOf('e-1') > e + 80, `${x} ${e} ${sizeOf('e-1')}`)
    for (const name of ['x-1', 'e-1'])
      assert.equal(readFileSync(`/mnt/repositories/${name}/kept`, 'utf8'), name)
    const smaller = { mount_point: '/mnt/repositories/x-1', size_bytes: 600 * MIB }
    await assert.rejects(run('repository_grow', smaller), /nothing is ever made smaller/)
  })

  await test('where only the volume was grown, the file system follows', async () => {
    for (const name of ['x-1', 'e-1']) {
      sh('lvextend', '--size', '+40M', `${GROUP}/${name}`)
      const path = `/mnt/repositories/${name}`
      const before = sizeOf(name)
      const grow = kinds.find((one) => one.name === 'repository_grow')
      const steps = await grow?.plan({ mount_point: path, add_bytes: 40 * MIB })
      assert.match(steps?.[0]?.description ?? '', /: only make that as large as the volume/)
      await run('repository_grow', { mount_point: path, add_bytes: 40 * MIB })
      assert.ok(sizeOf(name) > before + 30)
    }
  })

  await test('what is left in extents of something else is neither wiped nor overwritten', async () => {
    sh('lvcreate', '-y', '-l', '100%FREE', '-n', 'old', GROUP)
    sh('mkfs.ext4', '-q', '-L', 'precious', `/dev/${GROUP}/old`)
    sh('lvremove', '-f', `${GROUP}/old`)
    await assert.rejects(
      create('new', 'xfs', 520),
      /^Error: ext4 is left on \/dev\/vg-r\/new, of some/,
    )
    const found = said('blkid', '-p', `/dev/${GROUP}/new`)
    assert.match(found, /LABEL="precious".*TYPE="ext4"/)
    await assert.rejects(create('new', 'xfs', 520), /logical volume vg-r\/new is there already/)
  })

  await test('a file system with errors is not grown', async () => {
    writeFileSync('/sys/fs/ext4/' + nodeOf('e-1') + '/trigger_fs_error', 'a drill')
    const grow = { mount_point: '/mnt/repositories/e-1', add_bytes: 40 * MIB }
    await assert.rejects(run('repository_grow', grow), /has errors: |is read-only/)
  })
  await host.stop()
}

/** `dm-N` of a volume. */
function nodeOf(name: string): string {
  return sh(
    'dmsetup',
    'info',
    '-c',
    '--noheadings',
    '-o',
    'blkdevname',
    `vg--r-${name.replace('-', '--')}`,
  ).trim()
}

function plugIn(): void {
  loadDrivers()
  // There is no udev.
  mkdirSync('/etc/lvm', { recursive: true })
  writeFileSync(
    '/etc/lvm/lvmlocal.conf',
    'activation { udev_sync = 0 udev_rules = 0 }\ndevices { obtain_device_list_from_udev = 0 }\n',
  )
  writeFileSync('/usr/local/sbin/systemctl', SYSTEMCTL)
  chmodSync('/usr/local/sbin/systemctl', 0o755)
  mkdirSync('/etc/systemd/system', { recursive: true })
  makeGroup(GROUP, '/tmp/volumes')
}

/** A volume group on a file with holes: it takes the memory of what is written. */
export function makeGroup(name: string, file: string): void {
  sh('truncate', '-s', '2G', file)
  const device = sh('losetup', '--find', '--show', file).trim()
  sh('pvcreate', '-y', device)
  sh('vgcreate', '-y', name, device)
}

/** Loads what volumes and file systems take. */
export function loadDrivers(): void {
  for (const module of ['loop', 'dm_mod', 'xfs', 'ext4']) said('modprobe', module)
}
