import type { Host } from '../../src/host/host.ts'

/** The methods of Host, all of which ask something. */
const METHODS = [
  ...['run', 'readText', 'readBytes', 'list', 'exists', 'realpath', 'stat', 'statfs', 'scsi'],
] as (keyof Host)[]

/** One thing that was asked of a host; asking it again throws the answer away, an error too. */
export type Question = () => Promise<void>

/** A host that passes on what it is asked, and notes it. */
export function noting(host: Host): { host: Host; questions: Question[] } {
  const questions: Question[] = []
  const methods = METHODS.map((method) => {
    const ask = (host[method] as (...words: unknown[]) => Promise<unknown>).bind(host)
    const noted = (...words: unknown[]) => {
      questions.push(() => ask(...words).then(ignore, ignore))
      return ask(...words)
    }
    return [method, noted] as const
  })
  return { host: Object.fromEntries(methods) as unknown as Host, questions }
}

function ignore(): void {
  // Only that it was answered counts.
}
