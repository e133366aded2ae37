// What one collection of everything costs, and which collector how much of it. The peer asks the same
// recording the same questions, one after the other, and throws the answers away: what is more is ours.
import { ABSENT, defaultSettings, type Collector } from '../src/collectors/collector.ts'
import type { Host } from '../src/host/host.ts'
import { everyCollector, MEASURED, openRecording } from './support/appliance.ts'
import { interleave, type Contestant } from './support/measure.ts'
import { noting, type Question } from './support/questions.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const AT = new Date('2026-11-20T21:00:00Z')

for (const name of MEASURED) printTable(...(await measure(name)))

async function measure(name: string): Promise<[string, string[], Cell[][]]> {
  const host = openRecording(name)
  const everything: Question[] = []
  const contestants: Contestant[] = []
  const asked = new Map<string, number>()
  for (const collector of everyCollector) {
    const { host: notingHost, questions } = noting(host)
    await collect(collector, notingHost)
    everything.push(...questions)
    asked.set(collector.name, questions.length)
    contestants.push(
      { name: collector.name, run: () => collect(collector, host) },
      { name: `${collector.name} asked`, run: () => askAll(questions) },
    )
  }
  const cycle = () => Promise.all(everyCollector.map((collector) => collect(collector, host)))
  contestants.push(
    { name: 'all', run: cycle },
    { name: 'all asked', run: () => askAll(everything) },
  )
  asked.set('all', everything.length)

  const spent = await interleave(contestants, 5)
  const rows = [...asked].map(([subject, questions]) => {
    const ours = spent.get(subject)?.cpuMs ?? Number.NaN
    const floor = spent.get(`${subject} asked`)?.cpuMs ?? Number.NaN
    return [subject, String(questions), ours, floor, ratio(ours, floor)]
  })
  const heads = ['collector', 'questions', 'CPU ms', 'asking alone', 'ratio']
  return [`Collecting ${name}`, heads, rows]
}

/** One collection after another, as the loop makes them: counters and rates are carried on. */
async function collect(collector: Collector<unknown>, host: Host): Promise<void> {
  const collected = await collector.collect(host, defaultSettings)
  if (collected === ABSENT) return
  collector.accumulate?.(collected.value, collected.value, 30, AT)
}

async function askAll(questions: readonly Question[]): Promise<void> {
  for (const ask of questions) await ask()
}
