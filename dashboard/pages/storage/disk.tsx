import { linkTo } from '../../shell/router.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Plot } from '../../ui/plot.tsx'
import { quotient } from '../../ui/quotients.ts'
import { Notice } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import type { Disk } from '../../wire/types.ts'
import { bytes, count, duration, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { perSecond, rate } from '../scst/traffic.tsx'
import { itemsOf, type StorageListings } from './data.ts'
import { Exports, useExports } from './exports.tsx'
import { degrees, Refs, SmartBadge } from './parts.tsx'
import { slotOf, usesOf } from './relations.ts'

const texts = words.storage
const facts = texts.disk

interface DiskPageProps {
  disk: Disk
  all: StorageListings
}

/** One disk: what it is, what it is part of, what it says of itself, and what it does. */
export function DiskPage({ disk, all }: DiskPageProps) {
  const { name, serial, model, io, error } = disk
  const storage = itemsOf(all)
  const slot = slotOf(name, storage)
  const exports = useExports(all)
  return (
    <>
      <PageHead
        title={`${model ?? texts.kinds.disks} ${serial ?? name}`}
        up={{ text: texts.views.disks, link: linkTo('storage', ['disks']) }}
      />
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, { serial: disk.id })} />
      <div class="two-columns">
        <Panel title={texts.kinds.disks}>
          <Facts
            facts={[
              [texts.columns.model, model],
              ...(disk.vendor === null ? [] : [[facts.vendor, disk.vendor] as const]),
              [texts.columns.serial, serial],
              [facts.wwn, disk.wwn === null ? null : <code key="wwn">{disk.wwn}</code>],
              [facts.size, bytes(disk.size_bytes)],
              [facts.kind, disk.rotational ? facts.rotational : facts.solid],
              [facts.name, name],
              [facts.address, disk.hctl ?? words.common.none],
              [facts.state, disk.state],
              [facts.access, disk.read_only ? texts.readOnly : texts.writable],
              [facts.uses, <Refs key="uses" of={usesOf(name, storage)} none={facts.unused} />],
              [facts.exported, <Exports key="exported" of={exports.on('disks', disk.id)} />],
              ...(slot === null
                ? []
                : [
                    [
                      facts.slot,
                      <a key="slot" href={linkTo('storage', ['enclosures', slot.enclosure])}>
                        {slot.enclosure}, {texts.enclosures.slot(slot.slot)}
                      </a>,
                    ] as const,
                  ]),
              [facts.inFlight, count(io?.in_flight ?? null)],
              [facts.busy, percent(io?.busy_percent ?? null)],
              [texts.readAt, <Time key="read" at={disk.read_at} />],
            ]}
          />
        </Panel>
        <Panel title={texts.smart.title} aside={<SmartBadge of={disk} />}>
          <Smart of={disk} />
        </Panel>
      </div>
      <Work id={disk.id} />
    </>
  )
}

function Smart({ of: { smart, rotational } }: { of: Disk }) {
  if (smart === null) return <p class="quiet">{texts.smart.none}</p>
  const { remarks, power_on_hours: hours } = smart
  return (
    <>
      <p class="said">{texts.smart.texts[smart.state]}</p>
      <Facts
        facts={[
          [texts.smart.temperature, degrees(smart.temperature_celsius)],
          [texts.smart.powerOn, duration(hours === null ? null : hours * 3600)],
          [texts.smart.reallocated, count(smart.reallocated)],
          [texts.smart.pending, count(smart.pending)],
          [texts.smart.uncorrectable, count(smart.uncorrectable)],
          ...(rotational ? [] : [[texts.smart.life, percent(smart.life_used_percent)] as const]),
          [texts.smart.asked, `${smart.device} (${smart.type})`],
        ]}
      />
      {remarks.length > 0 && (
        <>
          <h3>{texts.smart.remarks}</h3>
          <ul class="remarks">
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

const DISK = 'storwarden_disk'
const THROUGHPUT = {
  [`${DISK}_read_bytes_total`]: facts.read,
  [`${DISK}_written_bytes_total`]: facts.written,
}
const REQUESTS = { [`${DISK}_reads_total`]: facts.reads, [`${DISK}_writes_total`]: facts.writes }
/** Under the names of the lines that they are put together to. */
const TIMES = {
  [`${DISK}_read_seconds_total`]: 'read seconds',
  [`${DISK}_reads_total`]: 'reads',
  [`${DISK}_write_seconds_total`]: 'write seconds',
  [`${DISK}_writes_total`]: 'writes',
}
const HEIGHT = 160

function Work({ id }: { id: string }) {
  const { span, setSpan, zoom } = useSpan('hour')
  const shared = { labels: { serial: id }, span, onZoom: zoom, height: HEIGHT }
  return (
    <Panel title={facts.io} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <div class="plots">
        <div>
          <h3>{facts.throughput}</h3>
          <Plot
            label={facts.throughput}
            metrics={THROUGHPUT}
            aggregate="rate"
            format={perSecond}
            {...shared}
          />
        </div>
        <div>
          <h3>{facts.iops}</h3>
          <Plot label={facts.iops} metrics={REQUESTS} aggregate="rate" format={rate} {...shared} />
        </div>
        <div>
          <h3>{facts.latency}</h3>
          <Plot
            label={facts.latency}
            metrics={TIMES}
            aggregate="rate"
            format={milliseconds}
            linesOf={(histories) => {
              const of = (name: string) =>
                histories.find(([called]) => called === name)?.[1].series[0]?.points ?? []
              return [
                quotient(facts.readLatency, of('read seconds'), of('reads')),
                quotient(facts.writeLatency, of('write seconds'), of('writes')),
              ]
            }}
            {...shared}
          />
        </div>
        <div>
          <h3>{facts.temperature}</h3>
          <HistoryChart
            label={facts.temperature}
            asked={{ name: `${DISK}_smart_temperature_celsius`, labels: { serial: id } }}
            span={span}
            format={(value) => degrees(Math.round(value * 10) / 10)}
            nameOf={() => facts.temperature}
            onZoom={zoom}
            height={HEIGHT}
          />
        </div>
      </div>
    </Panel>
  )
}

function milliseconds(seconds: number): string {
  return facts.milliseconds((seconds * 1000).toPrecision(3))
}
