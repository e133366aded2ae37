import t from 'tap'
import { Consistency } from '../../src/consistency/consistency.ts'
import type { CheckName } from '../../src/consistency/difference.ts'
import type { ConsistencyOptions } from '../../src/consistency/options.ts'
import { pastResults } from '../../src/consistency/store.ts'
import type { Host } from '../../src/host/host.ts'
import { following } from '../../src/host/replay-timeline.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { watchAppliance } from '../support/appliance.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'
import { openRecording } from '../support/recording.ts'

const DISK1 = 'iscsi/iqn.2026-01.org.example:disk1'

/** Consistency of recordings that are shown one after the other, on a database of its own. */
async function open(t: Teardown, first = '01-steady', changes: Partial<ConsistencyOptions> = {}) {
  const database = await openTestDatabase(t)
  let host: Host = openRecording(first)
  const appliance = watchAppliance(following(() => host))
  let snapshot: Snapshot = (await appliance.watch()).snapshot
  let now = new Date('2026-11-20T21:00:00Z')
  const counted: string[] = []
  const consistency = new Consistency({
    ...{ database, host: following(() => host), now: () => now, elapsedMs: () => 0, seed: () => 1 },
    snapshot: () => snapshot,
    paths: () => ({ mhvtlConfigDir: '/etc/mhvtl', scstConfigPath: '/etc/scst.conf' }),
    collectAll: async () => undefined,
    observer: {
      checked: (check) => counted.push(`checked ${check}`),
      inconsistencies: (check, severity, count) => counted.push(`${count} ${severity} ${check}`),
      reconciled: (strategy, status) => counted.push(`${strategy} ${status}`),
    },
    onError(error) {
      throw error
    },
    ...changes,
  })
  return {
    ...{ consistency, database, counted },
    show: async (recording: string) => {
      host = openRecording(recording)
      snapshot = (await appliance.watch()).snapshot
      consistency.update(snapshot)
    },
    alter: (change: (readings: Snapshot['readings']) => Snapshot['readings']) => {
      snapshot = { ...snapshot, readings: change(snapshot.readings) }
      consistency.update(snapshot)
    },
    wait: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
    /** `kind name` of what is found and not ignored, of all checks or one. */
    found: async (...checks: CheckName[]) => {
      const outcomes = await consistency.check(checks.length === 0 ? undefined : checks)
      return outcomes.flatMap(({ differences }) =>
        differences
          .filter(({ ignored }) => ignored === null)
          .map(({ kind, name, attribute }) =>
            [kind, name, ...(attribute === null ? [] : [attribute])].join(' '),
          ),
      )
    },
  }
}

const drift = [
  `orphaned ${DISK1}/esx_hosts/iqn.2001-05.com.example:rogue`,
  `missing ${DISK1}/LUN 3`,
  `orphaned ${DISK1}/LUN 9`,
  'different iscsi/iqn.2026-01.org.example:vtl1 enabled',
]

t.test('what a check has seen is missed by the next, also after a restart', async (t) => {
  const first = await open(t)
  t.strictSame(await first.found(), [])
  await first.show('06-scst-degraded')
  t.strictSame(await first.found(), drift)
  t.strictSame(first.counted.slice(3), [
    ...['checked vtl', 'checked scst', '3 warning scst', '1 critical scst', 'checked library'],
  ])
  await first.found()
  t.strictSame(first.counted.slice(8), ['checked vtl', 'checked scst', 'checked library'], 'once')
  const { results, total } = await pastResults(first.database, {
    ...{ check: 'scst', limit: 2, offset: 0 },
  })
  t.equal(total, 3)
  t.match(results, [
    { status: 'down', missing: 1, orphaned: 2, different: 1, pending: 0, ignored: 0 },
    { status: 'down' },
  ])
})

t.test(
  'what was adopted is well in the database, and the file is shown what it lacks',
  async (t) => {
    const { consistency, show, found, counted } = await open(t)
    await found()
    await show('06-scst-degraded')
    const request = { strategy: 'adopt_live', checks: ['scst'], dryRun: true, by: 'ann' } as const
    const planned = await consistency.reconcile(request)
    t.match(planned, { remembered: 3, forgotten: 1, steps: [] })
    t.equal(
      planned.files.map(({ path, text }) => `${path}\n${text}`).join(''),
      `/etc/scst.conf
 TARGET_DRIVER iscsi {
 	TARGET iqn.2026-01.org.example:disk1 {
 		GROUP esx_hosts {
+			INITIATOR iqn.2001-05.com.example:rogue
 		}
 	}
 }
 TARGET_DRIVER iscsi {
 	TARGET iqn.2026-01.org.example:disk1 {
-		LUN 3 thin_lun
 	}
 }
 TARGET_DRIVER iscsi {
 	TARGET iqn.2026-01.org.example:disk1 {
+		LUN 9 null0
 	}
 }
 TARGET_DRIVER iscsi {
 	TARGET iqn.2026-01.org.example:vtl1 {
-		enabled 1
+		enabled 0
 	}
 }
`,
    )
    t.strictSame(await found('scst'), drift, 'nothing was changed')
    await consistency.reconcile({ ...request, dryRun: false })
    t.strictSame(await found('scst'), [drift[0], `pending ${DISK1}/LUN 3`, ...drift.slice(2)])
    t.ok(counted.includes('adopt_live completed'))
  },
)

