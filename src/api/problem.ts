/** Every problem that the interface can answer with: the one table of codes. */
export const problems = {
  invalid_request: { status: 400, title: 'The request does not have the right shape' },
  malformed_request: { status: 400, title: 'The request cannot be read' },
  tls_required: { status: 400, title: 'The port speaks TLS' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  bad_credentials: { status: 401, title: 'Unknown user or wrong password' },
  permission_missing: { status: 403, title: 'The role does not have the permission' },
  cross_site_request: { status: 403, title: 'The request comes from another site' },
  password_change_required: { status: 403, title: 'The password has to be changed first' },
  host_not_allowed: { status: 421, title: 'The daemon has another name' },
  session_required: { status: 403, title: 'An API token cannot do this' },
  role_too_high: { status: 403, title: 'The role is above that of the user' },
  not_found: { status: 404, title: 'There is nothing at this path' },
  oidc_not_configured: { status: 404, title: 'No identity provider is set up' },
  alert_not_found: { status: 404, title: 'There is no such alert' },
  incident_not_found: { status: 404, title: 'There is no such incident' },
  object_not_found: { status: 404, title: 'There is no such hardware object' },
  difference_not_found: { status: 404, title: 'There is no such difference' },
  reading_not_found: { status: 404, title: 'Nothing was read of such a subject' },
  metric_not_found: { status: 404, title: 'There is no such metric' },
  silence_not_found: { status: 404, title: 'There is no such silence' },
  runbook_not_found: { status: 404, title: 'There is no page about such a rule' },
  rule_not_found: { status: 404, title: 'There is no such rule' },
  no_fleet: { status: 404, title: 'The daemon is not that of a fleet' },
  appliance_not_found: { status: 404, title: 'There is no such appliance' },
  event_not_found: { status: 404, title: 'There is no such event, or it is not kept any more' },
  schedule_not_found: { status: 404, title: 'There is no such schedule' },
  task_not_found: { status: 404, title: 'There is no such task' },
  notification_not_found: { status: 404, title: 'There is no such message' },
  channel_not_found: { status: 404, title: 'There is no such channel' },
  token_not_found: { status: 404, title: 'There is no such API token' },
  user_not_found: { status: 404, title: 'There is no such user' },
  session_not_found: { status: 404, title: 'There is no such session' },
  method_not_allowed: { status: 405, title: 'The path does not know the method' },
  alert_resolved: { status: 409, title: 'The alert is resolved' },
  alert_pending: { status: 409, title: 'The alert has not fired yet' },
  appliance_alert: { status: 409, title: 'The alert is of another appliance' },
  appliance_only: { status: 409, title: 'It is known at the appliance alone' },
  ambiguous_object: { status: 409, title: 'Several appliances have such an object' },
  incident_changed: { status: 409, title: 'The incident was changed meanwhile' },
  incident_status: { status: 409, title: 'The incident cannot become that' },
  too_many_alerts: { status: 409, title: 'The incident has as many alerts as can be' },
  no_channels: { status: 409, title: 'There is no channel to tell on' },
  rule_built_in: { status: 409, title: 'The rule is built in' },
  rule_name_taken: { status: 409, title: 'Another rule has the name' },
  idempotency_key_used: { status: 409, title: 'The key was used for something else' },
  task_ended: { status: 409, title: 'The task has ended' },
  confirmation_needed: { status: 409, title: 'What destroys something has to be confirmed' },
  plan_changed: { status: 409, title: 'The plan is not the one that was confirmed' },
  task_not_possible: { status: 409, title: 'The task cannot be done' },
  schedule_name_taken: { status: 409, title: 'Another schedule has the name' },
  too_many_schedules: { status: 409, title: 'There are as many schedules as can be' },
  too_many_rules: { status: 409, title: 'There are as many rules as can be' },
  username_taken: { status: 409, title: 'Another user has the name' },
  last_admin: { status: 409, title: 'Nobody would be left who can log in as admin' },
  no_password: { status: 409, title: 'The user has no password here' },
  metric_reserved: { status: 409, title: 'The appliance has a metric of that name' },
  metric_type_differs: { status: 409, title: 'The metric is of another type' },
  too_many_series: { status: 409, title: 'There are as many series as can be handed in' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  upgrade_required: { status: 426, title: 'The event stream is a WebSocket' },
  too_many_failures: { status: 429, title: 'Too many failures' },
  internal: { status: 500, title: 'The daemon has made a mistake' },
  not_carried_out: { status: 501, title: 'This call does not carry it out' },
  database_unavailable: { status: 503, title: 'The database is away' },
  fleet_unreachable: { status: 503, title: 'The servers of the fleet do not answer' },
  standby: { status: 503, title: 'Another daemon works on the database' },
  busy: { status: 503, title: 'The daemon is busy' },
} as const satisfies Record<string, { status: number; title: string }>

/** The `code` of a problem. */
export type ProblemCode = keyof typeof problems

/** One fault of a request: where, as a JSON pointer below `/query`, `/path` or `/body`, and what. */
export interface Fault {
  path: string
  message: string
  /** In a text, such as a query: line and column from 1, the others in UTF-16 code units. */
  at?: { line: number; column: number; offset: number; length: number }
}

/** The body of `application/problem+json` (RFC 9457), extended by `code`, `errors` and more. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  code: ProblemCode
  errors: readonly Fault[]
  /** The request, as the log names it. */
  request_id: string
  [member: string]: unknown
}

/** Thrown to answer with a problem. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly errors: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>
  /** Further members of the body. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: readonly Fault[]
      headers?: Readonly<Record<string, string>>
      members?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(detail)
    this.name = 'ProblemError'
    this.code = code
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
    this.members = more.members ?? {}
  }

  get status(): number {
    return problems[this.code].status
  }

  /** What is answered to the request of this id. */
  body(requestId: string): ProblemBody {
    const { status, title } = problems[this.code]
    return {
      type: `/api/docs#${this.code}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      errors: this.errors,
      request_id: requestId,
      ...this.members,
    }
  }
}

const RETRY_AFTER_SECONDS = 5

/** What the errors of the stores and of reading the request mean to whoever asked, by their code. */
const known: ReadonlyMap<string, ProblemCode> = new Map<string, ProblemCode>([
  ['ERR_ADMINS_ONLY', 'permission_missing'],
  ['ERR_ALERT_NOT_FOUND', 'alert_not_found'],
  ['ERR_ALERT_RESOLVED', 'alert_resolved'],
  ['ERR_ALERT_PENDING', 'alert_pending'],
  ['ERR_BAD_CREDENTIALS', 'bad_credentials'],
  ['ERR_DATABASE_READ_ONLY', 'standby'],
  ['ERR_DATABASE_UNAVAILABLE', 'database_unavailable'],
  ['ERR_DIFFERENCE_NOT_FOUND', 'difference_not_found'],
  ['ERR_FLEET_UNREACHABLE', 'fleet_unreachable'],
  ['ERR_EXPIRY_PASSED', 'invalid_request'],
  ['ERR_LAST_ADMIN', 'last_admin'],
  ['ERR_NO_PASSWORD', 'no_password'],
  ['ERR_CONFIRMATION_NEEDED', 'confirmation_needed'],
  ['ERR_CURSOR', 'invalid_request'],
  ['ERR_NOT_CARRIED_OUT', 'not_carried_out'],
  ['ERR_INCIDENT_CHANGED', 'incident_changed'],
  ['ERR_INCIDENT_NOT_FOUND', 'incident_not_found'],
  ['ERR_INCIDENT_STATUS', 'incident_status'],
  ['ERR_INCIDENT_TIMES', 'invalid_request'],
  ['ERR_IDEMPOTENCY_KEY_USED', 'idempotency_key_used'],
  ['ERR_TASK_ENDED', 'task_ended'],
  ['ERR_TASK_NOT_FOUND', 'task_not_found'],
  ['ERR_TASK_NOT_POSSIBLE', 'task_not_possible'],
  ['ERR_PLAN_CHANGED', 'plan_changed'],
  ['ERR_RATE_LIMITED', 'too_many_failures'],
  ['ERR_ROLE_TOO_HIGH', 'role_too_high'],
  ['ERR_SILENCE_NOT_FOUND', 'silence_not_found'],
  ['ERR_RULE_BUILT_IN', 'rule_built_in'],
  ['ERR_RULE_NAME_TAKEN', 'rule_name_taken'],
  ['ERR_RULE_NOT_FOUND', 'rule_not_found'],
  ['ERR_SCHEDULE_NAME_TAKEN', 'schedule_name_taken'],
  ['ERR_SCHEDULE_NOT_FOUND', 'schedule_not_found'],
  ['ERR_SESSION_NOT_FOUND', 'session_not_found'],
  ['ERR_SESSION_REQUIRED', 'session_required'],
  ['ERR_TOKEN_NOT_FOUND', 'token_not_found'],
  ['ERR_TOO_MANY_ALERTS', 'too_many_alerts'],
  ['ERR_TOO_MANY_LOGINS', 'busy'],
  ['ERR_TOO_MANY_PLACES', 'invalid_request'],
  ['ERR_TOO_MANY_RULES', 'too_many_rules'],
  ['ERR_TOO_MANY_SCHEDULES', 'too_many_schedules'],
  ['ERR_TOO_MANY_TRIALS', 'busy'],
  ['ERR_TOO_MANY_POINTS', 'invalid_request'],
  ['ERR_UNKNOWN_PERSON', 'invalid_request'],
  ['ERR_USERNAME_TAKEN', 'username_taken'],
  ['ERR_USER_NOT_FOUND', 'user_not_found'],
  ['ERR_WEAK_PASSWORD', 'invalid_request'],
])

/** Which part of the request some of them are about. */
const places: ReadonlyMap<string, string> = new Map([
  ['ERR_CONFIRMATION_NEEDED', '/body/confirmation'],
  ['ERR_CURSOR', '/query/cursor'],
  ['ERR_EXPIRY_PASSED', '/body/expires_at'],
  ['ERR_INCIDENT_TIMES', '/body/started_at'],
  ['ERR_IDEMPOTENCY_KEY_USED', '/body/idempotency_key'],
  ['ERR_RULE_NAME_TAKEN', '/body/name'],
  ['ERR_SCHEDULE_NAME_TAKEN', '/body/name'],
  ['ERR_TOO_MANY_PLACES', '/body/query'],
  ['ERR_TOO_MANY_POINTS', '/query'],
  ['ERR_UNKNOWN_PERSON', '/body/assigned_to'],
  ['ERR_WEAK_PASSWORD', '/body/new_password'],
])

// What body-parser and the router say (http-errors): their `type`, and a URIError for bad percent-encoding.
const knownTypes: ReadonlyMap<string, ProblemCode> = new Map<string, ProblemCode>([
  ['charset.unsupported', 'unsupported_media_type'],
  ['encoding.unsupported', 'unsupported_media_type'],
  ['entity.parse.failed', 'malformed_request'],
  ['entity.too.large', 'too_large'],
  ['entity.verify.failed', 'malformed_request'],
  ['request.aborted', 'malformed_request'],
  ['request.size.invalid', 'malformed_request'],
])

/** The problem that any error is answered with; `internal` says nothing of its cause. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const { code, type, status: given, retryAfterSeconds, permission } = fieldsOf(error)
  // What is the sender's fault and has no name of its own: a compressed body that does not unpack.
  const sendersFault = given >= 400 && given < 500 ? 'malformed_request' : undefined
  const problem = known.get(code) ?? knownTypes.get(type) ?? sendersFault
  if (error instanceof URIError)
    return new ProblemError('malformed_request', 'bad percent-encoding')
  if (problem === undefined) return new ProblemError('internal', 'the reason is in the log')
  const { status } = problems[problem]
  const retryAfter = retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : null)
  const detail = detailOf(problem, type, error as Error)
  const path = places.get(code)
  return new ProblemError(problem, detail, {
    errors: path === undefined ? [] : [{ path, message: detail }],
    members: permission === null ? {} : { permission },
    headers: {
      ...(retryAfter === null ? {} : { 'Retry-After': String(retryAfter) }),
      ...(status === 401 ? challenge : {}),
    },
  })
}

/** What a 401 has to say (RFC 9110 11.6.1). */
export const challenge = { 'WWW-Authenticate': 'Bearer' } as const

function fieldsOf(error: unknown): {
  code: string
  type: string
  status: number
  retryAfterSeconds: number | null
  permission: string | null
} {
  const { code, type, status, retryAfterSeconds, permission } = (error ?? {}) as Record<
    string,
    unknown
  >
  return {
    code: typeof code === 'string' ? code : '',
    type: typeof type === 'string' ? type : '',
    status: typeof status === 'number' ? status : 500,
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null,
    permission: typeof permission === 'string' ? permission : null,
  }
}

// The parser's own words quote the body, which may hold a password; the server's name its address.
function detailOf(problem: ProblemCode, type: string, error: Error): string {
  if (type === 'entity.parse.failed') return 'the body is not JSON'
  if (type === 'entity.verify.failed') return 'the body is not UTF-8'
  if (problem === 'malformed_request') return 'the body cannot be read'
  if (problem === 'database_unavailable') return 'nothing was changed; try again later'
  if (problem === 'too_large') return 'the body is larger than what this call takes'
  return error.message
}
