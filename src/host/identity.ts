/** What the machine is, which does not change while it runs; null where it does not tell. */
export interface MachineIdentity {
  manufacturer: string | null
  model: string | null
  serial: string | null
  os: string | null
  cpu: string | null
}

/** Words that firmware is shipped with and that nobody has filled in. */
const UNTOLD =
  /^(|-|none|unknown|default string|to be filled by o\.e\.m\.|not specified|system .*)$/i

/**
 * Asks systeminformation, once: it starts many processes and blocks the event
 * loop for some of them, so it is no source for anything that is polled. Loaded
 * here and not at the top, because a replay has no use for it; and the three
 * parts alone, which are a third of the 4 MB that all of it stays with.
 */
export async function identifyMachine(): Promise<MachineIdentity> {
  const [{ cpu }, { osInfo }, { system }] = await Promise.all([
    import('systeminformation/lib/cpu.js'),
    import('systeminformation/lib/osinfo.js'),
    import('systeminformation/lib/system.js'),
  ])
  const [{ manufacturer, model, serial }, { distro, release }, { brand }] = await Promise.all([
    system(),
    osInfo(),
    cpu(),
  ])
  return {
    manufacturer: told(manufacturer),
    model: told(model),
    serial: told(serial),
    os: told(`${distro} ${release}`),
    cpu: told(brand),
  }
}

function told(text: string): string | null {
  const trimmed = text.trim()
  return UNTOLD.test(trimmed) ? null : trimmed
}
