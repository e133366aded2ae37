import type { DatabaseConnection } from '../../src/db/pool.ts'
import { LineProcess } from './line-process.ts'

/** A psql that is kept open, and what it talks to. */
export interface Psql {
  /** Of psql, and of the server's process for its connection. */
  pids: { psql: number; server: number }
  /** Copies rows, tab between values and one a line, into a table. */
  copy(table: string, rows: string): Promise<void>
  end(): void
}

/** Starts psql, of postgresql-client, on a server's socket. */
export async function startPsql(connection: DatabaseConnection): Promise<Psql> {
  if ('url' in connection) throw new Error('psql: a socket is expected')
  const { host, user, database, port = 5432 } = connection
  const psql = new LineProcess([
    ...['psql', '--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1'],
    ...['--host', host, '--port', `${port}`, '--username', user, '--dbname', database],
  ])
  psql.tell('select pg_backend_pid();')
  const server = Number(await psql.line())
  return {
    pids: { psql: psql.pid, server },
    async copy(table, rows) {
      psql.tell(`\\copy ${table} from stdin\n${rows}\\.\n\\echo done`)
      const line = await psql.line()
      if (line !== 'done') throw new Error(`psql: ${line}`)
    },
    end: () => {
      psql.end()
    },
  }
}
