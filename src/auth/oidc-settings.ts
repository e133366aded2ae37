import type { Role } from './permissions.ts'

/** Path that the provider sends browsers back to. */
export const OIDC_CALLBACK = '/api/v1/auth/oidc/callback'

/** An identity provider, and who may come from there as what. */
export interface OidcSettings {
  issuer: string
  clientId: string
  /** Null for a public client, which PKCE alone vouches for. */
  clientSecret: string | null
  redirectUrl: string
  scopes: readonly string[]
  nameClaim: string
  roleClaim: string
  /** Values of the claim that make somebody what. */
  values: Readonly<Record<Role, readonly string[]>>
  /** Of who has none of them; null lets him not in. */
  defaultRole: Role | null
  label: string
  timeoutSeconds: number
}

/** What a provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>

/** The strongest role that the claims give; null for none. Pure. */
export function roleOfClaims(
  claims: Claims,
  { roleClaim, values, defaultRole }: Pick<OidcSettings, 'roleClaim' | 'values' | 'defaultRole'>,
): Role | null {
  const given = textsOf(claimAt(claims, roleClaim))
  const strongest = (['admin', 'operator', 'viewer'] as const).find((role) =>
    values[role].some((value) => given.includes(value)),
  )
  return strongest ?? defaultRole
}

/** Whether the claims say what the role follows from; where they do not, the provider may say it when asked. */
export function saysRole(claims: Claims, { roleClaim }: Pick<OidcSettings, 'roleClaim'>): boolean {
  return claimAt(claims, roleClaim) !== undefined
}

/** A claim by its name, or by the names that lead to it: `realm_access.roles`. A name may have dots itself. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const key of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Claims)[key]
  }
  return value
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((one) => typeof one === 'string')
}
