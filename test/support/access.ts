import { Access, type AccessOptions } from '../../src/api/access.ts'

/** Believes nobody, and is asked by any name, but for what a test wants. */
export function accessOf(changes: Partial<AccessOptions> = {}): Access {
  return new Access({
    ...{ trustedProxies: [], hosts: [], loopbackOnly: false, ownNames: [], hstsSeconds: 0 },
    ...changes,
  })
}
