import { SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Plot, type Labels } from '../../ui/plot.tsx'
import { summed } from '../../ui/sums.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import type { Scst } from './data.ts'

const texts = words.scst.traffic
const INITIATOR = 'storwarden_scst_initiator'
const BYTES = {
  [`${INITIATOR}_read_bytes_total`]: texts.read,
  [`${INITIATOR}_written_bytes_total`]: texts.write,
}
const COMMANDS = {
  [`${INITIATOR}_read_commands_total`]: texts.reads,
  [`${INITIATOR}_write_commands_total`]: texts.writes,
  [`${INITIATOR}_none_commands_total`]: texts.others,
}
const IN_FLIGHT = { storwarden_scst_session_active_commands: texts.most }
const HEIGHT = 170

/** Bytes per second. */
export const perSecond = (value: number) => texts.perSecond(bytes(value) ?? '')
/** So many per second, with one decimal. */
export const rate = (value: number) => texts.perSecond(count(Math.round(value * 10) / 10) ?? '')
const whole = (value: number) => count(Math.round(value))

interface TrafficProps {
  labels: Labels
  /** Of one session; its commands in flight have more labels than what its initiator has moved. */
  session?: Labels
  /** How many series there may be: initiators of a target. */
  series: number
}

/** What goes through something over time: a target, an initiator at it, or a session of that. */
export function Traffic({ labels, session = labels, series }: TrafficProps) {
  const { span, setSpan, zoom } = useSpan('hour')
  const shared = { span, onZoom: zoom, series, height: HEIGHT }
  return (
    <Panel title={texts.title} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <div class="plots">
        <div>
          <h3>{texts.throughput}</h3>
          <Plot
            label={texts.throughput}
            metrics={BYTES}
            aggregate="rate"
            format={perSecond}
            {...{ labels, ...shared }}
          />
        </div>
        <div>
          <h3>{texts.commands}</h3>
          <Plot
            label={texts.commands}
            metrics={COMMANDS}
            aggregate="rate"
            format={rate}
            {...{ labels, ...shared }}
          />
        </div>
        <div>
          <h3>{texts.inFlight}</h3>
          <Plot
            label={texts.inFlight}
            metrics={IN_FLIGHT}
            aggregate="max"
            format={whole}
            {...shared}
            labels={session}
          />
        </div>
      </div>
    </Panel>
  )
}

/** The targets that most goes through. */
export function Busiest({ scst: { sessions } }: { scst: Scst }) {
  const { span, setSpan, zoom } = useSpan('hour')
  if (sessions.items.length === 0) return null
  return (
    <Panel title={texts.busiest} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <Plot
        label={texts.busiest}
        metrics={BYTES}
        aggregate="rate"
        labels={{}}
        series={sessions.items.length}
        format={perSecond}
        span={span}
        onZoom={zoom}
        linesOf={(histories) =>
          summed(
            histories.flatMap(([, { series }]) => series),
            ({ target }) => target ?? '',
          )
        }
      />
    </Panel>
  )
}
