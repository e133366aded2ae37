import { HostError, NotFoundError, type AttributeNames, type Host } from '../../src/host/host.ts'
import type { ReplayHost } from '../../src/host/replay-host.ts'

/** The host of a recording that reads many attributes at once, as a machine does that has the addon. */
export function readingTogether(
  host: ReplayHost,
): ReplayHost & Required<Pick<Host, 'readAttributes'>> {
  const told = async (reading: Promise<string>) => {
    try {
      return await reading
    } catch (error) {
      if (error instanceof NotFoundError) return null
      if (error instanceof HostError) return error
      throw error
    }
  }
  const readAttributes = async (directory: string, { texts, links = [] }: AttributeNames) => {
    const at = (name: string) => `${directory}/${name}`
    // As it is written in the link, and not where that is.
    const linkOf = async (path: string) =>
      host.recording.files.get(path)?.link ?? (await host.realpath(path))
    return {
      texts: await Promise.all(texts.map((name) => told(host.readText(at(name))))),
      links: await Promise.all(links.map((name) => told(linkOf(at(name))))),
    }
  }
  return Object.assign(host, { readAttributes })
}
