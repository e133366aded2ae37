import fc from 'fast-check'
import t from 'tap'
import { parseMtxSense, parseMtxStatus } from '../../src/collectors/mtx-status.ts'

const oneSlot = '  Storage Changer /dev/sg3:0 Drives, 1 Slots ( 0 Import/Export )\n'
const oneDrive = '  Storage Changer /dev/sg3:1 Drives, 0 Slots ( 0 Import/Export )\n'

t.test('a listing is read element by element', (t) => {
  const text =
    '  Storage Changer /dev/sg3:1 Drives, 3 Slots ( 1 Import/Export )\n' +
    'Data Transfer Element 0:Full (Storage Element 2 Loaded):VolumeTag = ARC002L8                        \n' +
    '      Storage Element 1:Full :VolumeTag=ARC001L8                        \n' +
    '      Storage Element 2:Empty\n' +
    '      Storage Element 3 IMPORT/EXPORT:Full :VolumeTag=ARC007L8 :AlternateVolumeTag=X  \n'
  const unknown = {
    address: null,
    sourceElement: null,
    exception: null,
    exceptionText: null,
    accessible: null,
    mediumType: null,
    driveSerial: null,
  }
  t.strictSame(parseMtxStatus(text), [
    { ...unknown, type: 'data-transfer', number: 0, full: true, volumeTag: 'ARC002L8' },
    { ...unknown, type: 'storage', number: 1, full: true, volumeTag: 'ARC001L8' },
    { ...unknown, type: 'storage', number: 2, full: false, volumeTag: null },
    { ...unknown, type: 'import-export', number: 3, full: true, volumeTag: 'ARC007L8' },
  ])
  t.end()
})

t.test('a cartridge without a readable barcode is full and has no volume tag', (t) => {
  t.match(parseMtxStatus(`${oneSlot}      Storage Element 1:Full \n`), [
    { full: true, volumeTag: null },
  ])
  t.match(parseMtxStatus(`${oneSlot}      Storage Element 1:Full :VolumeTag=      \n`), [
    { full: true, volumeTag: null },
  ])
  t.end()
})

t.test('the tag left behind in an empty slot is not a cartridge', (t) => {
  t.match(parseMtxStatus(`${oneSlot}      Storage Element 1:Empty:VolumeTag=ARC001L8\n`), [
    { full: false, volumeTag: null },
  ])
  t.end()
})

t.test('a source element is believed only where mtx cannot have guessed it', (t) => {
  const listing = (first: string, second: string) =>
    parseMtxStatus(
      '  Storage Changer /dev/sg3:2 Drives, 5 Slots ( 0 Import/Export )\n' +
        `Data Transfer Element 0:Full (${first} Loaded):VolumeTag = A\n` +
        `Data Transfer Element 1:Full (${second} Loaded):VolumeTag = B\n` +
        '      Storage Element 1:Full :VolumeTag=C\n' +
        '      Storage Element 2:Empty\n' +
        '      Storage Element 3:Empty\n' +
        '      Storage Element 4:Empty\n' +
        '      Storage Element 5:Full :VolumeTag=D\n',
    )
      .slice(0, 2)
      .map(({ sourceElement }) => sourceElement)

  t.strictSame(listing('Storage Element 3', 'Storage Element 4'), [3, 4])
  t.strictSame(
    listing('Storage Element 2', 'Storage Element 4'),
    [null, 4],
    'the first guess is the first empty element',
  )
  t.strictSame(
    listing('Storage Element 3', 'Storage Element 3'),
    [3, null],
    'the second guess is the second one',
  )
  t.strictSame(listing('Unknown Storage Element', 'Storage Element 0'), [null, null])
  t.end()
})

t.test('a listing that is not whole is refused', (t) => {
  t.throws(() => parseMtxStatus(oneSlot), {
    code: 'ERR_PARSE',
    message: 'mtx status: 0 of 1 elements listed',
  })
  t.throws(() => parseMtxStatus(`${oneDrive}      Storage Element 1:Empty\n`), {
    message: 'mtx status: elements of other types listed than announced',
  })
  t.throws(() => parseMtxStatus('cannot open SCSI device\n'), {
    message: 'mtx status: no "Storage Changer" line',
  })
  t.end()
})

t.test('the reason for a refusal', (t) => {
  const stderr = (key: string) =>
    `mtx: Request Sense: Sense Key=${key}\n` +
    'mtx: Request Sense: Additional Sense Code = 04\n' +
    'mtx: Request Sense: Additional Sense Qualifier = 12\n' +
    'READ ELEMENT STATUS Command Failed\n'
  t.equal(parseMtxSense(stderr('Not Ready')), 'logical unit not ready, offline (02/04/12)')
  t.equal(parseMtxSense(stderr('Something New')), 'something new (04/12)')
  t.equal(parseMtxSense("cannot open SCSI device '/dev/sg3' - Permission denied\n"), null)
  t.end()
})

t.test('any text is a listing or refused', (t) => {
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(
      oneSlot,
      oneDrive,
      'Data Transfer Element 0:Full (Storage Element 1 Loaded)',
      'Storage Element 1:Full :VolumeTag=A :AlternateVolumeTag=',
      'Storage Element 1 IMPORT/EXPORT:Empty',
    ),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      parseMtxSense(lines.join('\n'))
      try {
        return parseMtxStatus(lines.join('\n')).every(({ full, volumeTag }) => full || !volumeTag)
      } catch (error) {
        return (error as { code?: unknown }).code === 'ERR_PARSE'
      }
    }),
  )
  t.throws(() => parseMtxStatus('\n '.repeat(100_000)), { code: 'ERR_PARSE' })
  t.throws(() => parseMtxStatus(`${oneSlot}${' '.repeat(200_000)}x`), { code: 'ERR_PARSE' })
  t.end()
})
