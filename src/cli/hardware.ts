import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import { parseWords, remoteOptions, type Surroundings } from './command.ts'
import { cut } from './printable.ts'
import { connected } from './remote.ts'
import type { Terminal } from './terminal.ts'
import { when } from './times.ts'
import { shown } from './words.ts'

/** Each object tells its own error; the list of all of them is long. */
const ERROR_WIDTH = 200

/** The objects of a kind, as the daemon lists them. */
export async function fetchHardware(client: Client, kind: string): Promise<Answer> {
  return await client.get(`/api/v1/hardware/${kind}`)
}

/** Those of the daemon's own machine: of a fleet it lists those of other appliances too, each with its name. */
export function ownItems(listing: Answer): Answer[] {
  return listing.objects('items').filter((item) => item.text('appliance') === null)
}

/** How one of the daemon's own is asked for, where other appliances may have one of the same id. */
export function askedOwn(listing: Answer): { query?: { appliance: string } } {
  const isMixed = listing.objects('items').some((item) => item.text('appliance') !== null)
  return isMixed ? { query: { appliance: '_own' } } : {}
}

/** What a command that lists objects, or shows the one that ID names, was asked, and what the daemon lists. */
export async function askListing(argv: readonly string[], around: Surroundings, kind: string) {
  const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'], optional: true })
  const client = connected(values.url, around)
  const listing = await fetchHardware(client, kind)
  return { client, listing, wanted: positionals[0], json: values.json === true }
}

/** Says what a list of objects alone does not: why it is empty, what is gone, what could not be read. */
export function noteListing(terminal: Terminal, kind: string, listing: Answer, now: Date): void {
  const state = listing.text('state')
  const items = ownItems(listing)
  const takenAt = listing.time('taken_at')
  if (items.length === 0) {
    if (state === 'absent' || state === 'read') terminal.line(`no ${kind}`)
    else if (state === 'pending') terminal.line(`${kind}: not read yet`)
    else terminal.line(`${kind}: unknown`)
  }
  for (const missing of listing.objects('missing')) {
    const seen = when(missing.time('last_seen'), now)
    terminal.line({
      text: `gone: ${shown(missing.text('id'))} ${shown(missing.text('name'))}, last seen ${seen}`,
      style: 'bad',
    })
  }
  if (state === 'failed' || state === 'partial') {
    const extent = state === 'failed' ? 'could not be read' : 'could be read in part'
    const since = takenAt === null ? '' : `, last ${when(takenAt, now)}`
    terminal.note(`${kind}: ${extent}: ${cut(shown(listing.text('error')), ERROR_WIDTH)}${since}`)
  }
}

/** Vendor and product of a SCSI unit. */
export function modelOf(unit: Answer): string {
  return [unit.text('vendor'), unit.text('product')].filter((word) => word !== null).join(' ')
}

/** Whether a changer or drive is made of software. */
export function kindOf(unit: Answer): string {
  const virtual = unit.flag('virtual')
  if (virtual === null) return shown(null)
  return virtual ? 'virtual' : 'tape'
}
