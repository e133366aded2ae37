import { ascii } from './log-page.ts'

const bytes = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')

/** An attribute of the memory of a cartridge, its value in hex. */
export function attribute(identifier: number, format: number, value: string): string {
  const body = value.replaceAll(/\s/g, '')
  const header = Buffer.alloc(5)
  header.writeUInt16BE(identifier, 0)
  header.writeUInt8(format, 2)
  header.writeUInt16BE(body.length / 2, 3)
  return header.toString('hex') + body
}

/** The answer to READ ATTRIBUTE of these attributes. */
export function attributes(...list: readonly string[]): Buffer {
  const body = bytes(list.join(''))
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

const READ_ONLY = 0x80
const numbers = (count: number, width: number) =>
  Array.from({ length: count }, (_, index) => (index + 1).toString(16).padStart(width * 2, '0'))

/** Of an LTFS volume, as the LTFS format specification has it in annex F. */
const COHERENCY = `04 00000007 0000000000000003 0000000000000abc 002b
  ${ascii('LTFS')}00 ${ascii('12345678-9abc-4def-8123-456789abcdef')}00 01`

/** Answers that no recording has, made by hand after the standards. */
export const SAMPLE_ANSWERS = {
  automationSerial: bytes(`01 b3 00 10 ${ascii('LIB0000042', 16)}`),
  elementAddress: bytes('01 b4 00 02 01 03'),
  blockLimits: bytes(`00 b0 00 3c 01 20 0008 00004000 00000400 00000000 00200000 ffffffff
    00000008 80000007 0000000000080000 ${'00'.repeat(20)}`),
  cartridge: attributes(
    attribute(0x0000, READ_ONLY, '0000000000001000'),
    attribute(0x0001, READ_ONLY, '0000000000b71b00'),
    attribute(0x0002, READ_ONLY, '2000000000000001'),
    attribute(0x0003, READ_ONLY, '000000000000002a'),
    attribute(0x0008, READ_ONLY | 1, ascii('VOL1', 32)),
    attribute(0x020a, READ_ONLY | 1, ascii('IBM', 8) + ascii('1013000A6F', 32)),
    attribute(0x020b, READ_ONLY | 1, ascii('HPE', 8) + ascii('CZ0001', 32)),
    attribute(0x0220, READ_ONLY, '0000000000100000'),
    attribute(0x0221, READ_ONLY, 'ffffffffffffffff'),
    attribute(0x0224, READ_ONLY, '0000000000000010'),
    attribute(0x0225, READ_ONLY, 'fffffffffffffffe'),
    attribute(0x0340, READ_ONLY, numbers(15, 6).join('')),
    attribute(0x0341, READ_ONLY, numbers(15, 4).join('')),
    attribute(0x0400, READ_ONLY | 1, ascii('FUJIFILM', 8)),
    attribute(0x0401, READ_ONLY | 1, ascii('V207260012', 32)),
    attribute(0x0402, READ_ONLY, '000003c0'),
    attribute(0x0403, READ_ONLY, '0000007f'),
    attribute(0x0406, READ_ONLY | 1, ascii('20240131')),
    attribute(0x0408, READ_ONLY, '80'),
    attribute(0x0803, 2, `${Buffer.from('Büro').toString('hex')}${'00'.repeat(155)}`),
    attribute(0x0805, 0, '81'),
    attribute(0x0806, 1, ascii('ABC123L8', 32)),
    attribute(0x0807, 2, `${Buffer.from('tür').toString('hex')}${'20'.repeat(76)}`),
    attribute(0x080c, 0, COHERENCY),
    attribute(0x0820, 1, ascii('a0b1c2d3-1111-4222-8333-444455556666')),
    attribute(0x0c01, READ_ONLY, '0102'),
  ),
  deviceConfigurationExtension: bytes(`0026 0010 0000 0000
    50 01 001c 1b 10 0005 ${'00'.repeat(24)}`),
  extendedPosition: bytes(
    '81 01 001c 00 000002 0000000100000005 0000000100000003 0000000000000400',
  ),
  longPosition: bytes('40 000000 00000002 0000000100000005 0000000000000009 0000000000000000'),
  registeredKeys: bytes('00000004 00000010 1122334455667788 99aabbccddeeff00'),
  reservation: bytes('00000004 00000010 1122334455667788 00000000 00 05 0000'),
  mediumTypes: bytes(`003a 0000 01 00 0034 02 58 5a 00000000000000 007f 034e 0000
    ${ascii('LTO-CVE', 8)} ${ascii('U-616W', 8)} ${ascii('Ultrium 6/16W', 20)}`),
} as const
