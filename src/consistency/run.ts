import type { Snapshot } from '../snapshot.ts'
import type { Catalogue } from './catalogue-store.ts'
import { comparisons, driveSamples, mismatches, type Compared } from './checks.ts'
import type { CheckName, Ignored, RawDifference, Side } from './difference.ts'
import { knownSide, learn, type KnownThing } from './known.ts'
import type { MediaFiles, MediaReader } from './media.ts'
import { inWords, outcomeOf, type CheckOutcome, type Sample } from './outcome.ts'
import type { ConfiguredContents } from './vtl.ts'

/** A check that was made, with what is needed to do something about it. */
export interface CheckRun {
  outcome: CheckOutcome
  raw: readonly RawDifference[]
  sides: readonly Side[]
}

/** What checks are made with. */
export interface RunInput {
  snapshot: Snapshot
  known: readonly KnownThing[]
  ignored: readonly (Ignored & { id: string })[]
  catalogue: Catalogue | null
  media: MediaReader
  mhvtlConfigDir: string
  seed: number
  at: Date
  elapsedMs: () => number
}

/** Makes the checks, one after the other, and says what is to be remembered of them. */
export async function runChecks(
  names: readonly CheckName[],
  input: RunInput,
): Promise<{ runs: CheckRun[]; learned: KnownThing[] }> {
  const runs: CheckRun[] = []
  const learned: KnownThing[] = []
  for (const check of names) {
    const { run, sound } = await runCheck(check, input)
    runs.push(run)
    const known = input.known.filter((thing) => thing.check === check)
    learned.push(...learn(check, sound, known))
  }
  return { runs, learned }
}

async function runCheck(
  check: CheckName,
  input: RunInput,
): Promise<{ run: CheckRun; sound: Compared['sound'] }> {
  const { snapshot, catalogue, at, elapsedMs } = input
  const startedMs = elapsedMs()
  const known = input.known.filter((thing) => thing.check === check)
  const { media, contents, samples } = await looked(check, input)
  const compared = comparisons[check]({
    ...{ readings: snapshot.readings, known, media, contents, catalogue },
  })
  const raw = [...compared.differences, ...mismatches(samples, at)]
  const ignored = new Map(input.ignored.map((one) => [one.id, ignoredOf(one)]))
  const differences = raw.map((one) => inWords(check, one, ignored))
  const timing = { checkedAt: at, durationSeconds: (elapsedMs() - startedMs) / 1000 }
  const sides = [...compared.sides, knownSide(known)]
  const outcome = outcomeOf(check, compared.sides, differences, samples, timing)
  return { run: { outcome, raw, sides }, sound: compared.sound }
}

interface Looked {
  media: MediaFiles
  contents: ReadonlyMap<string, ConfiguredContents>
  samples: Sample[]
}

/** What a check reads besides the snapshot. */
async function looked(
  check: CheckName,
  { snapshot, media, mhvtlConfigDir, seed }: RunInput,
): Promise<Looked> {
  const { mhvtl, tape_health: drives } = snapshot.readings
  const nothing: Looked = { media: new Map(), contents: new Map(), samples: [] }
  if (check === 'library') {
    return { ...nothing, samples: drives?.state === 'read' ? driveSamples(drives.value) : [] }
  }
  if (check !== 'vtl' || mhvtl?.state !== 'read') return nothing
  const { libraries, moduleLoaded } = mhvtl.value
  const contents = new Map<string, ConfiguredContents>()
  for (const library of libraries) {
    const told = await media.contents(library, { moduleLoaded, directory: mhvtlConfigDir })
    contents.set(library.id, told)
  }
  return {
    media: await media.look(mhvtl.value),
    contents,
    samples: await media.sample(mhvtl.value, seed),
  }
}

function ignoredOf({ by, at, reason, until }: Ignored): Ignored {
  return { by, at, reason, until }
}