t.test('restoring is a plan of writes in an order that can be gone, and is refused', async (t) => {
  const { consistency, show, found, counted } = await open(t)
  await found()
  await show('06-scst-degraded')
  const request = { strategy: 'restore_config', checks: ['scst', 'vtl'], by: 'ann' } as const
  const { steps } = await consistency.reconcile({ ...request, dryRun: true })
  const target = '/sys/kernel/scst_tgt/targets/iscsi/iqn.2026-01.org.example'
  t.strictSame(
    steps.map(({ write, disruptive }) => [write?.path, write?.text, disruptive]),
    [
      [`${target}:disk1/luns/mgmt`, 'del 9', true],
      [
        `${target}:disk1/ini_groups/esx_hosts/initiators/mgmt`,
        'del iqn.2001-05.com.example:rogue',
        true,
      ],
      [`${target}:disk1/luns/mgmt`, 'add thin_lun 3', false],
      [`${target}:vtl1/enabled`, '1', false],
    ],
  )
  await t.rejects(consistency.reconcile({ ...request, dryRun: false }), {
    code: 'ERR_NOT_CARRIED_OUT',
  })
  t.ok(counted.includes('restore_config refused'))
})

t.test('a difference that is ignored counts for nothing until its time is over', async (t) => {
  const { consistency, show, found, wait, database } = await open(t)
  await found()
  await show('06-scst-degraded')
  await found()
  const [, lun] = consistency.state().checks[1]?.differences ?? []
  const until = new Date('2026-11-20T22:00:00Z')
  await consistency.ignore(lun?.id ?? '', { reason: 'moved', until, by: 'ann' })
  t.strictSame(
    await found('scst'),
    drift.filter((line) => !line.startsWith('missing')),
  )
  const [scst] = await consistency.check(['scst'])
  t.match(scst, { status: 'up', ignored: 1, counts: { missing: 0 } })
  t.match(scst?.differences[1]?.ignored, { by: 'ann', reason: 'moved', until })
  wait(3600)
  t.strictSame(await found('scst'), drift)

  await consistency.ignore(lun?.id ?? '', { reason: 'for ever', until: null, by: 'ann' })
  await consistency.heed(lun?.id ?? '')
  t.strictSame(await found('scst'), drift)
  await t.rejects(consistency.heed(lun?.id ?? ''), { code: 'ERR_DIFFERENCE_NOT_FOUND' })
  await t.rejects(consistency.ignore('none', { reason: '', until, by: 'x' }), {
    code: 'ERR_DIFFERENCE_NOT_FOUND',
  })
  const note = async () => {
    throw new Error('no audit')
  }
  const ignoring = { reason: 'x', until: null, by: 'ann' }
  await t.rejects(consistency.ignore(lun?.id ?? '', ignoring, note), { message: 'no audit' })
  t.strictSame(await database.query('select id from consistency_ignored'), [])
})

t.test('a second request joins the check that runs', async (t) => {
  const { consistency, counted } = await open(t)
  await Promise.all([consistency.check(), consistency.check(), consistency.check(['scst'])])
  t.strictSame(counted, ['checked vtl', 'checked scst', 'checked library'])
  await Promise.all([consistency.check(['scst']), consistency.check(['vtl'])])
  t.strictSame(
    counted.slice(3),
    ['checked scst', 'checked vtl'],
    'what it does not make comes after',
  )
  await consistency.stop()
})

t.test('a cartridge that was taken out by the mail slot is not missing, others are', async (t) => {
  const { found, alter } = await open(t)
  await found('library')
  const move = (from: string, type: 'import-export' | null) => {
    alter((readings) => {
      const { changers } = readings
      if (changers?.state !== 'read') return readings
      const value = changers.value.map((changer) => ({
        ...changer,
        inventory: changer.inventory && {
          ...changer.inventory,
          elements: changer.inventory.elements.flatMap((element) =>
            element.volumeTag !== from ? [element] : type === null ? [] : [{ ...element, type }],
          ),
        },
      }))
      return { ...readings, changers: { ...changers, value } }
    })
  }
  move('F01001L6', 'import-export')
  move('F01001L6', null)
  move('F01002L6', null)
  t.strictSame(await found('library'), ['missing F01002L6'])
})

t.test('the catalogue says what ought to be in the libraries', async (t) => {
  const { consistency, found } = await open(t)
  const live = (await consistency.check(['library']))[0]?.sources[0]
  t.match(live, { role: 'live', state: 'read' })
  const row = (barcode: string, location: string | null = null) => ({
    ...{ barcode, location, pool: null, status: null, sizeBytes: null },
  })
  await consistency.importCatalogue({
    ...{ name: 'bareos', by: 'ann' },
    rows: [
      ...[row('E01001L8', 'slot 1'), row('E01002L8'), row('E01003L8', 'vault')],
      ...[row('GONE01L8', 'STK L700 (XYZZY_A) slot 3'), row('NEW001L8'), row('VLT001L8', 'vault')],
    ],
  })
  const all = await found('library')
  t.strictSame(
    all.filter((line) => !line.startsWith('orphaned')),
    ['different E01003L8 is_in', 'missing GONE01L8', 'pending NEW001L8'],
  )
  const orphaned = all.filter((line) => line.startsWith('orphaned'))
  t.equal(orphaned.length, 90 - 5 - 3, 'all others but those that clean')
  t.ok(await consistency.forgetCatalogue())
  t.notOk(await consistency.forgetCatalogue())
  t.strictSame(await found('library'), [])
})
