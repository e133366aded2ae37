import type { ComponentChildren } from 'preact'
import { spoken } from '../../tape/cartridge-facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Notice } from '../../ui/states.tsx'
import { Badge, Facts, Time, Value } from '../../ui/value.tsx'
import type { Drive } from '../../wire/types.ts'
import { bytes, count, duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.drives

type DriveHealth = NonNullable<Drive['health']>

/** What a drive says of its own health and life, with its age. */
export function Health({ drive: { health } }: { drive: Drive }) {
  if (health?.taken_at == null) {
    return (
      <Panel title={texts.health.title}>
        <Blank icon="unknown" title={texts.health.never} text={health?.error ?? undefined} />
      </Panel>
    )
  }
  const { passed_over: passedOver, error } = health
  return (
    <Panel
      title={texts.health.title}
      aside={
        <small>
          {texts.health.told} <Time at={health.taken_at} />
        </small>
      }
    >
      {passedOver !== null && <Notice>{texts.health.passedOver(passedOver)}</Notice>}
      {error !== null && <Notice>{texts.health.error(error)}</Notice>}
      <Facts facts={healthFacts(health)} />
      <h3>{texts.lifetime.title}</h3>
      <Facts facts={lifetimeFacts(health)} />
    </Panel>
  )
}

function healthFacts(health: DriveHealth): readonly (readonly [string, ComponentChildren])[] {
  const { exception, lifetime, traffic } = health
  return [
    [texts.health.predicted, predicted(exception)],
    [texts.health.temperature, temperature(health)],
    [texts.health.cleaning, hours(lifetime.motion_hours_since_cleaning)],
    [texts.health.bytesSinceCleaning, bytes(lifetime.bytes_since_cleaning)],
    [texts.health.cleanings, count(lifetime.cleanings)],
    [texts.health.compressionWrite, ratio(health.write_compression_ratio)],
    [texts.health.compressionRead, ratio(health.read_compression_ratio)],
    ...Object.entries(texts.traffic).map(
      ([name, text]) => [text, bytes(traffic?.[name as keyof typeof traffic] ?? null)] as const,
    ),
    ...(health.refused.length === 0
      ? []
      : [[texts.health.refused, health.refused.join(', ')] as const]),
  ]
}

function predicted(exception: DriveHealth['exception']): ComponentChildren {
  if (exception === null) return null
  if (!exception.failure_predicted) return exception.text ?? spoken(false)
  return <Badge tone="critical">{exception.text ?? words.common.yes}</Badge>
}

function temperature({ temperature: { celsius, limit_celsius: limit, exceeded } }: DriveHealth) {
  const { celsius: degrees } = texts.charts
  return (
    <>
      <Value of={celsius === null ? null : degrees(count(celsius) ?? '')} />
      {limit !== null && <small> {texts.health.limit(count(limit) ?? '')}</small>}
      {exceeded === true && (
        <>
          {' '}
          <Badge tone="warning">{texts.health.exceeded}</Badge>
        </>
      )}
    </>
  )
}

function lifetimeFacts({
  lifetime,
}: DriveHealth): readonly (readonly [string, ComponentChildren])[] {
  const names = texts.lifetime
  const metres = lifetime.tape_meters
  return [
    [names.loads, count(lifetime.loads)],
    [names.power_on_hours, hours(lifetime.power_on_hours)],
    [names.motion_hours, hours(lifetime.motion_hours)],
    [names.tape_meters, metres === null ? null : names.metres(count(metres) ?? '')],
    [names.power_cycles, count(lifetime.power_cycles)],
    [names.hard_write_errors, count(lifetime.hard_write_errors)],
    [names.hard_read_errors, count(lifetime.hard_read_errors)],
    [names.duty, duty(lifetime)],
  ]
}

/** The shares of the last sample that it tells; null where it has none. */
function duty(lifetime: DriveHealth['lifetime']): ComponentChildren {
  const names = texts.lifetime
  const shares = (
    ['activity_percent', 'write_percent', 'read_percent', 'volume_not_present_percent'] as const
  ).flatMap((name) => {
    const share = lifetime[name]
    return share === null ? [] : [`${count(Math.round(share))} % ${names[name]}`]
  })
  if (shares.length === 0) return null
  const sample = duration(lifetime.duty_cycle_seconds)
  return `${shares.join(', ')}${sample === null ? '' : ` (${sample})`}`
}

function hours(value: number | null): string | null {
  return value === null ? null : texts.hours(count(value) ?? '')
}

function ratio(value: number | null): string | null {
  return value === null ? null : texts.charts.ratio(value.toFixed(2))
}
