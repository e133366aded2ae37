import { may, permissionsOf, roles, streamPermissions, type Role } from '../auth/permissions.ts'
import type { Guard, Route } from './route.ts'

/** Who may do what in Markdown, as the routes and the table of permissions have it. */
export function permissionReference(routes: readonly Route[]): string {
  return (
    [
      INTRODUCTION,
      '## Roles',
      roleTable(),
      '## Calls',
      CALLS,
      callTable(routes),
      '## Frames of the event stream',
      FRAMES,
      frameTable(),
    ].join('\n\n') + '\n'
  )
}

const INTRODUCTION = `# Permissions

Who may do what. Every call asks for one permission, and a role has those of the weaker role and more. An API token
has the weaker of its own role and that of its user; \`user\` and \`moderator\` are accepted for \`viewer\` and
\`operator\`. What is missing is answered with 403 \`permission_missing\`, which names the permission. This page is
written by \`node scripts/permissions.mjs\` from what the daemon asks, and a test asks every call as everybody.`

const CALLS = `\`anybody\` means that no token is needed, \`logged in\` that any is enough. Without a token, or with one
that is unknown, revoked or expired, or whose user is disabled, all but the former are answered with 401. The last
column says who is heard while he still has to change his password; others are answered with 403
\`password_change_required\`.

Some calls look further: incidents (a viewer sees his own), sessions and API tokens (one's own, an admin those of all),
\`force-password-reset\` (an operator not those of admins), tasks (a kind that destroys needs \`tasks:run-destructive\`).`

const FRAMES = `A client is sent the types that its role may read, live and when it resumes by \`since\`; \`hello\` names
them. When the role changes, the stream is closed with 4401.`

function roleTable(): string {
  const all = [...new Set(roles.flatMap(permissionsOf))]
  return table(
    ['permission', ...roles],
    all.map((permission) => [
      code(permission),
      ...roles.map((role) => mark(may(role, permission))),
    ]),
  )
}

function callTable(routes: readonly Route[]): string {
  return table(
    ['call', 'needs', 'nobody', ...roles, 'before the password is changed'],
    routes.map(({ method, path, guard, beforePasswordChange = false }) => [
      code(`${method.toUpperCase()} ${path}`),
      guardText(guard),
      mark(guard === 'public'),
      ...roles.map((role) => mark(admits(guard, role))),
      mark(guard === 'public' || beforePasswordChange),
    ]),
  )
}

function frameTable(): string {
  return table(
    ['type', 'needs', ...roles],
    Object.entries(streamPermissions).map(([type, permission]) => [
      ...[code(type), code(permission)],
      ...roles.map((role) => mark(may(role, permission))),
    ]),
  )
}

function guardText(guard: Guard): string {
  if (guard === 'public') return 'anybody'
  return guard === 'authenticated' ? 'logged in' : code(guard)
}

function admits(guard: Guard, role: Role): boolean {
  return guard === 'public' || guard === 'authenticated' || may(role, guard)
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

function mark(allowed: boolean): string {
  return allowed ? 'yes' : '-'
}

function code(text: string): string {
  return `\`${text}\``
}
