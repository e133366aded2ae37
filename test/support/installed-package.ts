import { copyFileSync, writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import type { DebianRoot } from './debian-root.ts'
import { openNotifySocket } from './notify-socket.ts'
import { valuesOf } from './unit-files.ts'

/** What the daemon remembers, in a root of Debian. */
export const STATE = '/var/lib/storwarden'
/** Its configuration. */
export const CONFIG = '/etc/storwarden/config.yaml'
/** Before a command, to run it as the daemon's user. */
export const AS_DAEMON = 'setpriv --reuid storwarden --regid storwarden --init-groups'
/** psql on the embedded server, which only its user reaches. */
const PSQL = `${AS_DAEMON} psql -h ${STATE}/postgresql/socket -U storwarden -d storwarden -At`

/** Has dpkg install a package; what it said. */
export function installed(root: DebianRoot, file: string): string {
  copyFileSync(file, root.file('/tmp/package.deb'))
  return root.sh('dpkg --force-unsafe-io -i /tmp/package.deb 2>&1; rm /tmp/package.deb')
}

/** Starts the daemon as its unit would, and waits until it says that it is ready. */
export async function started(t: Test, root: DebianRoot, under: readonly string[] = []) {
  count += 1
  const socket = await openNotifySocket(t, `@storwarden-package-${process.pid}-${count}`)
  const program = root
    .sh(`sed -n 's/^ExecStart=//p' /lib/systemd/system/storwardend.service`)
    .trim()
  const [umask = ''] = valuesOf('storwardend.service', 'UMask')
  const daemon = root.start(
    ...(['storwarden', { NOTIFY_SOCKET: socket.name }] as const),
    ...['sh', '-c', `umask ${umask}; exec "$@"`, 'sh', ...under, program],
  )
  const until = async (what: RegExp) => {
    const messages: string[] = []
    for (;;) {
      const { message } = await socket.next()
      messages.push(message)
      if (what.test(message)) return messages
    }
  }
  const ended = daemon.ended.then((status) => {
    throw new Error(`the daemon ended with ${String(status)}: ${daemon.lines.join('\n')}`)
  })
  ended.catch(() => undefined)
  const first = await Promise.race([until(/^STATUS=listening on /), ended])
  const url = first.at(-1)?.replace('STATUS=listening on ', '') ?? ''
  /** What it told systemd from then on until it stopped. */
  return { daemon, url, messages: () => until(/^STOPPING=1$/) }
}
let count = 0

/** Every file of the root but for what dpkg, man and the system keep for themselves. */
export function filesOf(root: DebianRoot): string[] {
  const others = [
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/tmp',
    '/var/lib/dpkg',
    '/var/cache',
    '/var/log',
  ]
  const pruned = others.map((folder) => `-path ${folder} -prune -o`).join(' ')
  return root.sh(`find / -xdev ${pruned} -print | sort`).split('\n')
}

/** What an appliance had to tell when it had the first schema. */
export const ROWS = `
  insert into events (source, message, level, event_type, "timestamp")
    select 'test', 'event ' || n, 'info', 'log', now() - n * interval '1 minute'
    from generate_series(1, 1000) n;
  insert into inventory (kind, id, name, labels, virtual, first_seen, last_seen)
    select 'drive', 'D' || n, 'D' || n, '{}', false, now(), now() from generate_series(1, 100) n;
  insert into alerts (id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
      state, count, started_at, fired_at, last_seen_at, resolved_at, resolution)
    select gen_random_uuid(), 'f' || n, 'Tried', 'title', 'warning', 'tape', 'D1', '{}', 'message', 'why', '{}',
      'resolved', 1, now(), now(), now(), now(), 'auto' from generate_series(1, 50) n;
`
/** How much of it there is still. */
export const KEPT = `select (select count(*) from events where source = 'test'),
  (select count(*) from inventory), (select count(*) from alerts where rule = 'Tried')`

/** The answer of the server that the daemon runs. */
export function sql(root: DebianRoot, statement: string): string {
  return root.sh(`${PSQL} -c "${statement}"`).trim()
}

/** The same while no daemon runs: the server is started for it alone. */
export function onServer(root: DebianRoot, statement: string): string {
  const data = `${STATE}/postgresql/data`
  const bin = '$(echo /usr/lib/postgresql/*/bin)'
  const start = `${bin}/pg_ctl -D ${data} -w -s -l /dev/null -o "-k ${STATE}/postgresql -h ''" start`
  root.sh(`cd /; ${AS_DAEMON} ${start}`)
  try {
    writeFileSync(root.file('/tmp/statement'), statement)
    return root.sh(`${PSQL.replace('/socket', '')} -q -v ON_ERROR_STOP=1 -f /tmp/statement`).trim()
  } finally {
    root.sh(`cd /; ${AS_DAEMON} ${bin}/pg_ctl -D ${data} -w -s -m fast stop`)
  }
}
