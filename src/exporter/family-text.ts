import type { Patch } from './patch.ts'
import { labelsText, numberText, type ExposedSample } from './sample-text.ts'

/** The number of a sample, and where it stands, counted from where its family begins. */
interface Line {
  metricName: string
  labels: ExposedSample['labels']
  value: number
  numberAt: number
  numberEnd: number
}

/**
 * Where the samples of a family stand in a text. From one time to the next most values and nearly all labels stay as
 * they are, and only what differs is written anew.
 */
export class FamilyText {
  readonly #lines: Line[] = []
  #head = ''
  #values: readonly ExposedSample[] | null = null
  #length = 0

  /**
   * Writes a family with a line for each sample where one begins in the old text; tells where that one ended there.
   * The same list as the time before is not looked at: nobody changes one.
   */
  write(
    patch: Patch,
    begin: number,
    { name, head, values }: { name: string; head: string; values: readonly ExposedSample[] },
  ): number {
    const lines = this.#lines
    const end = begin + this.#length
    const shift = patch.shift
    let at = begin + head.length
    if (head !== this.#head) {
      // Another family, of which nothing stays.
      lines.length = 0
      patch.from(begin, end).add(head)
      at = end
    } else if (values === this.#values) {
      return end
    }
    const start = begin + shift
    let index = 0
    for (const sample of values) {
      const line = lines[index]
      const lineEnd = line === undefined ? at : begin + line.numberEnd + 1
      if (line === undefined || !isSamePlace(line, sample, name)) {
        lines[index] = written(name, sample, patch.from(at, lineEnd), start)
      } else if (Object.is(line.value, sample.value)) {
        line.numberAt += patch.shift - shift
        line.numberEnd += patch.shift - shift
      } else {
        patch.from(begin + line.numberAt, begin + line.numberEnd)
        line.value = sample.value
        line.numberAt = patch.length - start
        line.numberEnd = patch.add(numberText(sample.value)) - start
      }
      at = lineEnd
      index += 1
    }
    if (at < end) patch.from(at, end)
    lines.length = index
    this.#head = head
    this.#values = values
    this.#length = end + patch.shift - start
    return end
  }
}

function written(
  name: string,
  { metricName = name, labels, value }: ExposedSample,
  patch: Patch,
  start: number,
): Line {
  patch.add(metricName)
  patch.add(labelsText(labels))
  const numberAt = patch.add(' ') - start
  const numberEnd = patch.add(numberText(value)) - start
  patch.add('\n')
  return { metricName, labels, value, numberAt, numberEnd }
}

function isSamePlace(line: Line, { metricName, labels }: ExposedSample, name: string): boolean {
  return line.metricName === (metricName ?? name) && isSame(line.labels, labels)
}

/** The same labels in the same order: most often it is the same object. */
function isSame(one: ExposedSample['labels'], other: ExposedSample['labels']): boolean {
  if (one === other) return true
  const names = Object.keys(one)
  const others = Object.keys(other)
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && one[name] === other[name])
  )
}
