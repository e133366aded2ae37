import t from 'tap'
import { comparisons, type CheckInput } from '../../src/consistency/checks.ts'
import { checkNames, type CheckName } from '../../src/consistency/difference.ts'
import { MediaReader } from '../../src/consistency/media.ts'
import { inWords, outcomeOf, type CheckOutcome } from '../../src/consistency/outcome.ts'
import type { Host } from '../../src/host/host.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { watchAppliance } from '../support/appliance.ts'
import { evidenceOf, scstDrift, vtlDrift } from '../support/drift-evidence.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

type Known = CheckInput['known']

/** What the checks find on a host of which nothing, or something, is remembered. */
async function found(host: Host, known: Known = []): Promise<Record<CheckName, CheckOutcome>> {
  const { snapshot } = await watchAppliance(host).watch()
  const { mhvtl } = snapshot.readings
  const reader = new MediaReader({ host, elapsedMs: () => 0 })
  const media = mhvtl?.state === 'read' ? await reader.look(mhvtl.value) : new Map<string, never>()
  const outcomes = checkNames.map((check) => {
    const { sides, differences } = comparisons[check]({
      ...{ readings: snapshot.readings, media, contents: new Map(), catalogue: null },
      known: known.filter((thing) => thing.check === check),
    })
    const told = differences.map((one) => inWords(check, one, new Map()))
    const timing = { checkedAt: snapshot.takenAt, durationSeconds: 0 }
    return [check, outcomeOf(check, sides, told, [], timing)] as const
  })
  return Object.fromEntries(outcomes) as Record<CheckName, CheckOutcome>
}

const said = ({ differences }: CheckOutcome) =>
  differences.map(({ kind, name }) => `${kind} ${name}`).sort()

for (const name of RECORDINGS) {
  t.test(`${name} differs in what its evidence says, and in nothing else`, async (t) => {
    const evidence = evidenceOf(name)
    const { vtl, scst, library } = await found(openRecording(name))
    t.strictSame(said(scst), scstDrift(evidence))
    const { drift, silent } = vtlDrift(evidence)
    t.strictSame(said(vtl), drift)
    t.strictSame(said(library), [], 'nothing is remembered, and there is no catalogue')
    // Of x1 the answers were recorded, and not what mtx makes of them.
    const silentSides = vtl.sources.filter(({ role, state }) => role === 'live' && state !== 'read')
    if (name !== 'x1-drive-daemon-segv') t.equal(silentSides.length, silent.length)
    const isScstDown = evidence.files.has('/etc/scst.conf') && !evidence.files.has(SYSFS)
    t.equal(scst.status, isScstDown ? 'unknown' : 'up')
    t.equal(vtl.status, silentSides.length > 0 ? 'unknown' : 'up')
  })
}

const SYSFS = '/sys/kernel/scst_tgt/devices'

t.test('the drift of 06 is told in the words of its manifest', async (t) => {
  const { scst } = await found(openRecording('06-scst-degraded'))
  const file = '/etc/scst.conf'
  t.strictSame(
    scst.differences.map(({ kind, sentence, toldBy }) => [kind, sentence, toldBy]),
    [
      [
        'orphaned',
        'The initiator iqn.2001-05.com.example:rogue in the group esx_hosts of the target ' +
          `iqn.2026-01.org.example:disk1 (iscsi) runs and is not in ${file}: a restart takes it away.`,
        'ScstConfigurationDiffers',
      ],
      [
        'pending',
        `LUN 3 of the target iqn.2026-01.org.example:disk1 (iscsi) is configured in ${file} and not running.`,
        'ScstConfigurationDiffers',
      ],
      [
        'orphaned',
        'LUN 9 of the target iqn.2026-01.org.example:disk1 (iscsi) (null0) runs and is not in ' +
          `${file}: a restart takes it away.`,
        'ScstConfigurationDiffers',
      ],
      [
        'different',
        `enabled of the target iqn.2026-01.org.example:vtl1 (iscsi) is 0, and 1 in ${file}.`,
        'ScstConfigurationDiffers',
      ],
    ],
  )
})

