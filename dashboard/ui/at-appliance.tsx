import type { ComponentChildren } from 'preact'
import { useResource } from '../live/resource.ts'
import { consoleOf } from '../wire/address.ts'
import type { Answer } from '../wire/request.ts'
import { scope } from '../wire/scope.ts'
import { words } from '../words/index.ts'
import { ExternalLink } from './external-link.tsx'
import { Icon } from './icon.tsx'
import { Blank } from './states.tsx'

const texts = words.fleet

interface ToApplianceProps {
  appliance: string
  /** Where to in its console, e.g. `#/tasks`. */
  to?: string
}

type Appliance = Answer<'GET /fleet/appliances'>['appliances'][number]

/** What is known of an appliance; null where nothing was heard of it, undefined before that is known. */
export function useAppliance(name: string): Appliance | null | undefined {
  const fleet = useResource('GET /fleet/appliances').current.value
  if (fleet.state !== 'shown') return undefined
  return fleet.value.appliances.find((one) => one.name === name) ?? null
}

/** Leads to the console of an appliance; nothing where it has not told where that is. */
export function ToAppliance({ appliance, to }: ToApplianceProps) {
  const link = consoleOf(useAppliance(appliance)?.url ?? null, to)
  if (link === null) return null
  return <ExternalLink href={link}>{texts.toAppliance(appliance)}</ExternalLink>
}

/** Stands for what the appliance that is chosen does not tell: the fleet's own would be taken for it. */
export function AtAppliance({ to }: { to?: string }) {
  const appliance = scope.value ?? ''
  return (
    <Blank icon="lock" title={texts.atAppliance} text={texts.atApplianceText(appliance)}>
      <ToAppliance appliance={appliance} {...(to !== undefined && { to })} />
    </Blank>
  )
}

/** Something to know about what is shown of an appliance, and the way to it. */
export function ApplianceNotice({
  children,
  ...to
}: ToApplianceProps & { children: ComponentChildren }) {
  return (
    <p class="notice">
      <Icon name="info" />
      <span>
        {children} <ToAppliance {...to} />
      </span>
    </p>
  )
}
