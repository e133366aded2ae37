import type { Verdict } from '../../cartridges/verdict.ts'
import type { ObjectForecast } from '../../history/forecasts.ts'
import { bytesText, countText, percentText } from '../../rules/words.ts'
import type { LoadFigures, WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import {
  gapLines,
  gapSeverity,
  gravestOf,
  said,
  sectionOf,
  tableOf,
  valueIn,
  type Clock,
} from '../words.ts'

/** Of what a cleaning cartridge can do; when so much is used another one has to be bought. */
const NEARLY_USED = 0.8

/** Cartridges, drives and cleaning. Pure. */
export function tapeSection(facts: WeeklyFacts, clock: Clock): ReportSection[] {
  const { loads, verdicts, drives, forecasts } = facts
  const judged = valueIn(verdicts) ?? []
  const wanting = (valueIn(drives) ?? []).flatMap(({ place, status }) =>
    status?.cleaningRequired || status?.cleaningRequested
      ? [[said(place), status.cleaningRequired ? 'required' : 'requested']]
      : [],
  )
  const cleaning = (valueIn(forecasts)?.forecasts ?? []).filter(
    ({ kind, used, capacity }) => kind === 'cleaning_cartridge' && used >= NEARLY_USED * capacity,
  )
  const figures = valueIn(loads)
  const faulty = figures?.cartridges ?? []
  const guilty = judged.filter(({ verdict }) => verdict === 'drive')
  const parts = {
    'Loads of cartridges': loads,
    'What errors follow': verdicts,
    'Tape drives': drives,
  }
  const isWrong = faulty.length + wanting.length + cleaning.length + guilty.length > 0
  return sectionOf(
    'Tape',
    gravestOf([isWrong ? 'warning' : null, gapSeverity(Object.values(parts))]),
    [figures === null ? null : loadsLine(figures), ...gapLines(parts)],
    [
      tableOf(
        ['Cartridge', 'In drive', 'Errors not recovered', 'Whose fault', 'What to do'],
        faulty.map((one) => faultyRow(one, judged)),
        { title: 'Cartridges with errors', total: figures?.cartridgesTotal ?? 0 },
      ),
      tableOf(
        ['Drive', 'Why', 'What to do'],
        guilty.map(({ name, reason, action }) => [
          said(name),
          said(reason, 300),
          said(action, 300),
        ]),
        { title: 'Errors follow the drive' },
      ),
      tableOf(['Drive', 'Cleaning'], wanting, { title: 'Drives that want to be cleaned' }),
      tableOf(
        ['Cartridge', 'Used', 'Used up about'],
        cleaning.map((one) => cleaningRow(one, clock)),
        { title: 'Cleaning cartridges near their end' },
      ),
      tableOf(
        ['Drive', 'Loads', 'Written', 'Read', 'Errors not recovered'],
        (figures?.drives ?? []).filter(({ virtual }) => !virtual).map(driveRow),
        { title: 'Loads by drive' },
      ),
    ],
  )
}

function loadsLine({ drives }: LoadFigures): string | null {
  const sum = (virtual: boolean) =>
    drives.filter((one) => one.virtual === virtual).reduce((all, { loads }) => all + loads, 0)
  const [real, virtual] = [sum(false), sum(true)]
  if (real + virtual === 0) return null
  const others = virtual === 0 ? '' : `, ${countText(virtual, 'load')} of virtual drives`
  return `${countText(real, 'load')} of tape drives${others}.`
}

function faultyRow(one: LoadFigures['cartridges'][number], verdicts: readonly Verdict[]): string[] {
  const { name, library, drives, unrecoveredWriteErrors, unrecoveredReadErrors, loads } = one
  const verdict = verdicts.find(
    ({ about, volumeTag, id, library: where }) =>
      about === 'cartridge' &&
      (volumeTag === name || id === name) &&
      (where === null || library === null || where === library),
  )
  return [
    said(library === null ? name : `${name} of library ${library}`),
    said(drives.join(', ')),
    `${unrecoveredWriteErrors} in writing, ${unrecoveredReadErrors} in reading, in ${countText(loads, 'load')}`,
    said(faultText(verdict), 300),
    said(verdict?.action ?? '', 300),
  ]
}

const FAULTS = { tape: 'the tape', drive: 'the drive', undetermined: 'not determined' } as const

function faultText(verdict: Verdict | undefined): string {
  return verdict === undefined ? 'not known' : `${FAULTS[verdict.verdict]}: ${verdict.reason}`
}

function cleaningRow({ object, used, capacity, forecast }: ObjectForecast, clock: Clock): string[] {
  const { usedUpAtMs } = forecast
  return [
    said(object),
    `${Math.round(used)} of ${capacity} uses (${percentText((used / capacity) * 100)})`,
    usedUpAtMs === null ? 'not known' : clock.day(new Date(usedUpAtMs)),
  ]
}

function driveRow(one: LoadFigures['drives'][number]): string[] {
  const amount = (bytes: number | null) => (bytes === null ? 'not counted' : bytesText(bytes))
  return [
    said(one.drive),
    String(one.loads),
    amount(one.writtenBytes),
    amount(one.readBytes),
    one.errors === null ? 'not counted' : String(one.errors),
  ]
}