t.test(
  'what was there before is missing, where it was only configured it is pending',
  async (t) => {
    const { snapshot } = await watchAppliance(openRecording('01-steady')).watch()
    const known = checkNames.flatMap((check) => {
      const input = { known: [], media: new Map(), contents: new Map(), catalogue: null }
      const { sound } = comparisons[check]({ readings: snapshot.readings, ...input })
      return sound.map((thing) => ({ ...thing, check, adoptedBy: null }))
    })
    const { scst, vtl, library } = await found(openRecording('06-scst-degraded'), known)
    t.match(said(scst), [
      'different',
      'missing iscsi/iqn.2026-01.org.example:disk1/LUN 3',
      'orphaned',
    ])
    t.equal(scst.status, 'down')
    t.strictSame([vtl.status, library.status], ['up', 'up'], 'cartridges may move')

    const offline = await found(openRecording('05a-library-offline'), known)
    t.strictSame(said(offline.library), [], 'its cartridges are not missing')
    t.match(offline.library, {
      status: 'unknown',
      reasons: [/^libraries: library IBMLIB0030 is offline/],
    })
    const stopped = await found(openRecording('09-no-tape'), known)
    t.strictSame([said(stopped.library), said(stopped.vtl)], [[], []])
  },
)

const L700 = '/opt/mhvtl/STK_L700'
const HP = '/opt/mhvtl/HP_MSL'

/** The recording with media and contents changed by hand. */
function drifted(): Host {
  const contents =
    evidenceOf('01-steady').files.get('/etc/mhvtl/library_contents.50')?.content ?? ''
  return alteredRecording('01-steady', {
    [`${L700}/E01005L8`]: null,
    [`${L700}/E01006L8/data.0`]: null,
    [`${HP}/K05003L6/indx.0`]: null,
    [`${HP}/K05003L6/mam`]: null,
    '/etc/mhvtl/library_contents.50': {
      content: contents.replace('K05002L6', 'NEW001L6').replace(/$/, 'Slot 25: NEW002L6\n'),
    },
  })
}

t.test('media that were removed, lack files or are in no slot are each told once', async (t) => {
  const { vtl } = await found(drifted())
  const of50 = 'of the library DEC30050AB'
  const contents = 'library_contents.50'
  t.strictSame(
    vtl.differences.map(({ kind, sentence, toldBy }) => [kind, sentence, toldBy]),
    [
      [
        'missing',
        `The cartridge E01005L8 of the library XYZZY_A, slot 5, has no data: there is no medium of it below ${L700}.`,
        'VtlMediumMissing',
      ],
      [
        'missing',
        'The cartridge E01006L8 of the library XYZZY_A, slot 6, has no data: its directory has no data file.',
        null,
      ],
      [
        'different',
        `The library DEC30050AB has another number of slots than it is configured with: 25 by ${contents}, 24 by ` +
          'library DEC30050AB.',
        null,
      ],
      [
        'orphaned',
        `The cartridge K05002L6 ${of50} is in slot 2 and not in ${contents}: when the library starts again it is ` +
          'not there any more.',
        null,
      ],
      ['different', `The medium K05003L6 ${of50} is not whole: it is without indx.0, mam.`, null],
      [
        'pending',
        `The cartridge NEW001L6 ${of50} is in ${contents} (slot 2), and there is no medium of it below ${HP}.`,
        'VtlMediumMissing',
      ],
      [
        'pending',
        `The cartridge NEW002L6 ${of50} is in ${contents} (slot 25), and there is no medium of it below ${HP}.`,
        'VtlMediumMissing',
      ],
    ],
  )
  t.match(vtl, { status: 'down', message: '2 missing, 1 orphaned, 2 pending, 2 different' })
  t.match(vtl.differences[0]?.place, { library: 'XYZZY_A', barcode: 'E01005L8', element: 'slot 5' })
})
