import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { throughPrivileged } from '../../src/host/privileged/through.ts'
import { version } from '../../src/package.ts'
import { noOtherUsers, startProgram } from '../support/privileged-program.ts'

// Says what it is to run, and what that says: a volume that was just created, and holds what the name says.
const SYSTEMD_RUN = `
while [ "$1" != -- ]; do shift; done; shift
echo "$@" >> SAID
case "$*" in
  lvs*) echo "  storwarden.new" ;;
  blkid*used) echo TYPE=swap ;;
  blkid*) exit 2 ;;
  lvcreate*full*) echo "  insufficient free space" >&2; exit 5 ;;
esac`

t.test(
  'repositories are changed by the program, in units of their own',
  { skip: noOtherUsers() },
  async (t) => {
    const said = join(t.testdir(), 'said')
    const { socket, audited } = await startProgram(t, {
      words: ['--idle-seconds', '0'],
      tools: { 'systemd-run': SYSTEMD_RUN.replace('SAID', said) },
    })
    const now = () => new Date()
    const { repositories, stop } = throughPrivileged(new LinuxHost({ native: null, now }), {
      ...{ socket, version, now, scstConfigPath: () => '/etc/scst.conf' },
    })
    t.teardown(stop)
    if (repositories === null) throw new Error('no repositories')

    await repositories.change({ change: 'create_volume', group: 'vg', volume: 'new', extents: 9 })
    const full = { change: 'create_volume', group: 'vg', volume: 'full', extents: 9 } as const
    await t.rejects(repositories.change(full), {
      ...{ code: 'ERR_COMMAND', exitCode: 5, message: /insufficient free space/ },
    })
    t.strictSame(await repositories.volume({ group: 'vg', volume: 'new' }), {
      ...{ signature: null, tags: ['storwarden.new'] },
    })
    const make = { change: 'make_filesystem', group: 'vg', filesystem: 'ext4' } as const
    await repositories.change({ ...make, volume: 'new' })
    await t.rejects(repositories.change({ ...make, volume: 'used' }), {
      ...{ code: 'ERR_REFUSED', message: '/dev/vg/used: refused: there is swap on it' },
    })
    const lines = readFileSync(said, 'utf8').trim().split('\n')
    t.strictSame(
      lines.filter((line) => !/^(?:lvs|blkid)/.test(line)),
      [
        'lvcreate --type linear --wipesignatures n --zero n --addtag storwarden.new --extents 9 --name new vg',
        'lvcreate --type linear --wipesignatures n --zero n --addtag storwarden.new --extents 9 --name full vg',
        'mkfs.ext4 -q /dev/vg/new',
        'lvchange --deltag storwarden.new --addtag storwarden.repository vg/new',
      ],
    )
    // Of what is not mounted nothing is grown, and no unit is started that it has not written.
    const grow = {
      change: 'grow_filesystem',
      group: 'vg',
      volume: 'new',
      filesystem: 'xfs',
    } as const
    const nowhere = { mount_point: '/srv/storwarden-is-not-there' }
    await t.rejects(repositories.change({ ...grow, ...nowhere }), { code: 'ERR_REFUSED' })
    await t.rejects(repositories.change({ change: 'mount', ...nowhere }), {
      code: 'ERR_NOT_FOUND',
    })
    await t.rejects(repositories.place('/etc/x'), { code: 'ERR_REFUSED' })
    t.match(
      audited()
        .filter(({ operation }) => operation === 'change_repository')
        .slice(0, 3),
      [
        { decision: 'granted', params: { change: 'create_volume' }, outcome: 'begun' },
        { params: { group: 'vg', volume: 'new', extents: 9 }, outcome: 'ok', duration_ms: Number },
        { params: { volume: 'full' }, outcome: 'begun' },
      ],
    )
  },
)
