const REDACTED = 'REDACTED'

/** SCST's CHAP attributes: `IncomingUser joe secret`, quoted in scst.conf (scst.conf(5), iscsi-scst/README). */
const CHAP =
  /((?:Incoming|Outgoing)User\d*["']?[ \t]*[=:]?[ \t]*["']?)([^\s"'<(]+)([ \t]+)([^\s"']+)/g

/** `node.session.auth.password = x`, `"password": "x"`, `community=x`, `--password=x`. */
const NAMED =
  /((?:password|passwd|passphrase|secret|community)(?:_in)?["']?[ \t]*[=:][ \t]*["']?)([^\s"'&,;]+)/gi

/** `--password x`. */
const OPTION = /(--(?:password|passwd|passphrase|secret)[ \t]+)(\S+)/gi

/** `scheme://user:password@host`. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)([^\s@/]+)(@)/gi

/** Takes CHAP secrets and passwords out of any text; names of users stay. */
export function redactText(text: string): string {
  return text
    .replace(CHAP, `$1$2$3${REDACTED}`)
    .replace(NAMED, `$1${REDACTED}`)
    .replace(OPTION, `$1${REDACTED}`)
    .replace(URL_PASSWORD, `$1${REDACTED}$3`)
}

/** The same for a file, some of which are secrets by their name alone. */
export function redactFile(path: string, content: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^(?:Incoming|Outgoing)User\d*$/.test(name)) {
    return content.replace(/^([^\s"']+)([ \t]+)\S+/, `$1$2${REDACTED}`)
  }
  // open-iscsi, /sys/class/iscsi_session: "(null)" where none is set.
  if (/^password(?:_in)?$/.test(name) && !content.startsWith('(null)')) return `${REDACTED}\n`
  return redactText(content)
}
