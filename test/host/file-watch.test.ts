import {
  appendFileSync,
  linkSync,
  mkdirSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { FileWatch } from '../../src/host/file-watch.ts'
import type { HostChange } from '../../src/host/host.ts'

/** Watches paths, and waits until one of them is told of. */
function watching(t: Test, paths: readonly string[]) {
  const told = new Set<string>()
  let wake: () => void = () => undefined
  const watch = new FileWatch((change: HostChange) => {
    if ('path' in change) told.add(change.path)
    wake()
  })
  // A test that waits for inotify alone would let the process end.
  const alive = setInterval(() => undefined, 1_000)
  t.teardown(() => {
    clearInterval(alive)
    watch.stop()
  })
  watch.watch(paths)
  return {
    watch,
    /** Resolves when the path is told of after the change. */
    tells: async (path: string, change: () => void): Promise<void> => {
      told.clear()
      change()
      while (!told.has(path)) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

t.test('a file that is replaced while somebody reads it is watched further', async (t) => {
  const path = join(t.testdir({ 'scst.conf': 'one' }), 'scst.conf')
  const { tells } = watching(t, [path])
  const reader = openSync(path, 'r')
  t.teardown(() => {
    closeSync(reader)
  })
  await tells(path, () => {
    appendFileSync(path, 'more')
  })
  await tells(path, () => {
    replace(path, 'two')
  })
  await untilFollowed(tells, path)
  t.pass('the new one is watched')
})

t.test('so is one that is replaced and lives on under another name', async (t) => {
  const path = join(t.testdir({ 'scst.conf': 'one' }), 'scst.conf')
  const { tells } = watching(t, [path])
  linkSync(path, `${path}.bak`)
  await tells(path, () => {
    appendFileSync(path, 'more')
  })
  await tells(path, () => {
    replace(path, 'two')
  })
  await untilFollowed(tells, path)
  await tells(path, () => {
    renameSync(path, `${path}~`)
  })
  await tells(path, () => {
    writeFileSync(path, 'three')
  })
  t.pass('and one that was moved away and written anew')
})

/** That it was replaced is found out by looking: whoever writes at once may be too early. */
async function untilFollowed(
  tells: (path: string, change: () => void) => Promise<void>,
  path: string,
): Promise<void> {
  const writing = setInterval(() => {
    appendFileSync(path, 'x')
  }, 5)
  try {
    await tells(path, () => undefined)
  } finally {
    clearInterval(writing)
  }
}

t.test('what comes to be is told of, however many directories are missing', async (t) => {
  const root = t.testdir({})
  const path = join(root, 'opt', 'mhvtl', 'STK_L700', 'E01001L8', 'mam')
  const { watch, tells } = watching(t, [path])
  await tells(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
  })
  await tells(path, () => {
    writeFileSync(path, 'load')
  })
  await tells(path, () => {
    rmSync(join(root, 'opt'), { recursive: true })
  })
  await tells(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
  })
  t.equal(watch.error, null)
  t.equal(watch.restarts, 0)
})

t.test('a directory that goes and comes back tells what comes into it', async (t) => {
  const root = t.testdir({ lib: { T1: {} } })
  const [lib, mam] = [join(root, 'lib'), join(root, 'lib', 'T1', 'mam')]
  const { tells } = watching(t, [lib, mam])
  await tells(lib, () => {
    rmSync(lib, { recursive: true })
  })
  await tells(lib, () => {
    mkdirSync(join(lib, 'T1'), { recursive: true })
  })
  await tells(mam, () => {
    writeFileSync(mam, '')
  })
  await tells(lib, () => {
    mkdirSync(join(lib, 'T2'))
  })
  t.end()
})

t.test('two thousand files are watched at once, and given up again', async (t) => {
  const root = t.testdir({})
  const paths = Array.from({ length: 2_000 }, (_, index) => join(root, `T${index}`, 'mam'))
  for (const path of paths) {
    mkdirSync(dirname(path))
    writeFileSync(path, '')
  }
  const { watch, tells } = watching(t, paths)
  if (watch.error !== null) t.comment(watch.error)
  const last = paths[1_999] ?? ''
  await tells(last, () => {
    writeFileSync(last, 'load')
  })
  watch.watch([last])
  await tells(last, () => {
    writeFileSync(last, 'unload')
  })
  t.equal(watch.error, null)
})

t.test('a watch that is started again tells of what comes after', async (t) => {
  const path = join(t.testdir({ 'scst.conf': 'one' }), 'scst.conf')
  const { watch, tells } = watching(t, [path])
  watch.restart()
  await tells(path, () => {
    writeFileSync(path, 'two')
  })
  t.strictSame([watch.restarts, watch.error], [1, null])
})
