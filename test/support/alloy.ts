/** A block of Alloy's configuration: its name with its label, its attributes and the blocks in it. */
export interface AlloyBlock {
  name: string
  label: string | null
  attributes: ReadonlyMap<string, unknown>
  blocks: readonly AlloyBlock[]
}

const TOKENS = /\/\/[^\n]*|`[^`]*`|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*|[{}[\],=]|\s+/gy

/** Reads what the file uses of the language: blocks, text, lists, objects and names. Throws at anything else. */
export function readAlloy(text: string): AlloyBlock[] {
  const tokens: string[] = []
  TOKENS.lastIndex = 0
  while (TOKENS.lastIndex < text.length) {
    const at = TOKENS.lastIndex
    const [token] = TOKENS.exec(text) ?? []
    if (token === undefined) throw new Error(`alloy: not understood: ${text.slice(at, at + 20)}`)
    if (!/^(?:\s|\/\/)/.test(token)) tokens.push(token)
  }
  const next = () => tokens.shift() ?? ''
  const expect = (wanted: string) => {
    const token = next()
    if (token !== wanted) throw new Error(`alloy: ${token} in the place of ${wanted}`)
  }
  const value = (): unknown => {
    const token = next()
    if (token.startsWith('`')) return token.slice(1, -1)
    if (token.startsWith('"')) return JSON.parse(token)
    if (token === '[') {
      const items: unknown[] = []
      while (tokens[0] !== ']') {
        items.push(value())
        if (tokens[0] === ',') next()
      }
      next()
      return items
    }
    if (token !== '{') return token
    const members: [string, unknown][] = []
    while (tokens[0] !== '}') {
      const name = String(value())
      expect('=')
      members.push([name, value()])
      if (tokens[0] === ',') next()
    }
    next()
    return Object.fromEntries(members)
  }
  const body = () => {
    const attributes = new Map<string, unknown>()
    const blocks: AlloyBlock[] = []
    while (tokens.length > 0 && tokens[0] !== '}') {
      const name = next()
      if (tokens[0] === '=') {
        next()
        attributes.set(name, value())
        continue
      }
      const label = tokens[0] === '{' ? null : String(value())
      expect('{')
      blocks.push({ name, label, ...body() })
      expect('}')
    }
    return { attributes, blocks }
  }
  const { blocks } = body()
  if (tokens.length > 0) throw new Error(`alloy: ${tokens[0] ?? ''} is too much`)
  return blocks
}
