import { useResource } from '../../live/resource.ts'
import { linkTo as placeLink } from '../../shell/place.ts'
import { linkTo } from '../../shell/router.ts'
import { AtAppliance } from '../../ui/at-appliance.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { Badge, Time, toneOf } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { isElsewhere } from '../../wire/scope.ts'
import { Prose } from '../../ui/prose.tsx'
import { words } from '../../words/index.ts'

const MOST = 20
const texts = words.vtl

/** What the comparison of media, library and configuration has found: each appliance compares its own. */
export function Compared() {
  return isElsewhere() ? (
    <Panel title={texts.consistency}>
      <AtAppliance to={placeLink('consistency', [], { check: 'vtl' })} />
    </Panel>
  ) : (
    <ComparedHere />
  )
}

function ComparedHere() {
  const query = { check: 'vtl', ignored: false, limit: MOST } as const
  const compared = useResource('GET /monitoring/consistency', { query }, ['vtl', 'metrics'])
  return (
    <Panel
      title={texts.consistency}
      aside={
        <a href={linkTo('consistency', [], { check: 'vtl' })}>{words.navigation.consistency}</a>
      }
    >
      <Shown of={compared}>{(found) => <Found of={found} />}</Shown>
    </Panel>
  )
}

function Found({
  of: { checks, differences, total },
}: {
  of: Answer<'GET /monitoring/consistency'>
}) {
  const check = checks.find((one) => one.check === 'vtl')
  if (check === undefined) return <p class="quiet">{texts.notCompared}</p>
  const unread = check.sources.filter(({ state }) => state === 'unread')
  return (
    <>
      <p>
        <Badge tone={toneOf(check.status)}>{words.common.status[check.status]}</Badge>{' '}
        {check.message}{' '}
        <small>
          {texts.checked} <Time at={check.checked_at} />
        </small>
      </p>
      {unread.map(({ source, reason }) => (
        <p key={source} class="quiet">
          {source}: {texts.unread}
          {reason !== null && `, ${reason}`}
        </p>
      ))}
      <ul class="told-alerts vtl-differences">
        {differences.map(({ id, sentence, action, kind }) => (
          <li key={id}>
            <Badge tone={kind === 'missing' ? 'critical' : 'warning'}>{texts.kinds[kind]}</Badge>
            <div>
              <p>{sentence}</p>
              <p class="quiet">
                <Prose text={action} />
              </p>
            </div>
          </li>
        ))}
      </ul>
      {total > differences.length && <p class="quiet">{texts.many(differences.length, total)}</p>}
    </>
  )
}
