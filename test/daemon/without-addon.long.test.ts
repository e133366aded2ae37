import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/package.ts'
import { startTestDaemon } from '../support/daemon.ts'
import { canRun, isTapeNode, onPretendedAppliance, openedIn, tracing } from '../support/traced.ts'

const isTraceable =
  canRun([...tracing('/dev/null'), 'true']) &&
  canRun(['unshare', '-m', 'true']) &&
  canRun(['sh', '-c', 'command -v sg_raw'])
if (process.env.CI && process.getuid?.() === 0 && !isTraceable) throw new Error('not traceable')

/** What a build without a compiler leaves: everything but the addon. */
function installWithoutAddon(directory: string): string {
  for (const part of ['package.json', 'dist/src', 'dist/page', 'migrations']) {
    cpSync(join(packageRoot, part), join(directory, part), { recursive: true })
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(directory, 'node_modules'))
  return directory
}

t.test('without the addon the daemon runs, and says what is missing', async (t) => {
  const installedIn = installWithoutAddon(t.testdir({}))
  const daemon = await startTestDaemon(t, { installedIn })
  t.ok(
    daemon.log.some((line) =>
      line.includes(
        'no native addon: native-bindings/build/Release/storwarden.node was never built: ',
      ),
    ),
    daemon.log.join('\n'),
  )
  t.match(await daemon.get('/api/v1/health'), { components: Object })
  t.equal(await daemon.end('SIGTERM'), 0)
})

t.test(
  'it asks the drives by sg_raw then',
  { skip: !isTraceable && 'tracing takes root' },
  async (t) => {
    const directory = t.testdir({})
    const trace = join(directory, 'trace')
    const root = join(directory, 'root')
    mkdirSync(root)
    const daemon = await startTestDaemon(t, {
      installedIn: installWithoutAddon(join(directory, 'installed')),
      under: [...onPretendedAppliance(root), ...tracing(trace)],
    })
    const { items } = await daemon.get<{ items: unknown[] }>('/api/v1/hardware/drives')
    t.match(items, [{ id: 'XYZZY_A01', device: '/dev/sg13', tape_node: 'st0' }])
    t.equal(await daemon.end('SIGTERM'), 0)
    const opened = openedIn(trace)
    const programs = new Set(
      opened.filter(({ path }) => path === '/dev/sg13').map(({ program }) => program),
    )
    t.strictSame([...programs], ['sg_raw'])
    t.strictSame(opened.filter(isTapeNode), [])
  },
)
