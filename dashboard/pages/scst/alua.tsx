import { useResource } from '../../live/resource.ts'
import { Badge, Value, type Tone } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

const texts = words.scst.alua

type Group = Answer<'GET /hardware/device-groups'>['items'][number]
type TargetGroup = Group['target_groups'][number]

const tones: Readonly<Record<string, Tone>> = {
  active: 'good',
  nonoptimized: 'info',
  standby: 'info',
  transitioning: 'warning',
  unavailable: 'critical',
  offline: 'critical',
}

/** How target groups serve a device, or a target serves devices, as ALUA has it; null while it is not known. */
export function useAlua(part: { device: string } | { target: string }): readonly Way[] | null {
  const groups = useResource('GET /hardware/device-groups', {}, ['scst']).current.value
  if (groups.state !== 'shown' || groups.value.total === null) return null
  return groups.value.items.flatMap((group) =>
    group.target_groups
      .filter(({ targets }) =>
        'device' in part ? group.devices.includes(part.device) : targets.includes(part.target),
      )
      .map((targetGroup) => ({ group, targetGroup })),
  )
}

interface Way {
  group: Group
  targetGroup: TargetGroup
}

/** The states, each with the group that has it. */
export function Alua({ of }: { of: readonly Way[] | null }) {
  if (of === null) return <Value of={null} />
  if (of.length === 0) return <>{texts.none}</>
  return (
    <ul class="alua">
      {of.map(({ group, targetGroup: { name, state, preferred, targets } }) => (
        <li key={`${group.name} ${name}`}>
          <Value
            of={
              state === null ? null : (
                <Badge tone={tones[state] ?? 'quiet'}>{texts.states[state] ?? state}</Badge>
              )
            }
          />{' '}
          {preferred === true && <Badge tone="quiet">{texts.preferred}</Badge>}{' '}
          <span title={targets.join(', ')}>{texts.group(group.name, name)}</span>
        </li>
      ))}
    </ul>
  )
}
