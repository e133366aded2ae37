import type { Test } from 'tap'
import type { Bench } from '../support/native.ts'

const FILE = 'unix-socket-scenarios.mjs'

/** Unix sockets, with whatever build of the addon the bench has. */
export const unixSocketCases: Record<string, (t: Test, bench: Bench) => Promise<void>> = {
  'who connected is told by process, user and group': async (t, bench) => {
    const { result } = await bench.run(FILE, 'peer', { given: { folder: bench.folder } })
    const { own, peer } = result as { own: object; peer: object }
    t.strictSame(peer, own)
  },

  'what is no connected Unix socket has no peer': async (t, bench) => {
    const { result } = await bench.run(FILE, 'noPeer', { given: { folder: bench.folder } })
    t.strictSame(result, {
      file: 'ENOTSOCK',
      tcp: 'EINVAL',
      closed: 'EBADF',
      words: 'descriptor is not a whole number up to 2147483647',
    })
  },

  'a socket that listens is taken, and not handed on to processes': async (t, bench) => {
    const { result } = await bench.run(FILE, 'listener', { given: { folder: bench.folder } })
    t.strictSame(result, { handedOn: false })
  },

  'what does not listen, or listens to others, is not taken': async (t, bench) => {
    const { result } = await bench.run(FILE, 'noListener', { given: { folder: bench.folder } })
    t.strictSame(result, { connected: 'EINVAL', tcp: 'EINVAL', file: 'ENOTSOCK', closed: 'EBADF' })
  },
}
