import t from 'tap'
import type { BackupFacts, BackupsState } from '../../src/backups/state.ts'
import { backupFamilies } from '../../src/exporter/backups.ts'
import { backupOverdue } from '../../src/rules/backups.ts'

const AT = new Date('2026-11-28T12:00:00Z')
const ago = (hours: number) => new Date(AT.getTime() - hours * 3600_000)

const made = (hours: number, changes: Partial<BackupFacts> = {}): BackupFacts => ({
  ...{ state: 'completed', startedAt: ago(hours), finishedAt: ago(hours - 0.01), path: '/b/x.tar' },
  ...{ sizeBytes: 5000, error: null, verifiedAt: ago(hours - 0.02), verifySeconds: 12.5 },
  ...{ verifyError: null, ...changes },
})

const state = (changes: Partial<BackupsState>): BackupsState => ({
  ...{ at: AT, since: ago(1000), overdueHours: 24, last: null, completed: null, verified: null },
  ...changes,
})

t.test('a verified backup of today is all that is wanted', (t) => {
  const good = made(24)
  t.strictSame(backupOverdue.check(state({ verified: good, last: good })), [])
  t.strictSame(backupOverdue.check(state({ since: ago(24) })), [], 'a new daemon has a day')
  t.strictSame(backupOverdue.check(state({ overdueHours: 0 })), [], 'somebody else does it')
  t.end()
})

t.test('one that is too old, or that was never there, is told with the reason', (t) => {
  const [never] = backupOverdue.check(state({}))
  t.equal(never?.message, 'There is no verified backup, 1000 h after the first start.')
  const failed = made(1, { state: 'failed', path: null, error: '/b: no space left' })
  const [old] = backupOverdue.check(state({ verified: made(24.5), last: failed }))
  t.equal(
    old?.message,
    'The last verified backup is 24 h old. The last one failed: /b: no space left.',
  )
  t.match(old, {
    labels: {},
    evidence: { age_hours: 24.5, allowed_hours: 24, last_error: '/b: no space left' },
  })
  const broken = made(1, { verifiedAt: null, verifyError: 'users: what was restored differs' })
  const [differs] = backupOverdue.check(state({ completed: broken, last: broken }))
  t.match(differs?.message, /The last one failed: users: what was restored differs\.$/)
  t.end()
})

t.test('what never was has no number', (t) => {
  const values = (value: BackupsState) =>
    Object.fromEntries(
      backupFamilies.flatMap(({ name, samplesOf }) =>
        samplesOf({
          takenAt: AT,
          readings: {
            backups: {
              ...{ state: 'read', value, problems: [], coverage: 'all', takenAt: AT },
              durationSeconds: 0,
            },
          },
        }).map((sample) => [name.replace('storwarden_backup_', ''), sample.value]),
      ),
    )
  t.strictSame(values(state({})), {})
  const good = made(24)
  t.match(values(state({ verified: good, completed: good, last: made(1, { verifyError: 'x' }) })), {
    last_verified_timestamp_seconds: ago(24).getTime() / 1000,
    last_success_timestamp_seconds: ago(24).getTime() / 1000,
    last_failed: 1,
    last_verification_duration_seconds: 12.5,
    last_size_bytes: 5000,
  })
  t.end()
})
