import type { ComponentChildren } from 'preact'
import { activityOf } from '../../tape/activity.tsx'
import { spoken } from '../../tape/cartridge-facts.tsx'
import { LoadedCartridge } from '../../tape/names.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts, Time, Value, type Tone } from '../../ui/value.tsx'
import type { Drive } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { PlaceName } from './cells.tsx'

const texts = words.drives

/** What a drive does now, and what went on since its cartridge is in it. */
export function Now({ drive }: { drive: Drive }) {
  const { status, statistics, health, recovery } = drive
  const mount = health?.mount ?? null
  const asked = recovery ?? health?.recovery ?? null
  return (
    <Panel title={texts.now.title} aside={<Age drive={drive} />}>
      <p class="doing">
        <Value of={activityOf(drive)} why={drive.error ?? texts.now.nothingKnown} />
      </p>
      <Facts
        facts={[
          [texts.now.cartridge, <LoadedCartridge key="cartridge" drive={drive} />],
          [texts.columns.place, <PlaceName key="place" drive={drive} />],
          [texts.now.busy, spoken(drive.active)],
          [texts.now.inFlight, count(statistics?.in_flight ?? null)],
          ...(mount === null ? [] : mountFacts(mount)),
          ...(status?.recovery_requested === true
            ? [[texts.now.recovery, procedures(asked)] as const]
            : []),
        ]}
      />
    </Panel>
  )
}

function Age({ drive: { read_at: at } }: { drive: Drive }) {
  return (
    <small>
      {words.common.readAt} <Time at={at} />
    </small>
  )
}

type Mount = NonNullable<NonNullable<Drive['health']>['mount']>

function mountFacts(mount: Mount): readonly (readonly [string, ComponentChildren])[] {
  const { rewrites_per_gigabyte: rewrites, rereads_per_gigabyte: rereads } = mount
  return [
    [
      texts.now.since,
      <span key="since">
        <Time at={mount.since} exact /> <small>{texts.now.sinceSeen}</small>
      </span>,
    ],
    [texts.now.written, bytes(mount.written_bytes)],
    [texts.now.read, bytes(mount.read_bytes)],
    [texts.now.rewrites, perGigabyte(rewrites)],
    [texts.now.rereads, perGigabyte(rereads)],
  ]
}

function perGigabyte(value: number | null): ComponentChildren {
  return value === null ? (
    <Value of={null} why={texts.now.tooLittle} />
  ) : (
    value.toFixed(value < 10 ? 2 : 0)
  )
}

function procedures(asked: readonly string[] | null): ComponentChildren {
  if (asked === null) return null
  return (
    <>
      <ol class="procedures">
        {asked.map((name) => (
          <li key={name}>{texts.procedures[name] ?? name}</li>
        ))}
      </ol>
      {asked.length > 1 && <small>{texts.now.askedFor}</small>}
    </>
  )
}

type Bit = keyof typeof texts.bits.names

/** What it means that a bit is set. */
const tones: Readonly<Record<Bit, Tone>> = {
  medium_present: 'info',
  mounted: 'info',
  in_transition: 'unknown',
  write_protected: 'info',
  host_initiated_unload: 'info',
  cleaning_requested: 'warning',
  cleaning_required: 'critical',
  recovery_requested: 'critical',
  tape_alert_changed: 'info',
}

/** The bits of the device status (log page 11h), each in words. */
export function StatusBits({ drive: { status, error } }: { drive: Drive }) {
  const { title, names, set, unset, unknown } = texts.bits
  return (
    <Panel title={title}>
      {status === null ? (
        <p>
          <Value of={null} why={error} /> <span class="quiet">{unknown}</span>
        </p>
      ) : (
        <ul class="bits">
          {Object.entries(names).map(([name, text]) => {
            const is = status[name as Bit]
            const tone = tones[name as Bit]
            return (
              <li key={name} class={is ? tone : 'unset'}>
                {is && tone !== 'quiet' ? (
                  <Icon name={tone} label={set} />
                ) : (
                  <i aria-label={unset}>–</i>
                )}
                {text}
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}
