import t from 'tap'
import { decodeInquiry, decodeVpdPages } from '../../src/scsi/inquiry.ts'
import { distinctAnswers } from '../support/recorded-answers.ts'
import { hasSgTools, sgTool } from '../support/sg-tool.ts'

const skip = !hasSgTools() && 'sg3-utils 1.46 is not installed'

t.test('standard INQUIRY data says what sg_inq says of it', { skip }, (t) => {
  const answers = distinctAnswers('120000')
  t.ok(answers.length >= 10, `${answers.length} devices`)
  for (const { answer, stdout } of sgTool('sg_inq', answers, (file) => [`--inhex=${file}`])) {
    const { type, qualifier, vendor, product, revision } = decodeInquiry(answer.data)
    const said = (label: string) => new RegExp(`${label}[:=] ?(.*)`).exec(stdout)?.[1] ?? ''
    t.strictSame(
      [vendor, product, revision],
      [
        said('Vendor identification').trim(),
        said('Product identification').trim(),
        said('Product revision level').trim(),
      ],
    )
    t.strictSame([type, qualifier], [Number.parseInt(said('PDT')), Number.parseInt(said('PQual'))])
  }
  t.end()
})

/** How sg_vpd abbreviates the pages that recorded devices list: pages from B0h on are others for a tape drive. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  ...{ sv: 0x00, sn: 0x80, di: 0x83, mna: 0x85, ei: 0x86, mpp: 0x87 },
  ...{ sp: 0x88, ai: 0x89, pslm: 0x91 },
  ...{ bl: 0xb0, bdc: 0xb1, lbpv: 0xb2, ref: 0xb3, bdce: 0xb5, cpr: 0xb9 },
  ...{ sad: 0xb0, mas: 0xb1, tas: 0xb2, adsn: 0xb3, dtde: 0xb4 },
}

t.test('VPD page 00h lists what sg_vpd says of it', { skip }, (t) => {
  const answers = distinctAnswers('120100')
  t.ok(answers.length >= 3, `${answers.length} lists`)
  const argv = (file: string) => ['--page=0', `--inhex=${file}`]
  for (const { answer, stdout } of sgTool('sg_vpd', answers, argv)) {
    const [, ...lines] = stdout.trimEnd().split('\n')
    const said = lines.map((line) => {
      const [, name = ''] = /\[(\w+)[^\]]*\]$/.exec(line) ?? []
      return ABBREVIATIONS[name] ?? Number(line.trim())
    })
    t.strictSame(decodeVpdPages(answer.data), said, stdout)
  }
  t.end()
})
