import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import type { Bench } from '../support/native.ts'

/** Who listens, with whatever build of the addon the bench has. */
export const tcpListenerCases: Record<string, (t: Test, bench: Bench) => Promise<void>> = {
  'those that listen are told, and no longer than they do': async (t, bench) => {
    const hosts = ['127.0.0.1', '127.0.0.2', '0.0.0.0']
    const addresses = ['7f000001', '7f000002', '00000000']
    // A machine may be without.
    if (readTable('/proc/net/if_inet6').includes('00000000000000000000000000000001')) {
      hosts.push('::1', '::')
      addresses.push('1'.padStart(32, '0'), '0'.repeat(32))
    }
    const outcome = await bench.run('tcp-listener-scenarios.mjs', 'listeners', { given: { hosts } })
    t.match(outcome, { exitCode: 0, stderr: '' })
    t.strictSame(outcome.result, { told: addresses.map((address) => [address]), after: [] })
  },
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
