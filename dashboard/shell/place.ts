/** Where one is: `#/alerts/123?severity=critical` is the page `alerts`, the rest `123`, and what is asked. */
export interface Place {
  page: string
  /** Further parts of the path, decoded. */
  rest: readonly string[]
  query: Readonly<Record<string, string>>
}

/** Reads a place out of the part of an address behind `#`. What cannot be read is the overview. */
export function placeOf(text: string): Place {
  const [path = '', search = ''] = text.replace(/^#?\/?/, '').split('?')
  const [page = '', ...rest] = path.split('/').map(decoded)
  return {
    page: page === '' ? 'overview' : page,
    rest: rest.filter((part) => part !== ''),
    query: Object.fromEntries(new URLSearchParams(search)),
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address of a place; whoever has it gets there. */
export function linkTo(
  page: string,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const asked = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') asked.set(key, value)
  }
  const path = ['#', page, ...rest.map(encodeURIComponent)].join('/')
  return asked.size === 0 ? path : `${path}?${asked}`
}
