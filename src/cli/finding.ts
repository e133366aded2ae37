/** What `storwarden doctor` has found at one place. */
export interface Finding {
  check: string
  /** `warn`: it works without, but not everything does. `unknown`: it cannot be looked at here. */
  status: 'ok' | 'unknown' | 'warn' | 'fail'
  message: string
  /** What to do about it; null when there is nothing to do. */
  advice: string | null
}

/** One thing to look at. A rejection is a finding too. */
export interface Check {
  name: string
  look: () => Promise<Omit<Finding, 'check'>>
}

/** It is as it should be. */
export function ok(message: string): Omit<Finding, 'check'> {
  return { status: 'ok', message, advice: null }
}

/** It cannot be looked at here, which is no fault by itself. */
export function unknown(message: string): Omit<Finding, 'check'> {
  return { status: 'unknown', message, advice: null }
}

/** The daemon works without, but not everything does. */
export function warn(message: string, advice: string): Omit<Finding, 'check'> {
  return { status: 'warn', message, advice }
}

/** It has to be mended first. */
export function fail(message: string, advice: string): Omit<Finding, 'check'> {
  return { status: 'fail', message, advice }
}

/** Runs the check for at most so long; what it rejects with is what it found. */
export async function findingOf({ name, look }: Check, timeoutMs: number): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Omit<Finding, 'check'>>((resolve) => {
    timer = setTimeout(() => {
      const advice = 'look for what hangs: dmesg, ps with state D'
      resolve(fail(`no answer within ${timeoutMs / 1000} s`, advice))
    }, timeoutMs)
  })
  try {
    return { check: name, ...(await Promise.race([look(), late])) }
  } catch (error) {
    return { check: name, ...fail((error as Error).message, 'mend what the message names') }
  } finally {
    clearTimeout(timer)
  }
}
