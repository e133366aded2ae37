import { ascii, logPage } from './log-page.ts'

/** Pages that no recording has, made by hand after the standards; type is that of the device. */
export const SAMPLE_LOG_PAGES = {
  tapeAlertResponse: {
    type: 1,
    data: logPage(0x12, [[0x0000, '80 01 00 00 10 00 00 02']]),
  },
  requestedRecovery: { type: 1, data: logPage(0x13, [[0x0000, '0a 03 45 90']]) },
  noRecovery: { type: 1, data: logPage(0x13, [[0x0000, '00']]) },
  deviceStatistics: {
    type: 1,
    data: logPage(0x14, [
      [0x0000, 1234, 4],
      [0x0001, 56, 2],
      [0x0002, 43210, 4],
      [0x0003, 9876, 3],
      [0x0004, 123456789012, 8],
      [0x0005, 11],
      [0x0006, 12],
      [0x0007, 13],
      [0x0008, 14],
      [0x0009, 15],
      [0x000a, 16],
      [0x000b, 17],
      [0x000c, 18],
      [0x000d, 19],
      [0x000e, 3, 1],
      [0x000f, 4, 2],
      [0x0010, 60000],
      [0x0011, 5, 1],
      [0x0012, 40, 1],
      [0x0013, 60, 1],
      [0x0014, 30, 1],
      [0x0015, 70, 1],
      [0x0016, 7000, 8],
      [0x0017, 8000, 8],
      [0x0040, ascii('YX1097012345')],
      [0x0041, ascii('XYZZY_A1', 10)],
      [0x0042, ascii('20240131')],
      [0x0043, ascii('202405')],
      [0x0080, 1, 1],
      [0x0081, 0, 1],
      [0x1000, '00 00 5e 00 00 00 01 f4 00 00 60 01 00 00 00 07'],
    ]),
  },
  tapeDiagnostics: {
    type: 1,
    data: logPage(0x16, [
      [
        0x0000,
        // Two reserved bytes, density and type, motion hours; sense; vendor code, revision, hours since cleaning.
        `0000 5e 00 000004d2 00 84 5101 deadbeef ${ascii('K4K1')} 00000022` +
          // Operation code, service action, two reserved; medium; origin, reserved, milliseconds.
          ` 0a 01 0000 ${ascii('TK0123456789ABCDEFGHIJKLMNOPQRST')} 02 00 018cb0e5a180`,
      ],
      [
        0x0001,
        `0000 00 00 00000000 00 03 0c00 00000000 00000000 00000000 0a 00 0000 ${'00'.repeat(40)}`,
      ],
    ]),
  },
  dataCompression: {
    type: 1,
    data: logPage(0x1b, [
      [0x0000, 253, 2],
      [0x0001, 187, 2],
      [0x0002, 11, 4],
      [0x0003, 222222, 4],
      [0x0004, 33, 4],
      [0x0005, 4, 4],
      [0x0006, 55, 8],
      [0x0007, 6, 4],
      [0x0008, 77, 4],
      [0x0009, 8, 4],
      [0x0100, 1, 1],
    ]),
  },
  informationalExceptions: { type: 1, data: logPage(0x2f, [[0x0000, '5d 10 1f 00']]) },
  tapeUsage: {
    type: 1,
    data: logPage(0x30, [
      [0x0001, 41, 4],
      [0x0002, 987654321, 8],
      [0x0003, 5, 4],
      [0x0004, 6, 2],
      [0x0005, 7, 2],
      [0x0006, 8, 2],
      [0x0007, 123456789, 8],
      [0x0008, 9, 4],
      [0x0009, 10, 2],
      [0x000a, 11, 2],
      [0x000b, 12, 2],
    ]),
  },
  tapeCapacity: {
    type: 1,
    data: logPage(0x31, [
      [0x0001, 1200000],
      [0x0002, 36000],
      [0x0003, 2400000],
      [0x0004, 37000],
    ]),
  },
  fourPartitions: {
    type: 1,
    data: logPage(0x31, [
      [0x0001, 1],
      [0x0003, 3],
      [0x0005, 5],
      [0x0006, 6],
      [0x0008, 8],
    ]),
  },
  volumeStatistics: {
    type: 1,
    data: logPage(0x17, [
      [0x0000, 1, 1],
      ...Array.from({ length: 0x11 }, (_, i): [number, number, number] => [i + 1, 100 + i, 4]),
      [0x0012, 212, 2],
      [0x0013, 300, 2],
      [0x0014, 123456789, 6],
      [0x0015, 65432, 6],
      [0x0016, 11700000, 4],
      [0x0017, 5850000, 4],
      [0x0040, ascii('TK0123456789', 32)],
      [0x0041, ascii('LOT7', 8)],
      [0x0042, ascii('ABC123L8', 32)],
      [0x0043, ascii('FUJIFILM', 8)],
      [0x0044, ascii('U804', 4)],
      [0x0045, ascii('Ultrium-8', 9)],
      [0x0080, 0, 1],
      [0x0081, 1, 1],
      [0x0082, 0, 1],
      [0x0101, 4321, 4],
      [0x0102, 987, 4],
      [0x0200, '09 00 0000 000000001234 09 00 0001 ffffffffffff'],
      [0x0201, '09 00 0000 fffffffffffe'],
      [0x0202, '07 00 0000 00b28720 07 00 0001 000088b8'],
      [0x0203, '07 00 0000 00594390 07 00 0001 00000001'],
      [0x0204, '07 00 0000 00594390 07 00 0001 ffffffff'],
      [
        0x0300,
        `15 00 0000 ${ascii('IBM', 8)} ${ascii('1097012345')} 15 00 0001 ${ascii('HPE', 8)} ${ascii('CZ30012345')}`,
      ],
    ]),
  },
  deviceStatus: {
    type: 1,
    data: logPage(0x11, [
      [0x0000, '25 17 06 04'],
      [0x0001, 400, 2],
      [0x0101, 'a3 123456 5000e111 c0ffee01'],
      [0x0102, '03 000000 00000000 00000000'],
      [0x0103, `bb 010203 00000000 500104f0 00aabbcc 500104f0 00aabbcd`],
      [0x0104, '00'],
    ]),
  },
  deviceWellness: {
    type: 1,
    data: logPage(0x33, [
      [0x0000, '00012345 cafebabe 04 44 00 17'],
      [0x0001, '00'.repeat(12)],
    ]),
  },
  writeErrors: {
    type: 1,
    data: logPage(0x33, [
      [0x0000, 17, 2],
      [0x0001, 18, 4],
    ]),
  },
  performance: {
    type: 1,
    data: logPage(0x37, [
      [0x0000, 0x20, 1],
      [0x0001, 0xff, 1],
      [0x0010, 7, 4],
    ]),
  },
  environmentalReporting: {
    type: 1,
    data: logPage(
      0x0d,
      [
        [0x0000, '01 1f 30 05 25 f6 00 00'],
        [0x0001, '00 80 80 80 80 80 00 00'],
        [0x0100, '00 2d 50 0a 3c 14 00 00'],
        [0x0101, '00 ff ff ff ff ff 00 00'],
      ],
      0x01,
    ),
  },
  environmentalLimits: {
    type: 1,
    data: logPage(
      0x0d,
      [
        [0x0000, '3c 37 05 f6 32 2d 0a 05'],
        [0x0100, '5a 55 0a 05 50 4b 14 0f'],
      ],
      0x02,
    ),
  },
  subpages: {
    type: 1,
    data: Buffer.from('40ff0008 0000 0dff 1700 1701'.replaceAll(' ', ''), 'hex'),
  },
  changerStatistics: {
    type: 8,
    data: logPage(
      0x14,
      Array.from({ length: 0x18 }, (_, i): [number, number] => [i, 1000 + i]),
    ),
  },
  elementStatistics: {
    type: 8,
    data: logPage(0x15, [
      [0x0400, '00000065 00000001 00000066 00000002 00000067 00000003'],
      [0x0401, '00000000 00000000 00000000 00000000 00000000 00000000'],
    ]),
  },
  changerDiagnostics: {
    type: 8,
    data: logPage(0x16, [
      [
        0x0000,
        // Reserved, sense, vendor code, revision.
        `00 84 1501 00c0ffee ${ascii('0001')}` +
          // Moves, picks and retries, places and retries, volume tags.
          ' 000003e8 000003e9 00000004 000003ea 00000005 000003eb 00000006' +
          // Operation code, service action, error type, valid bits, four addresses.
          ' a5 00 02 0d 0001 0400 0500 0600' +
          ` ${ascii('ABC123L8', 32)} 00000000 03 00 00000001e240`,
      ],
      [0x0001, `00 04 1501 ${'00'.repeat(36)} a5 00 02 02 0002 0401 0501 0601 ${'00'.repeat(44)}`],
    ]),
  },
} as const satisfies Record<string, { type: 1 | 8; data: Buffer }>
