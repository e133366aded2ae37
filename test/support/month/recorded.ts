import { builtInRules } from '../../../src/rules/index.ts'
import type { Rule } from '../../../src/rules/rule.ts'
import type { Reading, Snapshot, Subjects } from '../../../src/snapshot.ts'
import { watchAppliance } from '../appliance.ts'
import { failed } from '../readings.ts'
import { openRecording } from '../recording.ts'
import type { Random } from './random.ts'
import { once, placeKey, type Truth } from './truth.ts'

/** What is shown of recordings; the other subjects are made up. */
const SUBJECTS = [
  ...(['filesystems', 'volume_groups', 'scst', 'scst_sessions', 'mhvtl', 'services'] as const),
  'smart',
] as const
const NAMES = [
  ...(['01-steady', '06-scst-degraded', '07-raid-degraded-and-full'] as const),
  ...(['08-no-scst', '09-no-tape', '05b-drive-daemon-killed'] as const),
]

type AnyReading = Reading<Subjects[keyof Subjects]>

/** An appliance that is as one recording or another for hours, and of which some subjects cannot be read at times. */
export class RecordedAppliance {
  readonly rules: readonly Rule[]
  readonly #random: Random
  readonly #snapshots: readonly Snapshot[]
  #shown: Snapshot | undefined
  #shownUntil: number
  #failing: { subject: string; until: number } | null = null
  #truths = new Map<string, (reading: AnyReading) => Truth>()
  readings: Snapshot['readings'] = {}

  private constructor(snapshots: readonly Snapshot[], random: Random, begin: number) {
    this.#snapshots = snapshots
    this.#random = random
    this.#shownUntil = begin
    const rules = builtInRules().filter(({ subject }) => SUBJECTS.some((name) => name === subject))
    this.rules = rules.map((rule) => ({
      ...rule,
      check: once((value: object) => rule.check(value as never)) as never,
    }))
    for (const rule of this.rules) this.#truths.set(rule.alert, once(truthOf(rule)))
  }

  static async open(random: Random, begin: number): Promise<RecordedAppliance> {
    const snapshots: Snapshot[] = []
    for (const name of NAMES) {
      snapshots.push((await watchAppliance(openRecording(name)).watch()).snapshot)
    }
    return new RecordedAppliance(snapshots, random, begin)
  }

  advance(now: number): void {
    const random = this.#random
    let changed = false
    if (now >= this.#shownUntil) {
      this.#shown = random.one(this.#snapshots)
      this.#shownUntil = now + random.wait(900)
      changed = true
    }
    if (this.#failing !== null && now >= this.#failing.until) {
      this.#failing = null
      changed = true
    } else if (this.#failing === null && random.chance(1 / 1000)) {
      this.#failing = { subject: random.one(SUBJECTS) ?? '', until: now + random.wait(40) }
      changed = true
    }
    if (changed) this.#show()
  }

  truthOf(rule: Rule): Truth {
    const reading = this.readings[rule.subject]
    const truth = this.#truths.get(rule.alert)
    return reading === undefined || truth === undefined ? 'unknown' : truth(reading)
  }

  #show(): void {
    const shown = SUBJECTS.map((subject) => [
      subject,
      subject === this.#failing?.subject ? failed() : this.#shown?.readings[subject],
    ])
    this.readings = Object.fromEntries(
      shown.filter(([, reading]) => reading !== undefined),
    ) as Snapshot['readings']
  }
}

/** What a reading says of a rule, by asking the rule alone. */
function truthOf(rule: Rule): (reading: AnyReading) => Truth {
  return (reading) => {
    if (reading.state === 'failed') return 'unknown'
    if (reading.state === 'absent') return 'absent'
    const { value, problems, coverage } = reading
    const key = (labels: Readonly<Record<string, string>>) => placeKey(rule.alert, labels)
    return {
      holds: new Map(rule.check(value as never).map((place) => [key(place.labels), place])),
      lingers: new Map(
        (rule.lingers?.(value as never) ?? []).map((place) => [key(place.labels), place]),
      ),
      isHidden: (labels) =>
        coverage === 'none' ||
        problems.some((problem) =>
          Object.entries(problem.labels).every(
            ([name, at]) => labels[name] === undefined || labels[name] === at,
          ),
        ),
    }
  }
}
