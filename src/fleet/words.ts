const WORDS: Readonly<Record<string, string>> = {
  '503': 'the streams are not there',
  '10071': 'somebody else has told something under this name',
  AUTHENTICATION_EXPIRED: 'the credentials have expired',
  AUTHENTICATION_TIMEOUT: 'the user, or what he shows, is refused',
  AUTHORIZATION_VIOLATION: 'the user, or what he shows, is refused',
  BAD_CREDS: 'the file of credentials holds none',
  CONNECTION_CLOSED: 'the connection broke',
  CONNECTION_REFUSED: 'nobody answers there',
  CONNECTION_TIMEOUT: 'there is no answer',
  DISCONNECT: 'the connection broke',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ECONNREFUSED: 'nobody answers there',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'there is no such host',
  ERR_DATABASE_UNAVAILABLE: 'the database does not answer',
  ERR_FLEET_NO_STREAM: 'the streams are not there',
  PERMISSIONS_VIOLATION: 'the user may not do that at the servers',
  SERVER_OPT_NA: 'the server does not speak TLS',
  TIMEOUT: 'there is no answer',
}

interface CodedError {
  code?: string
  message?: string
  /** Of a file that cannot be read. */
  path?: string
  /** What the library wraps. */
  chainedError?: { code?: string }
  /** Of an error of JetStream. */
  api_error?: { err_code?: number; description?: string }
}

/**
 * What went wrong with servers: never what was sent, which may hold secrets. What there is no word for is told by its
 * code, e.g. what OpenSSL found of a certificate.
 */
export function wordsOf(error: unknown): string {
  const { code, message, path, chainedError, api_error: api } = error as CodedError
  if (path !== undefined) return `${path}: cannot be read: ${code ?? ''}`
  if (api !== undefined) return WORDS[String(api.err_code)] ?? api.description ?? 'it is refused'
  const [inner, outer] = [chainedError?.code ?? '', code ?? '']
  return WORDS[inner] ?? WORDS[outer] ?? (inner || outer || message) ?? 'it cannot be reached'
}
