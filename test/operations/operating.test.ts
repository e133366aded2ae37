import t from 'tap'
import type { Config } from '../../src/config/schema.ts'
import { SelfMetrics } from '../../src/exporter/self.ts'
import { operating } from '../../src/operating.ts'
import type { Log } from '../../src/log.ts'
import { inquiry, logSense } from '../../src/scsi/cdb.ts'

const now = () => new Date('2026-11-20T21:00:00Z')

function started() {
  const operated = operating({
    config: () => ({ monitoring: { log_operations: false } }) as Config,
    self: new SelfMetrics({
      application: { name: 'storwarden', version: '0' },
      ...{
        breakers: () => [],
        breakerFailures: () => new Map(),
        stuckCalls: () => 0,
        heldEvaluations: () => 0,
      },
      connections: () => ({ idle: 0, active: 0, waiting: 0 }),
      websocket: () => ({ clients: 0, sent: 0, dropped: 0, evicted: 0 }),
      ...{
        watcherRestarts: () => ({}),
        logLinesLost: () => 0,
        caches: () => operated.caches.statistics(),
        fleet: () => null,
      },
    }),
    log: {} as Log,
    now,
  })
  return operated
}

t.test('a command says which device it was about, by its serial number once that is known', (t) => {
  const { operations, host, loop } = started()
  const collected = loop.onCollected
  const asked = { tool: 'sg_io', device: '/dev/sg3', cdb: logSense(0x17) }
  host.command(asked, 0.2, 'ok', null)
  const drive = { serial: 'XYZZY_A1', paths: ['/dev/sg3', '/dev/sg9'] }
  collected({
    ...{ subject: 'tape_drives', seconds: 0.1, status: 'ok', value: [drive], error: null },
  })
  host.command(asked, 0.2, 'timeout', 'sg_io /dev/sg3: no answer, password=hunter2')
  host.command({ tool: 'sg_io', device: '/dev/sg4', cdb: inquiry(null) }, 0.1, 'ok', null)
  host.command({ tool: 'vgs', device: null, cdb: null }, 0.1, 'error', 'exit 5')
  collected({
    ...{ subject: 'scst', seconds: 1, status: 'timeout', value: undefined, error: 'not collected' },
  })
  const said = operations.recent({ limit: 10 }).reverse()
  t.strictSame(
    said.map(({ operation, status, labels, affected, error }) => [
      ...[operation, status, labels, affected, error],
    ]),
    [
      ['read_log_pages', 'ok', { device: '/dev/sg3', page: '17' }, null, null],
      ['poll_tape_drive', 'ok', { collector: 'tape_drives' }, 1, null],
      [
        'read_log_pages',
        'timeout',
        { device: '/dev/sg3', serial: 'XYZZY_A1', page: '17' },
        null,
        'sg_io /dev/sg3: no answer, password=REDACTED',
      ],
      ['inquiry', 'ok', { device: '/dev/sg4' }, null, null],
      ['run_vgs', 'error', {}, null, 'exit 5'],
      ['poll_scst', 'timeout', { collector: 'scst' }, null, 'not collected'],
    ],
  )
  t.end()
})
