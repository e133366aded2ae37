// A drill of the loss of a machine: how long it takes until a backup is a daemon that answers (RTO), and how much is
// lost (RPO). `node scripts/drill.mjs` makes a daemon, backs it up, and loses it; `--backup FILE` takes a backup that
// there is. Everything happens in a folder below /tmp; the machine is not asked, a recording is played.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './steps/root.mjs'

const RTO_SECONDS = 4 * 3600
const RPO_SECONDS = 24 * 3600
/** Of the schedule that backups have by default. */
const INTERVAL_SECONDS = 12 * 3600

const { values } = parseArgs({ options: { backup: { type: 'string' }, json: { type: 'boolean' } } })
const folder = await mkdtemp(join(tmpdir(), 'storwarden-drill-'))
await chmod(folder, 0o755)
// Not that of the backup: its log files and addresses are those of another machine.
const config = join(folder, 'config.yaml')
await writeFile(config, 'log:\n  level: info\n')
const dist = join(root, 'dist', 'src')
const environment = { ...process.env, DATABASE_URL: '', STORWARDEN_DATABASE_URL: '' }
let daemon = null

try {
  const figures = {}
  let backup = values.backup
  if (backup === undefined) {
    await started('lost')
    backup = join(folder, 'backups')
    figures.backup_seconds = await took(() =>
      cli(['backup', '--verify', '--output', backup, ...where('lost')]),
    )
    await ended('SIGKILL')
    await rm(join(folder, 'lost'), { recursive: true })
  }
  figures.restore_seconds = await took(() =>
    cli(['restore', backup, '--no-config', ...where('new')]),
  )
  figures.start_seconds = await took(() => started('new'))
  await ended('SIGTERM')
  figures.rto_seconds = figures.restore_seconds + figures.start_seconds
  figures.rpo_seconds = INTERVAL_SECONDS + (figures.backup_seconds ?? 0)
  const good = figures.rto_seconds <= RTO_SECONDS && figures.rpo_seconds <= RPO_SECONDS
  if (values.json) console.log(JSON.stringify({ ...figures, ok: good }))
  else print(figures, good)
  process.exitCode = good ? 0 : 1
} catch (error) {
  console.error(`drill: ${error.message}`)
  process.exitCode = 1
} finally {
  await ended('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

function where(name) {
  return ['--config', config, '--state-dir', join(folder, name)]
}

/** Resolves when the daemon is ready. */
async function started(name) {
  const argv = [...where(name), '--listen', '127.0.0.1:0']
  const recording = join(root, 'fixtures', 'recordings', '01-steady')
  daemon = spawn(process.execPath, [join(dist, 'main.js'), ...argv, '--replay', recording], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: daemon.stdout }).on('line', (line) => {
      const [, found] = /listening on (http:\S+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    daemon.once('exit', (code) => reject(new Error(`storwardend ended with ${code}`)))
  })
  for (;;) {
    const { status } = await fetch(`${url}/health/ready`)
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function ended(signal) {
  if (daemon === null) return
  const child = daemon
  daemon = null
  const over = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode !== null || child.signalCode !== null || !child.kill(signal)) return
  await over
}

async function cli(argv) {
  const child = spawn(process.execPath, [join(dist, 'cli', 'main.js'), ...argv], {
    env: environment,
    stdio: ['ignore', values.json ? 'ignore' : 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`storwarden ${argv[0]}: exit status ${code}`)
}

async function took(work) {
  const begin = performance.now()
  await work()
  return Math.round(performance.now() - begin) / 1000
}

function print(figures, good) {
  const line = (name, seconds) => console.log(`${name.padEnd(44)} ${seconds.toFixed(1)} s`)
  if (figures.backup_seconds !== undefined)
    line('backup, restored and compared', figures.backup_seconds)
  line('restore into an empty machine', figures.restore_seconds)
  line('start until /health/ready says ready', figures.start_seconds)
  line(`RTO (goal ${RTO_SECONDS / 3600} h, packages being there)`, figures.rto_seconds)
  line(
    `RPO (goal ${RPO_SECONDS / 3600} h, a backup every ${INTERVAL_SECONDS / 3600} h)`,
    figures.rpo_seconds,
  )
  console.log(good ? 'within both' : 'NOT within both')
}
