import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { throughPrivileged } from '../../src/host/privileged/through.ts'
import { vtlArgv } from '../../src/host/vtl-commands.ts'
import { version } from '../../src/package.ts'
import { noOtherUsers, startProgram } from '../support/privileged-program.ts'
import { recorded } from '../support/recorded.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

t.test(
  'mhvtl is changed by the program, through its socket',
  { skip: noOtherUsers() },
  async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'vtl-program-'))
    t.teardown(() => {
      rmSync(root, { recursive: true })
    })
    const [etc, opt, said] = [join(root, 'etc'), join(root, 'opt'), join(root, 'said')]
    for (const folder of [etc, opt]) mkdirSync(folder)
    const conf = recorded('01-steady').file('/etc/mhvtl/device.conf') ?? ''
    const contents = recorded('01-steady').file('/etc/mhvtl/library_contents.50') ?? ''
    writeFileSync(join(etc, 'device.conf'), conf.replaceAll('/opt/mhvtl', opt))
    writeFileSync(join(etc, 'library_contents.50'), contents)
    const { socket, audited } = await startProgram(t, {
      words: ['--idle-seconds', '0', '--mhvtl-config', etc, '--mhvtl-home', opt],
      tools: { vtlcmd: `echo "$@" >> ${said}`, mktape: 'echo "no space" >&2; exit 2' },
    })
    const now = () => new Date()
    const { host, vtl, stop } = throughPrivileged(new LinuxHost({ native: null, now }), {
      ...{ socket, version, now, scstConfigPath: () => '/etc/scst.conf' },
    })
    t.teardown(stop)
    if (vtl === null) throw new Error('no files of mhvtl')

    await host.run(vtlArgv({ command: 'offline', device: 50 }))
    t.equal(readFileSync(said, 'utf8'), '50 offline\n')
    const medium = {
      library: 50,
      barcode: 'V60001L6',
      type: 'data',
      generation: 6,
      size: 500,
    } as const
    await t.rejects(host.run(vtlArgv({ command: 'make_medium', ...medium })), {
      ...{ code: 'ERR_COMMAND', exitCode: 2, message: /no space/ },
    })
    await t.rejects(host.run(vtlArgv({ command: 'offline', device: 99 })), {
      ...{ code: 'ERR_REFUSED', message: 'device 99: refused: device.conf has no library of it' },
    })
    const path = join(etc, 'library_contents.50')
    const changed = contents.replace('Slot 17:', 'Slot 17: V60001L6')
    await vtl.write(path, changed, digest(contents))
    t.equal(readFileSync(path, 'utf8'), changed)
    await t.rejects(vtl.write(path, contents, digest(contents)), {
      message: /it was changed meanwhile$/,
    })
    await vtl.makeHome(50)
    t.ok(existsSync(join(opt, 'HP_MSL')))
    await t.rejects(vtl.removeMedium(50, 'V60001L6'), {
      message: /it is in slot 17 of its library/,
    })
    await vtl.removeLock(51)

    const requests = audited().filter(({ event }) => event === 'request')
    t.match(requests.slice(0, 2), [
      { operation: 'vtl_command', decision: 'granted', outcome: 'begun' },
      { operation: 'vtl_command', params: { command: 'offline', device: 50 }, outcome: 'ok' },
    ])
    t.match(
      requests
        .filter(({ operation }) => operation === 'write_vtl_file')
        .map(({ outcome }) => outcome),
      ['begun', 'ok', 'begun', 'ERR_REFUSED'],
    )
  },
)
