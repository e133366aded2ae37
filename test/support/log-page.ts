/** A parameter as it goes into a page: its code, and its value in hex or as a number of some bytes. */
export type Parameter = [code: number, value: string | number, bytes?: number]

/** Makes a log page after SPC-4 7.3.2, independently of the code under test. */
export function logPage(page: number, parameters: readonly Parameter[], subpage?: number): Buffer {
  const body = Buffer.concat(
    parameters.map(([code, value, bytes]) => {
      const data = Buffer.from(
        typeof value === 'string'
          ? value.replaceAll(' ', '')
          : value.toString(16).padStart(2 * (bytes ?? 4), '0'),
        'hex',
      )
      return Buffer.concat([Buffer.from([code >> 8, code & 0xff, 0x03, data.length]), data])
    }),
  )
  const first = subpage === undefined ? page : page | 0x40
  const header = Buffer.from([first, subpage ?? 0, body.length >> 8, body.length & 0xff])
  return Buffer.concat([header, body])
}

/** ASCII as hex, padded with blanks. */
export function ascii(text: string, bytes = text.length): string {
  return Buffer.from(text.padEnd(bytes)).toString('hex')
}
