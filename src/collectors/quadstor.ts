import { TimeoutError, type Host } from '../host/host.ts'
import { ABSENT, type Collector, type Problem } from './collector.ts'
import { isFailure } from './failures.ts'
import {
  parseVcconfig,
  parseVtconfig,
  parseVtconfigLibrary,
  type ListedLibrary,
  type QuadstorCartridge,
  type ToldDrive,
} from './quadstor-text.ts'

/** The virtual tape libraries of QUADStor VTL, as its own tools tell. They are looked at, and never changed. */
export interface Quadstor {
  libraries: readonly QuadstorLibrary[]
}

/** A library of QUADStor. What its tools did not tell is null. */
export interface QuadstorLibrary {
  /** Its name: of libraries there are no two of one. */
  id: string
  /** Vendor and product that it shows, in one. */
  type: string
  /** Serial number of its changer. */
  serial: string | null
  slots: number | null
  importExportSlots: number | null
  drives: readonly ToldDrive[] | null
  cartridges: readonly QuadstorCartridge[] | null
}

const TOOLS = '/quadstorvtl/bin'
const LIST_MS = 10_000

/** QUADStor VTL: its libraries, their drives and cartridges. */
export const quadstor: Collector<Quadstor> = {
  name: 'quadstor',
  intervalSeconds: 60,
  timeoutMs: 60_000,

  async collect(host) {
    if (!(await host.exists(`${TOOLS}/vtconfig`))) return ABSENT
    const listed = parseVtconfig(await listing(host, 'vtconfig'))
    const problems: Problem[] = []
    const libraries: QuadstorLibrary[] = []
    const service = { hangs: false }
    for (const library of listed) {
      const problem = (error: string) => {
        problems.push({ labels: { library: library.name }, error: `${library.name}: ${error}` })
      }
      const attempt = async <T>(read: () => Promise<T>): Promise<T | null> => {
        // One service answers all of it: what hangs once is not waited for again and again.
        if (service.hangs) return null
        try {
          return await read()
        } catch (error) {
          if (!isFailure(error)) throw error
          service.hangs = error instanceof TimeoutError
          problem(error.message)
          return null
        }
      }
      if (service.hangs) problem('not asked, as QUADStor did not answer')
      libraries.push(await readLibrary(host, library, { attempt, problem }))
    }
    return { value: { libraries }, problems, coverage: problems.length === 0 ? 'all' : 'some' }
  },
}

async function listing(
  host: Host,
  tool: 'vtconfig' | 'vcconfig',
  library?: string,
): Promise<string> {
  const of = library === undefined ? [] : ['-v', library]
  const argv = [`${TOOLS}/${tool}`, '-l', ...of]
  return (await host.run(argv, { timeoutMs: LIST_MS })).stdout
}

interface Attempts {
  /** What was read; null when it could not be, which is a problem. */
  attempt: <T>(read: () => Promise<T>) => Promise<T | null>
  problem: (error: string) => void
}

async function readLibrary(
  host: Host,
  { name, type }: ListedLibrary,
  { attempt, problem }: Attempts,
): Promise<QuadstorLibrary> {
  const told = await attempt(async () =>
    parseVtconfigLibrary(await listing(host, 'vtconfig', name)),
  )
  if (told?.drives === null) problem('vtconfig -l -v: no list of drives that is known')
  return {
    ...{ id: name, type, serial: told?.serial ?? null },
    ...{ slots: told?.slots ?? null, importExportSlots: told?.importExportSlots ?? null },
    drives: told?.drives ?? null,
    cartridges: await attempt(async () => parseVcconfig(await listing(host, 'vcconfig', name))),
  }
}
