import type { Page } from 'playwright-core'
import { device, group, session, target } from './console-scst.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)

/** Ten targets of ten groups, each of 20 LUNs and 5 initiators that are logged in. */
export const manyScst = {
  devices: numbers(2000).map((number) => device(`vol${number}`)),
  targets: numbers(10).map((at) =>
    target(`tgt${at}`, {
      groups: numbers(10).map((of) =>
        group(
          `cluster${of}`,
          numbers(5).map((host) => `iqn.t${at}g${of}h${host}`),
          numbers(20).map((lun) => `vol${at * 200 + of * 20 + lun}`),
        ),
      ),
    }),
  ),
  sessions: numbers(500).map((number) => {
    const [at, of, host] = [Math.floor(number / 50), Math.floor(number / 5) % 10, number % 5]
    return session(`tgt${at}`, `iqn.t${at}g${of}h${host}`, `cluster${of}`)
  }),
}

/** Puts them, by their kind, in the place of what the daemon answers. */
export async function showMany(
  page: Page,
  kinds: Readonly<Record<string, readonly object[]>>,
): Promise<void> {
  for (const [kind, items] of Object.entries(kinds)) {
    const listing = { items, total: items.length, state: 'read', missing: [] }
    const json = { ...listing, taken_at: null, age_seconds: null, error: null }
    await page.route(`**/api/v1/hardware/${kind}`, (route) => route.fulfill({ json }))
  }
}

interface Library {
  inventory: { elements: ({ type: string } & Record<string, unknown>)[] } | null
}

/** Gives the libraries that the daemon tells of so many slots, full, each with a barcode of its own. */
export async function growLibraries(page: Page, slots: number): Promise<void> {
  await page.route(/\/hardware\/libraries(\/|$)/, async (route) => {
    const answer = await route.fetch()
    if (!answer.ok()) {
      await route.fulfill({ response: answer })
      return
    }
    const body = (await answer.json()) as { items?: Library[] } & Library
    for (const library of body.items ?? [body]) grow(library, slots)
    await route.fulfill({ response: answer, json: body })
  })
}

function grow({ inventory }: Library, slots: number): void {
  const sample = inventory?.elements.find(({ type }) => type === 'storage')
  if (inventory === null || sample === undefined) return
  const others = inventory.elements.filter(({ type }) => type !== 'storage')
  const many = numbers(slots).map((index) => ({
    ...sample,
    ...{ address: 10_000 + index, number: index + 1, full: true },
    volume_tag: `BIG${String(index).padStart(5, '0')}`,
  }))
  inventory.elements = [...others, ...many]
}
