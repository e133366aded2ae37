import { FamilyText } from './family-text.ts'
import { Patch } from './patch.ts'
import type { ExposedSample } from './sample-text.ts'

/** A family with its samples, ready to be written; the shape of prom-client's JSON. */
export interface ExposedFamily {
  name: string
  help: string
  type: string
  values: readonly ExposedSample[]
}

/** A text format that Prometheus reads. */
export type ExpositionFormat = 'prometheus' | 'openmetrics'

/** The Content-Type of each format. */
export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** The format a scraper's Accept header asks for. */
export function formatFor(accept: string | undefined): ExpositionFormat {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
}

/**
 * Writes families in the text format of Prometheus 0.0.4 or OpenMetrics 1.0, again and again: what is as it was the
 * time before is not written anew. What is kept is the text of the last time; families and samples that are gone are
 * forgotten.
 *
 * prom-client renders too, but switching a registry to OpenMetrics renames its
 * counters for good, so the same registry cannot serve both.
 */
export class Exposition {
  readonly #format: ExpositionFormat
  #texts: FamilyText[] = []
  #text = ''

  constructor(format: ExpositionFormat) {
    this.#format = format
  }

  /** All of it. */
  text(families: readonly ExposedFamily[]): string {
    const texts = this.#texts
    const patch = new Patch(this.#text)
    // If it does not come to the end, nothing is known of what is kept.
    this.#texts = []
    this.#text = ''
    const written = families.map((family) => ({
      name: family.name,
      head: headOf(family, this.#format),
      values: family.values,
    }))
    if (this.#format === 'openmetrics') written.push(END)
    let at = 0
    for (const [index, family] of written.entries()) {
      const text = (texts[index] ??= new FamilyText())
      at = text.write(patch, at, family)
    }
    texts.length = written.length
    this.#texts = texts
    this.#text = patch.text(at)
    return this.#text
  }
}

const END = { name: '', head: '# EOF\n', values: [] }

/** The same, once. */
export function expose(families: readonly ExposedFamily[], format: ExpositionFormat): string {
  return new Exposition(format).text(families)
}

function headOf({ name, help, type }: ExposedFamily, format: ExpositionFormat): string {
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name
  // OpenMetrics has no counter without the suffix; its name matters more than its type.
  const isPlain = format === 'openmetrics' && type === 'counter' && family === name
  return `# HELP ${family} ${escapeHelp(help)}\n# TYPE ${family} ${isPlain ? 'unknown' : type}\n`
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
