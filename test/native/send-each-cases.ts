import type { Test } from 'tap'
import type { Bench } from '../support/native.ts'

const FILE = 'send-each-scenarios.mjs'

/** Sending the same to many sockets, with whatever build of the addon the bench has. */
export const sendEachCases: Record<string, (t: Test, bench: Bench) => Promise<void>> = {
  'each socket gets the bytes, and it is told how many each has taken': async (t, bench) => {
    const { result } = await bench.run(FILE, 'many')
    t.strictSame(result, { taken: [5, 5, 5], heard: ['frame', 'frame', 'frame'] })
  },

  'a socket that is full takes a part, then nothing, and keeps nobody waiting': async (
    t,
    bench,
  ) => {
    const { result } = await bench.run(FILE, 'full')
    t.match(result, { whole: true, part: true, then: [-1, 4] })
  },

  'what is no socket, is closed or was left by its peer takes nothing': async (t, bench) => {
    const { result } = await bench.run(FILE, 'none')
    t.strictSame(result, { taken: [-1, -1, -1, -1], none: [] })
  },

  'what it is given has to be what it takes': async (t, bench) => {
    const { result } = await bench.run(FILE, 'wrong')
    t.strictSame(result, [
      'descriptors is not an Int32Array',
      'descriptors is not an Int32Array',
      'bytes is not a Uint8Array',
    ])
  },
}
