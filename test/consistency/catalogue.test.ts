import fc from 'fast-check'
import t from 'tap'
import {
  CatalogueError,
  MAX_ROWS,
  parseCatalogue,
  parseSize,
} from '../../src/consistency/catalogue.ts'
import { readCsv } from '../../src/consistency/csv.ts'

const row = (barcode: string, more: object = {}) => ({
  ...{ barcode, pool: null, status: null, location: null, sizeBytes: null, ...more },
})

function faultsOf(text: string): string[] {
  try {
    parseCatalogue(text)
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    return error.faults.map(({ line, message }) => `${line}: ${message}`)
  }
  return []
}

t.test('a list of ours is read, whatever the order of its columns', (t) => {
  t.strictSame(
    parseCatalogue(
      'pool,Barcode,size,status,location\nFull,A00001L8,1024,Append,slot 3\n,B00001L8,,,\n',
    ),
    [
      row('A00001L8', { pool: 'Full', sizeBytes: 1024, status: 'Append', location: 'slot 3' }),
      row('B00001L8'),
    ],
  )
  t.end()
})

t.test('the exports of backup applications are read as they come', (t) => {
  t.strictSame(
    parseCatalogue(
      '"MediaId";"VolumeName";"VolStatus";"VolBytes";"InChanger";"Pool"\r\n' +
        '"1";"A00001L8";"Full";"2,147,483,648";"1";"Monthly"\r\n"2";"A00002L8";"Append";"0";"0";"Daily"\r\n',
    ).map(({ barcode, location, sizeBytes }) => [barcode, location, sizeBytes]),
    [
      ['A00001L8', 'in the changer', 2_147_483_648],
      ['A00002L8', 'not in the changer', 0],
    ],
    'Bareos: the volume name is the barcode, its MediaId is a number of the catalogue',
  )
  t.strictSame(
    parseCatalogue(
      '\ufeffsep=;\r\nName;Barcode;"Media Pool";Location;Capacity\r\n' +
        '"Tape; one";A00003L8;"Pool ""GFS""";"IBM 3584L32 (Slot 12)";"2,5 TB"\r\n',
    ),
    [
      row('A00003L8', {
        ...{ pool: 'Pool "GFS"', location: 'IBM 3584L32 (Slot 12)', sizeBytes: 2.5e12 },
      }),
    ],
    'Veeam, from a German Windows',
  )
  t.strictSame(
    parseCatalogue('media id\tvolume pool\trobot\nA00004\tNetBackup\t0\nA00005\tNetBackup\tNONE\n'),
    [
      row('A00004', { pool: 'NetBackup', location: 'robot 0' }),
      row('A00005', { pool: 'NetBackup', location: 'not in a robot' }),
    ],
    'NetBackup',
  )
  t.end()
})

t.test('every fault is named with its line, and nothing is imported', (t) => {
  t.strictSame(faultsOf(''), ['1: the header is missing'])
  t.strictSame(faultsOf('pool,size\nx,1\n'), ['1: the header has no column barcode'])
  t.strictSame(faultsOf('barcode,Barcode\nA,B\n'), ['1: two columns are called barcode'])
  t.strictSame(faultsOf('barcode,size\nA,1\nA,2\n,3\nB,many\n\n"C\nD",1\nE\nF,1,2\n'), [
    '3: the barcode A is in line 2 as well',
    '4: the barcode is empty',
    '5: size: "many" is no size',
    '7: a field is longer than 256 letters, or not of one line',
    '9: 1 fields, and the header has 2',
    '10: 3 fields, and the header has 2',
  ])
  t.strictSame(faultsOf('barcode\n"A\n'), ['2: a quoted field has no end'])
  t.match(faultsOf('barcode\nA"B\n'), ['2: a quote inside a field has to be doubled'])
  t.match(faultsOf('barcode\n"A"B\n'), ['2: a quote inside a field has to be doubled'])
  t.match(faultsOf('barcode\nM\ufffdller\n'), ['1: the text is not UTF-8'])
  t.match(faultsOf('barcode\nA\0\n'), ['1: the text is not UTF-8'])
  const many = Array.from({ length: MAX_ROWS + 1 }, (_, index) => `T${index}`)
  t.strictSame(faultsOf(`barcode\n${many.join('\n')}`), [
    `${MAX_ROWS + 2}: more than ${MAX_ROWS} cartridges`,
  ])
  t.equal(parseCatalogue(`barcode\n${many.slice(1).join('\n')}`).length, MAX_ROWS)
  t.end()
})

t.test('sizes are read with the units and separators that people use', (t) => {
  const sizes = {
    ...{ '12': 12, '1,234,567': 1_234_567, '1.234.567': 1_234_567, "1'234": 1234 },
    ...{ '1.5 TB': 1.5e12, '1,5 TB': 1.5e12, '1.500 TB': 1.5e12, '12 TiB': 12 * 1024 ** 4 },
    ...{ '1,234.5 MB': 1_234_500_000, '2kb': 2000, '10 bytes': 10, '5G': 5e9 },
  }
  for (const [text, bytes] of Object.entries(sizes)) t.equal(parseSize(text), bytes, text)
  for (const text of ['', '-1', 'x', '1..2', '1 XB', '1e6']) t.equal(parseSize(text), null, text)
  t.end()
})

t.test('what is written by the rules of RFC 4180 is read back', (t) => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r\n', ' ', 'ä') })
  const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }))
  fc.assert(
    fc.property(records, fc.constantFrom(',', ';', '\t'), (all, separator) => {
      const text = all
        .map((fields) => fields.map((one) => `"${one.replaceAll('"', '""')}"`).join(separator))
        .join('\r\n')
      const read = readCsv(text, separator)
      t.strictSame([read.records.map(({ fields }) => fields), read.fault], [all, null])
    }),
  )
  t.end()
})
