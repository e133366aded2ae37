import type { ComponentChildren } from 'preact'
import { useNumbers } from '../../live/numbers.ts'
import type { Resource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { Badge, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { OldestOfAll } from './commands.tsx'
import { useSuspended, type Scst } from './data.ts'

const texts = words.scst.counts

interface CountsProps {
  scst: Scst
  /** Null of another appliance, which alone compares its own. */
  drift: Resource<Answer<'GET /monitoring/consistency'>> | null
}

/** How much there is of SCST, and whether it is as it ought to be. */
export function Counts({ scst, drift }: CountsProps) {
  const suspended = useSuspended()
  const { sessions } = scst
  const own = useNumbers()?.scst ?? {}
  const number = (name: string) => count(own[name] ?? null)
  const share = (part: string, whole: string) => {
    const [one, all] = [number(part), number(whole)]
    return one === null || all === null ? null : texts.of(one, all)
  }
  const inFlight =
    sessions.total === null
      ? null
      : sessions.items.reduce((sum, { active_commands: commands }) => sum + commands, 0)
  return (
    <dl class="counts">
      <Count name={texts.targets}>{share('active_targets', 'total_targets')}</Count>
      <Count name={texts.luns}>{number('total_luns')}</Count>
      <Count name={texts.devices}>{number('total_devices')}</Count>
      <Count name={texts.initiators}>{share('connected_initiators', 'total_initiators')}</Count>
      <Count name={texts.sessions}>{count(sessions.total)}</Count>
      <Count name={texts.inFlight}>{count(inFlight)}</Count>
      <Count name={texts.oldest}>
        {sessions.total === null ? null : <OldestOfAll sessions={sessions.items} />}
      </Count>
      <Count name={texts.suspended}>
        {suspended === null ? null : suspended ? (
          <Badge tone="critical">{texts.suspendedYes}</Badge>
        ) : (
          texts.suspendedNo
        )}
      </Count>
      {drift !== null && (
        <Count name={texts.drift}>
          <a href={linkTo('scst', ['configuration'])}>
            <Drift of={drift} />
          </a>
        </Count>
      )}
    </dl>
  )
}

function Count({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Value of={children} />
      </dd>
    </div>
  )
}

function Drift({ of }: { of: NonNullable<CountsProps['drift']> }) {
  const current = of.current.value
  if (current.state !== 'shown') return <Value of={null} />
  const check = current.value.checks.find((one) => one.check === 'scst')
  if (check === undefined) return <>{texts.noCheck}</>
  const { missing, orphaned, pending, different, status, reasons } = check
  const differences = missing + orphaned + pending + different
  if (differences > 0) return <Badge tone="warning">{texts.differs(differences)}</Badge>
  if (status === 'unknown') return <Value of={null} why={reasons.join('; ')} />
  return <Badge tone="good">{texts.same}</Badge>
}
