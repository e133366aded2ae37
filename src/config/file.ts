import { basename } from 'node:path'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'

/** A configuration file that was read. */
export interface ConfigText {
  value: unknown
  /** What is not YAML, with the line. */
  faults: string[]
  /** `config.yaml:12`, where the path is set; null when it is not. */
  lineOf(path: readonly string[]): string | null
}

/** Reads YAML 1.2. A file that is not YAML gives faults and no value. */
export function parseConfigText(text: string, file: string): ConfigText {
  const name = basename(file)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const at = (offset: number): string => `${name}:${lines.linePos(offset).line}`
  const faults = [...document.errors, ...document.warnings].map(
    ({ pos, message }) => `${at(pos[0])}: ${firstLower(message)}`,
  )
  const none = { value: null, lineOf: () => null }
  if (faults.length > 0) return { ...none, faults }
  try {
    const value: unknown = document.toJS()
    return {
      value,
      faults: [],
      lineOf: (path) => {
        const pair = pairAt(document.contents, path)
        return pair === null ? null : at(pair)
      },
    }
  } catch (error) {
    // An alias without its anchor, or too many of them.
    return { ...none, faults: [`${name}: ${firstLower((error as Error).message)}`] }
  }
}

/** The offset of the key that ends the path, or of the nearest one above it. */
function pairAt(contents: unknown, path: readonly string[]): number | null {
  let node = contents
  let offset: number | null = null
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((pair) => keyText(pair.key) === key) : undefined
    if (pair === undefined) break
    offset = (isScalar(pair.key) ? pair.key.range?.[0] : null) ?? offset
    node = pair.value
  }
  return offset
}

function keyText(key: unknown): string | null {
  return isScalar(key) ? String(key.value) : null
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
