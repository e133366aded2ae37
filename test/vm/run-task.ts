import assert from 'node:assert/strict'
import type { TaskKind } from '../../src/tasks/kind.ts'

/** Plans a task of one of the kinds and carries it out, step by step; resolves with its log. */
export async function runTask(
  kinds: readonly TaskKind[],
  name: string,
  params: Record<string, unknown>,
): Promise<string[]> {
  const kind = kinds.find((one) => one.name === name)
  assert.ok(kind)
  const log: string[] = []
  const progress = {
    signal: new AbortController().signal,
    report: () => undefined,
    affect: () => undefined,
    log: async (message: string) => void log.push(message),
  }
  for (const step of await kind.plan(params)) await kind.run(step, progress)
  return log
}
