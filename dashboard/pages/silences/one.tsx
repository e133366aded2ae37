import { firingAlerts } from '../../live/alerts.ts'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Loading, Shown } from '../../ui/states.tsx'
import { Badge, Facts, Time } from '../../ui/value.tsx'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { cronInWords } from '../../words/cron.ts'
import { EndButton } from './end.tsx'
import { What } from './list.tsx'
import type { Silence } from './silence.ts'

const texts = words.silences.detail
const tones = { active: 'info', pending: 'quiet', expired: 'quiet' } as const

/** One silence: what, when, by whom, and what it silences now. */
export function SilencePage({ id }: { id: string }) {
  const silence = useResource('GET /monitoring/silences/:id', { params: { id } }, [
    'alert',
    'metrics',
  ])
  const up = { text: words.navigation.silences, link: linkTo('silences') }
  return (
    <Shown of={silence}>
      {(value) => (
        <>
          <PageHead title={value.comment || words.navigation.silences} up={up}>
            <Badge tone={tones[value.state]}>{words.silences.states[value.state]}</Badge>
            {value.state !== 'expired' && may('monitoring:write') && (
              <EndButton silence={value} onDone={silence.refresh} />
            )}
          </PageHead>
          <div class="two-columns">
            <Panel title={texts.what}>
              <What silence={value} />
            </Panel>
            <Panel title={texts.when}>
              <When silence={value} />
            </Panel>
          </div>
          <Now id={value.id} />
        </>
      )}
    </Shown>
  )
}

function When({ silence }: { silence: Silence }) {
  const { schedule, window, end, cancelled_at: cancelled, state } = silence
  const exact = (at: string) => <Time key={at} at={at} exact />
  return (
    <Facts
      facts={[
        [texts.start, exact(silence.start)],
        [texts.end, end === null ? words.silences.endless : exact(end)],
        ...(schedule === null
          ? []
          : ([
              [texts.schedule, cronInWords(schedule.cron) ?? words.silences.cron.unread],
              [texts.cron, <code key="cron">{schedule.cron}</code>],
              [texts.lasts, duration(schedule.duration_seconds)],
              [texts.zone, schedule.time_zone],
            ] as const)),
        ...(window === null
          ? []
          : [
              [
                state === 'active' ? texts.window : texts.nextWindow,
                <span key="window">
                  {exact(window.start)} – {exact(window.end)}
                </span>,
              ] as const,
            ]),
        [texts.author, silence.author],
        [texts.created, exact(silence.created_at)],
        ...(cancelled === null
          ? []
          : [
              [
                texts.cancelled,
                <span key="cancelled">
                  {exact(cancelled)}{' '}
                  {silence.cancelled_by !== null && words.silences.endedBy(silence.cancelled_by)}
                </span>,
              ] as const,
            ]),
      ]}
    />
  )
}

function Now({ id }: { id: string }) {
  const alerts = firingAlerts.value
  const isSilenced = ({ silenced_by: by }: { silenced_by: readonly string[] }) => by.includes(id)
  return (
    <Panel title={texts.now}>
      {alerts === null && <Loading />}
      {alerts !== null && !alerts.some(isSilenced) && <p class="quiet">{texts.nowNone}</p>}
      <ObjectAlerts label={texts.now} of={isSilenced} most={50} />
    </Panel>
  )
}
