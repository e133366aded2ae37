/** Words that several rules put into their messages. */

/** `89.2 %`, of a percentage. */
export function percentText(percent: number): string {
  return `${percent.toFixed(1)} %`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** `1.4 TiB`, of a number of bytes. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`
}

/** `STK L700 (XYZZY_A)`: what people call a device, and the serial number that tells it from its twin. */
export function deviceText(device: { vendor: string; product: string; id: string }): string {
  return `${device.vendor} ${device.product} (${device.id})`.trim()
}

/** A drive by all its names, with what is in it: whichever of them somebody knows is there. */
export function driveText(drive: {
  vendor: string
  product: string
  place: string
  volumeTag: string | null
}): string {
  const { vendor, product, place, volumeTag } = drive
  const loaded = volumeTag === null ? '' : `, with ${volumeTag} loaded,`
  return `${vendor} ${product}, ${place}${loaded}`.trim()
}

/** `1 slot`, `3 slots`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The first few of a list and how many more there are: a message stays readable however long the list. */
export function listText(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(', ')
  return items.length > most ? `${shown} and ${items.length - most} more` : shown
}
