import { useResource } from '../../live/resource.ts'
import { Icon } from '../../ui/icon.tsx'
import { words } from '../../words/index.ts'
import { consoleOf } from '../fleet/trouble.ts'

const texts = words.fleet

/** Stands where the actions of an alert would, when it is of an appliance of a fleet: where those are. */
export function AlertElsewhere({ appliance }: { appliance: string }) {
  const fleet = useResource('GET /fleet/appliances').current.value
  const known = fleet.state === 'shown' ? fleet.value.appliances : []
  const link = consoleOf(known.find(({ name }) => name === appliance)?.url ?? null)
  return (
    <p class="notice">
      <Icon name="info" />
      <span>
        {texts.alertOf(appliance)}{' '}
        {link !== null && (
          <a href={link} target="_blank" rel="noreferrer">
            {texts.toAppliance(appliance)} <Icon name="external" />
          </a>
        )}
      </span>
    </p>
  )
}
