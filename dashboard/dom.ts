/** A node, its text, or nothing. */
export type Child = Node | string | null

/** Builds an element. Text is always text: nothing from the appliance is parsed as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | null>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) node.setAttribute(name, value)
  }
  node.append(...children.filter((child) => child !== null))
  return node
}

/** The element with the id, which the page has. */
export function byId(id: string): HTMLElement {
  const node = document.getElementById(id)
  if (node === null) throw new Error(`the page has no element "${id}"`)
  return node
}

/** Replaces what is in the element with the id. */
export function show(id: string, ...children: readonly Child[]): void {
  byId(id).replaceChildren(...children.filter((child) => child !== null))
}

/** A table with a header row; a cell is text or a node. */
export function table(
  headers: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...headers.map((text) => element('th', {}, text)))),
      element(
        'tbody',
        {},
        ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell)))),
      ),
    ),
  )
}
