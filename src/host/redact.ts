const REDACTED = 'REDACTED'

/** A quote, or one within text that is quoted itself, as in what journalctl writes: `\"`. */
const QUOTE = `\\\\*["']`

/** A word up to the blank, or up to the quote that ends it. */
const WORD = `[^\\s"'\\\\]\\S*?(?=${QUOTE}(?:[\\s,:;})\\]"']|$)|\\s|$)`

/**
 * SCST's CHAP attributes: `IncomingUser joe secret`, quoted in scst.conf and as an argument of scstadmin
 * (scst.conf(5), iscsi-scst/README). Names of attributes in a list, `IncomingUser, OutgoingUser`, are none.
 */
const CHAP = new RegExp(
  `((?:Incoming|Outgoing)User\\d*(?:${QUOTE})?(?:[ \\t]*[=:][ \\t]*|[ \\t]+)(?:${QUOTE})?)` +
    `([^\\s"'\\\\<(,;]+)((?:${QUOTE})?[ \\t]+(?:${QUOTE})?)(${WORD})`,
  'gi',
)

/** What is named after a secret, to the end of its name: `node.session.auth.password_in`, `MYSQL_PWD`. */
const NAME =
  '(?:password|passwd|passphrase|secret|community|token|api[_-]?key|access[_-]?key|private[_-]?key|_pwd|\\bpass)' +
  '(?:_in)?\\d*'

/** Words of JSON without quotes. */
const LITERAL = '(?:null|true|false|-?\\d+(?:\\.\\d+)?)(?=\\s*[,}\\]])'

/** What is found, and what stands in its place. The first that takes a secret out leaves nothing to the others. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [CHAP, `$1$2$3${REDACTED}`],
  // `"password": "x"`, `password = 'x'`, and the same quoted once more. To the end of the quotes.
  [
    new RegExp(`(${NAME}(["']?)\\s*[=:]\\s*(["']))(?:\\\\.|(?!\\3)[^\\\\\\n])*`, 'gi'),
    `$1${REDACTED}`,
  ],
  [
    new RegExp(`(${NAME}(?:${QUOTE})?[ \\t]*[=:][ \\t]*(\\\\+["']))(?:(?!\\2)[^\\n])*`, 'gi'),
    `$1${REDACTED}`,
  ],
  // `node.session.auth.password = x`: what stands by itself, to the blank.
  [
    new RegExp(
      `(${NAME}[ \\t]+[=:][ \\t]*|${NAME}[ \\t]*[=:][ \\t]+)(?!${QUOTE})(?!${LITERAL})(${WORD})`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  // `username=u,password=x,rw`: one of several.
  [new RegExp(`(${NAME}[=:])([^\\s"'\\\\&,;]+)`, 'gi'), `$1${REDACTED}`],
  // `--password x`; not `--password-stdin`.
  [new RegExp(`(--[\\w-]*${NAME}[ \\t]+(?:${QUOTE})?)(?!-)(${WORD})`, 'gi'), `$1${REDACTED}`],
  // `iscsiadm -o update -n node.session.auth.password -v x`
  [
    new RegExp(
      `((?:-n|--name)[ \\t=]+\\S*${NAME}[ \\t]+(?:-v|--value)[ \\t=]*(?:${QUOTE})?)(${WORD})`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  // `scheme://user:password@host`; a password may hold an `@` itself.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*:)([^\s"'\\]+)(@)/gi, `$1${REDACTED}$3`],
  // `netroot=iscsi:user:password@portal` on the command line of the kernel (dracut.cmdline(7)).
  [/(\bnetroot=iscsi:[^\s:@]*:)([^\s"'\\]+)(@)/gi, `$1${REDACTED}$3`],
  [/(\bauthorization["']?[ \t]*[:=][ \t]*["']?\w+[ \t]+)([^\s"'\\]+)/gi, `$1${REDACTED}`],
  [/(\bbearer[ \t]+)([\w.~+/=-]{8,})/gi, `$1${REDACTED}`],
  // In-band authentication of NVMe over fabrics, and its TLS (nvme gen-dhchap-key, nvme gen-tls-key).
  [/(\b(?:DHHC-1|NVMeTLSkey-1):\d\d:)([^:\s"'\\]+)/g, `$1${REDACTED}`],
  // Tools that take a password by one letter.
  [
    /(\b(?:curl|wget)\b[^\n]*? (?:-u|--user|--proxy-user)[ =]?[^\s:]+:)([^\s"'\\]+)/g,
    `$1${REDACTED}`,
  ],
  [/(\b(?:ipmi\w*|smbclient|mount\.cifs)\b[^\n]*? -U[ =]?[^\s%]+%)([^\s"'\\]+)/g, `$1${REDACTED}`],
  [/(\bipmi\w*\b[^\n]*? -P[ ]?)([^\s"'\\]+)/g, `$1${REDACTED}`],
  [/(\bsshpass[ \t]+-p[ ]?)([^\s"'\\]+)/g, `$1${REDACTED}`],
  [/(\b(?:mysql|mariadb)\w*\b[^\n]*? -p)([^\s"'\\]+)/g, `$1${REDACTED}`],
]

/** Letters of net-snmp that are followed by a community or a key (snmpcmd(1)). */
const SNMP = /\bsnmp\w+[ \t][^\n]*/g
const SNMP_SECRET = /( -[cAX][ ]?)([^\s"'\\]+)/g

/** As scst.conf and scstadmin write it, a line of its own: what a sentence says of it is none. */
const CHAP_LINE = new RegExp(`^[ \\t]*${CHAP.source}`, 'gim')

/** A secret that is shorter may be a word like any other. */
const MIN_LENGTH = 8

/** CHAP secrets of the machine: learned where they are kept, and taken out wherever else they are said. */
export class Secrets {
  readonly #known = new Set<string>()

  /** Takes note of the secrets in a file, or in what a command said when `path` is null. */
  learn(path: string | null, text: string): void {
    const byName = path === null ? null : secretIn(path, text)
    if (byName !== null) this.#add(byName)
    for (const found of text.matchAll(CHAP_LINE)) this.#add(found[4] ?? '')
  }

  /** Takes CHAP secrets and passwords out of any text; names of users stay. */
  inText(text: string): string {
    let clean = text
    for (const secret of this.#known) clean = clean.replaceAll(secret, REDACTED)
    for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead)
    return clean.replace(SNMP, (line) => line.replace(SNMP_SECRET, `$1${REDACTED}`))
  }

  /** The same for a file, some of which are secrets by their name alone. */
  inFile(path: string, content: string): string {
    const byName = secretIn(path, content)
    return this.inText(byName === null ? content : content.replaceAll(byName, REDACTED))
  }

  /** The same for a file that is not UTF-8, such as a configuration with a comment in Latin-1. */
  inBytes(path: string, bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString('latin1')
    const clean = this.inFile(path, text)
    return clean === text ? bytes : Buffer.from(clean, 'latin1')
  }

  #add(secret: string): void {
    if (secret.length >= MIN_LENGTH && !/^\*+$/.test(secret)) this.#known.add(secret)
  }
}

/** What of a file is a secret because of its name; null where nothing is. */
function secretIn(path: string, content: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^(?:Incoming|Outgoing)User\d*$/.test(name)) {
    return /^\s*\S+[ \t]+["']?([^\n"']+)/.exec(content)?.[1] ?? null
  }
  // open-iscsi below /sys/class/iscsi_session, NVMe below /sys/class/nvme; these say so where none is set.
  if (!/^password(?:_in)?$|secret/.test(name)) return null
  return /^(?!\(null\)|none\b)[^\n]+/.exec(content)?.[0] ?? null
}
