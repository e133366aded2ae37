import { CommandError, NotFoundError, type Host } from '../host/host.ts'
import { ABSENT, ParseError, whole, type Collector } from './collector.ts'
import { valueAt } from './json-fields.ts'

/** A systemd unit that matters to the appliance. */
export interface Service {
  /** Unit name, e.g. scst.service. */
  id: string
  unit: string
  /** LoadState: loaded, not-found, masked … */
  load: string
  /** ActiveState: active, inactive, failed, activating … */
  active: string
  /** SubState: running, exited, dead, failed … */
  sub: string
  description: string
  /** Why it ought to run: it is configured here; null when nothing says so. */
  expected: string | null
}

const LIST_UNITS = ['systemctl', 'list-units', '--type=service', '--all', '--output=json']

// There when the machine was started by systemd (sd_booted(3)).
const BOOTED_BY_SYSTEMD = '/run/systemd/system'

/** Units that an appliance rests on, by their names in Debian, Red Hat and upstream. */
const WATCHED = [
  /^(?:scst|iscsi-scst|iscsi-scstd|qla2x00t|mhvtl-load-modules)\.service$/,
  /^vtl(?:library|tape)@.+\.service$/,
  /^postgresql(?:[@-].+)?\.service$/,
  /^(?:multipathd|mdmonitor|lvm2-monitor|iscsid|smartmontools|smartd)\.service$/,
  /^(?:sshd?|chronyd?|ntpd?|ntpsec|systemd-timesyncd)\.service$/,
]

/** systemd units: those that an appliance rests on, those that are configured, and all that failed. */
export const services: Collector<readonly Service[]> & { name: 'services' } = {
  name: 'services',
  intervalSeconds: 30,
  timeoutMs: 30_000,

  async collect(host, settings) {
    const named = new Set(settings.services.map(unitName))
    const listing = await listUnits(host)
    if (listing === null) return ABSENT
    const listed = parseListUnits(listing)
    // A unit that is stopped and that nothing refers to is not loaded, and not listed.
    const missing = [...named].filter((unit) => !listed.some((service) => service.unit === unit))
    const all = [...listed, ...(await showUnits(host, missing))]
    return whole(
      all
        .filter((service) => matters(service, named))
        .map((service) => ({
          ...service,
          expected: named.has(service.unit) ? 'the configuration names it' : null,
        })),
    )
  },
}

/** systemctl's own rule for a name without a suffix. */
function unitName(name: string): string {
  return /\.(?:service|target|socket|timer|mount|path)$/.test(name) ? name : `${name}.service`
}

function matters({ unit, load, active }: Service, named: ReadonlySet<string>): boolean {
  if (named.has(unit) || active === 'failed') return true
  return load !== 'not-found' && WATCHED.some((pattern) => pattern.test(unit))
}

/** Null where systemd is not installed or did not start the machine. */
async function listUnits(host: Host): Promise<string | null> {
  try {
    return (await host.run(LIST_UNITS, { timeoutMs: 20_000 })).stdout
  } catch (error) {
    if (error instanceof NotFoundError) return null
    if (error instanceof CommandError && !(await host.exists(BOOTED_BY_SYSTEMD))) return null
    throw error
  }
}

async function showUnits(host: Host, units: readonly string[]): Promise<Service[]> {
  if (units.length === 0) return []
  const properties = '--property=Id,LoadState,ActiveState,SubState,Description'
  const { stdout } = await host.run(['systemctl', 'show', properties, '--', ...units], {
    timeoutMs: 20_000,
  })
  return parseShow(stdout)
}

/** Parses `systemctl list-units --output=json`. */
export function parseListUnits(text: string): Service[] {
  let units: unknown
  try {
    units = JSON.parse(text)
  } catch {
    throw new ParseError('systemctl list-units', 'not JSON')
  }
  if (!Array.isArray(units)) throw new ParseError('systemctl list-units', 'not a list')
  return units.map((unit: unknown) => serviceFrom('systemctl list-units', unit, LIST_FIELDS))
}

/** Parses `systemctl show` of several units: lines of `Name=value`, a blank line between units. */
export function parseShow(text: string): Service[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => {
      const lines = block.split('\n').map((line) => line.split(/=(.*)/s, 2))
      return serviceFrom('systemctl show', Object.fromEntries(lines), SHOW_FIELDS)
    })
}

type Field = 'unit' | 'load' | 'active' | 'sub' | 'description'

const LIST_FIELDS: Readonly<Record<Field, string>> = {
  unit: 'unit',
  load: 'load',
  active: 'active',
  sub: 'sub',
  description: 'description',
}

const SHOW_FIELDS: Readonly<Record<Field, string>> = {
  unit: 'Id',
  load: 'LoadState',
  active: 'ActiveState',
  sub: 'SubState',
  description: 'Description',
}

function serviceFrom(
  source: string,
  value: unknown,
  names: Readonly<Record<Field, string>>,
): Service {
  const field = (key: Field): string => {
    const name = names[key]
    const text = valueAt(value, name)
    if (typeof text !== 'string') throw new ParseError(source, `a unit without "${name}"`)
    return text
  }
  const unit = field('unit')
  return {
    id: unit,
    unit,
    load: field('load'),
    active: field('active'),
    sub: field('sub'),
    description: field('description'),
    expected: null,
  }
}
