/** What a mount unit of systemd has mounted where (systemd.mount(5)). */
export interface MountUnit {
  mountPoint: string
  device: string
  /** Null where it leaves that to mount(8). */
  type: string | null
  options: readonly string[]
  /** Whether it is mounted when the machine starts. */
  automatic: boolean
}

/**
 * Parses a mount unit: the last of several assignments counts, as with systemd. Null where it says not what and where.
 * Continued lines and drop-ins are not followed, and what is enabled by a link is not known from it.
 */
export function parseMountUnit(text: string): MountUnit | null {
  let section = ''
  const said = new Map<string, string>()
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue
    const header = /^\[(\w+)\]$/.exec(trimmed)
    if (header !== null) section = header[1] ?? ''
    const [, name = '', value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(trimmed) ?? []
    if (name !== '') said.set(`${section}.${name}`, value)
  }
  const device = said.get('Mount.What') ?? ''
  const mountPoint = said.get('Mount.Where') ?? ''
  if (device === '' || !mountPoint.startsWith('/')) return null
  const options = (said.get('Mount.Options') ?? '').split(',').filter(Boolean)
  const type = said.get('Mount.Type') ?? ''
  const wanted = ['WantedBy', 'RequiredBy'].some(
    (name) => (said.get(`Install.${name}`) ?? '') !== '',
  )
  return {
    ...{ mountPoint, device, options, type: type === '' ? null : type },
    automatic: wanted && !options.includes('noauto'),
  }
}
