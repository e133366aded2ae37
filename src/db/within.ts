import { DatabaseUnavailableError } from './database.ts'

/**
 * A server that hangs (a stopped process, a network that swallows packets) never answers at all, so
 * the limit it was told does not help. Rejects with DatabaseUnavailableError then; 0 waits for ever.
 */
export async function within<T>(limitMs: number, answer: Promise<T>): Promise<T> {
  if (limitMs === 0) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const cause = Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })
      reject(new DatabaseUnavailableError(`no answer within ${limitMs / 1000} s`, { cause }))
    }, limitMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
