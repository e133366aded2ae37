import { createHash } from 'node:crypto'
import { htmlText } from './html.ts'
import type { Content, Message } from './notifier.ts'
import { plainText } from './plain-text.ts'
import { shortened } from './printable.ts'
import { hostName, wordsOf, type Appliance } from './words.ts'

/** From whom and to whom: addresses without names. */
export interface MailAddresses {
  from: string
  to: readonly string[]
}

// RFC 5322, 2.1.1: 998 characters a line at most; mail clients show less than a hundred.
const MOST_OF_SUBJECT = 250
/** A message about many conditions is in the threads of so many of them. */
const MOST_REFERENCES = 20

/**
 * A message as mail, the same at every attempt: so is its Message-ID, by which whoever got it twice can tell.
 * Mail about a condition is a reply to one that never was, the same for all mail about it, which
 * has mail clients show it as one thread. Pure.
 */
export function mailOf(
  { id, at, content }: Message,
  appliance: Appliance,
  addresses: MailAddresses,
) {
  const words = wordsOf(content, appliance)
  const domain = domainOf(appliance)
  const references = threadsOf(content).map((thread) => `<${thread}@${domain}>`)
  return {
    from: { name: `storwarden on ${hostName(appliance)}`, address: addresses.from },
    to: [...addresses.to],
    subject: shortened(words.subject, MOST_OF_SUBJECT),
    text: plainText(words),
    html: htmlText(words),
    date: at,
    messageId: `<${id}@${domain}>`,
    ...(references[0] === undefined ? {} : { inReplyTo: references[0], references }),
    headers: {
      // RFC 3834: nobody is to answer that he is on holiday; the second is for Exchange.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(words.severity === null ? {} : { 'X-Storwarden-Severity': words.severity }),
      ...(words.severity === 'critical' ? { Importance: 'high' } : {}),
    },
  }
}

/** The left sides of the Message-IDs that mail about the same refers to. */
function threadsOf(content: Content): string[] {
  if (content.kind !== 'alerts') return []
  const fingerprints = content.alerts.map(({ fingerprint }) => fingerprint)
  return [...new Set(fingerprints)].slice(0, MOST_REFERENCES).map(threadOf)
}

/** A fingerprint is hexadecimal; of anything else its hash is. */
function threadOf(fingerprint: string): string {
  if (/^[0-9a-f]{1,64}$/.test(fingerprint)) return `alert-${fingerprint}`
  return `alert-${createHash('sha256').update(fingerprint).digest('hex')}`
}

/** What an appliance calls itself, if that may stand in an address. */
function domainOf({ host }: Appliance): string {
  return /^(?=.{1,200}$)[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*$/.test(host) ? host : 'storwarden.invalid'
}
