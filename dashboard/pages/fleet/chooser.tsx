import { now } from '../../live/clock.ts'
import { useResource } from '../../live/resource.ts'
import { ask, place } from '../../shell/router.ts'
import { Notice } from '../../ui/states.tsx'
import { OWN } from '../../wire/scope.ts'
import { ago } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import './fleet.css'

const texts = words.fleet

/** The choice of an appliance, kept in the address; what is to be known about the one that is chosen. */
export function ApplianceChooser({ withAll }: { withAll: boolean }) {
  const fleet = useResource('GET /fleet/appliances', {}, ['metrics']).current.value
  const known = fleet.state === 'shown' ? fleet.value.appliances : []
  const chosen = place.value.query.appliance ?? (withAll ? '' : OWN)
  const one = known.find(({ name }) => name === chosen)
  const isUnknown = fleet.state === 'shown' && chosen !== '' && chosen !== OWN && one === undefined
  return (
    <div class="appliance-bar">
      <label>
        <span>{texts.appliance}</span>
        <select
          value={chosen}
          onChange={({ currentTarget: { value } }) => {
            ask({ appliance: value })
          }}
        >
          {withAll && <option value="">{texts.all}</option>}
          <option value={OWN}>{texts.own}</option>
          {(isUnknown || fleet.state !== 'shown') && chosen !== '' && chosen !== OWN && (
            <option value={chosen}>{chosen}</option>
          )}
          {known.map(({ name, state }) => (
            <option key={name} value={name} selected={name === chosen}>
              {state === 'silent' ? texts.silent(name) : name}
            </option>
          ))}
        </select>
      </label>
      {isUnknown && <Notice>{texts.notKnown(chosen)}</Notice>}
      {one?.silent_since != null && (
        <Notice>{texts.silentSince(one.name, ago(new Date(one.silent_since), now.value))}</Notice>
      )}
      {fleet.state === 'shown' && fleet.value.deaf_since !== null && chosen !== OWN && (
        <Notice>{texts.deaf(ago(new Date(fleet.value.deaf_since), now.value))}</Notice>
      )}
    </div>
  )
}
