import { linkTo } from '../../shell/router.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import type { Filesystem } from '../../wire/types.ts'
import { bytes, count, dateTime, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Exports, useExports } from './exports.tsx'
import { forecastOf, itemsOf, type Forecast, type StorageListings } from './data.ts'
import { AccessBadge, Full, Refs, Usage } from './parts.tsx'
import { groupOf, refOf } from './relations.ts'

const texts = words.storage
const ratio = (value: number) => percent(value * 100)

interface FilesystemPageProps {
  mount: Filesystem
  all: StorageListings
}

/** One file system: how full it is, was and will be. */
export function FilesystemPage({ mount, all }: FilesystemPageProps) {
  const { mount_point: path, device, type, usage, error } = mount
  const { span, setSpan, zoom } = useSpan('day')
  const storage = itemsOf(all)
  const on = refOf(device, storage) ?? groupOf(device, storage.groups)
  const facts = texts.filesystem
  const labels = { mountpoint: path }
  const exports = useExports(all)
  return (
    <>
      <PageHead
        title={path}
        up={{ text: texts.views.filesystems, link: linkTo('storage', ['filesystems']) }}
      />
      {error !== null && <Notice>{`${texts.unread}: ${error}`}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, labels)} />
      <div class="two-columns">
        <Panel title={texts.kinds.filesystems}>
          <Facts
            facts={[
              [facts.used, <Usage key="used" of={usage?.used_percent ?? null} label={path} />],
              [facts.available, bytes(usage?.available_bytes ?? null)],
              [facts.total, bytes(usage?.total_bytes ?? null)],
              [facts.inodes, inodesText(usage)],
              [facts.access, <AccessBadge key="access" of={mount} />],
              [facts.type, type],
              [
                facts.device,
                <span key="device">
                  <code>{device}</code> {on !== null && <Refs of={[on]} none="" />}
                </span>,
              ],
              [facts.exported, <Exports key="exported" of={exports.on('filesystems', mount.id)} />],
              [texts.readAt, <Time key="read" at={mount.read_at} />],
            ]}
          />
          <p class="hint">{facts.reserved}</p>
        </Panel>
        <Panel title={texts.forecast.title}>
          <ForecastFacts of={forecastOf(all.forecasts, 'filesystem', path)} />
        </Panel>
      </div>
      <Panel title={facts.history} aside={<SpanChoice span={span} onChoose={setSpan} />}>
        <HistoryChart
          label={facts.history}
          asked={{ name: 'storwarden_filesystem_used_ratio', labels }}
          span={span}
          format={ratio}
          nameOf={() => facts.used}
          onZoom={zoom}
        />
      </Panel>
    </>
  )
}

function inodesText(usage: Filesystem['usage']): string | null {
  if (usage === null) return null
  const { files, files_free: free } = usage
  if (files === null || free === null) return texts.noInodes
  return texts.filesystem.inodesOf(count(files - free) ?? '', count(files) ?? '')
}

/** When something is used up, and how sure that is. */
export function ForecastFacts({ of }: { of: Forecast | null }) {
  const facts = texts.forecast
  if (of === null) return <p class="quiet">{words.overview.full.noHistory}</p>
  const { state, reason, used_per_day: grows, earliest_at: from, latest_at: to } = of
  const amount = grows === null || of.unit !== 'bytes' ? null : (bytes(Math.abs(grows)) ?? '')
  return (
    <Facts
      facts={[
        [
          columnsOf.state,
          reason === null ? facts.states[state] : `${facts.states[state]}: ${reason}`,
        ],
        [facts.at, <Full key="at" of={of} />],
        ...(from === null || to === null
          ? []
          : [
              [facts.between, facts.and(dateTime(new Date(from)), dateTime(new Date(to)))] as const,
            ]),
        ...(amount === null || grows === null
          ? []
          : [[facts.grows, facts.perDay(grows < 0 ? `−${amount}` : amount)] as const]),
        [facts.history, facts.days(of.history_days)],
      ]}
    />
  )
}

const columnsOf = texts.columns
