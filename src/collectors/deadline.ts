/** A collection outlived its deadline; it may still go on. */
export class CollectionTimeout extends Error {
  readonly code = 'ERR_TIMEOUT'

  constructor(timeoutMs: number) {
    super(`not collected within ${timeoutMs} ms`)
    this.name = 'CollectionTimeout'
  }
}

/** The outcome of the work, or a rejection with CollectionTimeout when it has none by then. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new CollectionTimeout(timeoutMs))
    }, timeoutMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
