import { latestBackups } from '../backups/store.ts'
import { backupSettings } from '../applied-config.ts'
import type { Config } from '../config/schema.ts'
import { runningConnection } from '../db/embedded/socket.ts'
import { openPool } from '../db/pool.ts'
import { NotFoundError, type Host } from '../host/host.ts'
import { loadNative } from '../host/load-native.ts'
import { ok, unknown, warn, type Check } from './finding.ts'

const HOUR_MS = 3600_000

/** What has to go on working while the daemon runs. */
export function upkeepChecks(host: Host, config: Config, now: () => Date): Check[] {
  return [
    { name: 'native addon', look: async () => lookAtAddon() },
    { name: 'clock', look: () => lookAtClock(host) },
    { name: 'kernel modules', look: () => lookAtModules(host, config) },
    { name: 'backups', look: () => lookAtBackups(config, now()) },
  ]
}

function lookAtAddon() {
  const addon = loadNative()
  if ('native' in addon) return ok('loaded')
  return warn(addon.missing, 'without it sg_raw asks the devices, and changes are noticed later')
}

/** Times of alerts and of backups are worth what the clock is. */
async function lookAtClock(host: Host) {
  try {
    const { stdout } = await host.run(['timedatectl', 'show', '--property=NTPSynchronized'], {
      timeoutMs: 10_000,
    })
    if (/^NTPSynchronized=yes$/m.test(stdout)) return ok('synchronised')
    return warn('not synchronised', 'apt install chrony, or systemctl start systemd-timesyncd')
  } catch (error) {
    if (error instanceof NotFoundError) return unknown('there is no timedatectl')
    return warn((error as Error).message, 'look at it with timedatectl')
  }
}

/** Who is configured and has no module does not run, whatever its service says. */
async function lookAtModules(host: Host, config: Config) {
  const listed = await host.readText('/proc/modules').catch(() => null)
  if (listed === null) return unknown('/proc/modules cannot be read')
  const loaded = new Set(listed.split('\n').map((line) => line.split(' ')[0] ?? ''))
  // One that is built into the kernel is in no list, and has a folder.
  const runs = async (name: string) =>
    loaded.has(name) || (await host.exists(`/sys/module/${name}`))
  const configured: [module: string, file: string][] = [
    ['scst', config.scst.config_path],
    ['mhvtl', `${config.mhvtl.config_dir}/device.conf`],
  ]
  const missing: string[] = []
  for (const [name, file] of configured) {
    if ((await host.exists(file)) && !(await runs(name))) missing.push(`${name} (${file} is there)`)
  }
  if (missing.length === 0) return ok('what is configured is loaded')
  const names = missing.map((one) => one.split(' ')[0] ?? '')
  return warn(
    `not loaded: ${missing.join(', ')}`,
    `modprobe ${names.join(' ')}, or start the service that does`,
  )
}

async function lookAtBackups(config: Config, now: Date) {
  const { url } = config.database
  const { overdueHours, directory } = backupSettings(config)
  const pool = openPool({
    connection: url === null ? runningConnection(config.state_dir) : { url },
    ...{ poolSize: 1, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 },
  })
  try {
    const { verified, last } = await latestBackups(pool)
    const failure = last?.error ?? last?.verifyError
    const why = failure == null ? '' : `; the last one failed: ${failure}`
    const advice = `storwarden backup --verify, which writes to ${directory}`
    if (verified === null) return warn(`there is no verified backup${why}`, advice)
    const hours = (now.getTime() - verified.startedAt.getTime()) / HOUR_MS
    const said = `the last verified one is ${hours.toFixed(1)} h old`
    if (overdueHours > 0 && hours > overdueHours) return warn(`${said}${why}`, advice)
    return ok(`${said}: ${verified.path ?? ''}`)
  } catch {
    return unknown('the database is not reachable now')
  } finally {
    await pool.close()
  }
}
