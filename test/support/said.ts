import type { Host } from '../../src/host/host.ts'

/** What a command said in a recording; null when it is not in it, or failed. */
export async function said(host: Host, ...argv: string[]): Promise<string | null> {
  try {
    return (await host.run(argv)).stdout
  } catch {
    return null
  }
}

/** Devices of a kind as `lsscsi -g` lists them, see asListed; sorted, null when it was not recorded. */
export async function listedDevices(host: Host, kind: string): Promise<string[][] | null> {
  const text = await said(host, 'lsscsi', '-g')
  if (text === null) return null
  return text
    .split('\n')
    .filter((line) => line.slice(13, 20).trim() === kind)
    .map((line) => [
      line.slice(1, line.indexOf(']')),
      line.slice(21, 29).trim(),
      line.slice(30, 46).trim(),
      line.slice(47, 51).trim(),
      line.slice(line.lastIndexOf('/dev/')).trim(),
    ])
    .sort()
}

/** A device as lsscsi would list it: H:C:I:L, vendor, product, revision, generic node. */
export function asListed(device: {
  hctl: string
  vendor: string
  product: string
  revision: string
  device: string
}): string[] {
  return [device.hctl, device.vendor, device.product, device.revision, device.device]
}
