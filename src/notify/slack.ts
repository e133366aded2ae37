import { askHttp } from './http.ts'
import { newsEvents, type Message, type Notifier } from './notifier.ts'
import { plainText } from './plain-text.ts'
import { shortened } from './printable.ts'
import { wordsOf, type Appliance, type Link, type Passage, type Words } from './words.ts'
import type { Reach } from './reach.ts'

/** Where messages are posted. */
export interface SlackOptions {
  /** Of the incoming webhook: who knows it may post, so it is a secret. */
  url: string
  appliance: Appliance
  /** Of whoever sends, as User-Agent. */
  agent: string
  /** Which addresses may be told. */
  reach: Reach
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
}

/**
 * Posts messages to an incoming webhook as blocks, and as text for notifications and for what understands no
 * blocks, such as Mattermost. Slack does not know a message again: one that was taken when its answer
 * got lost is there twice.
 */
export class Slack implements Notifier {
  readonly name = 'slack'
  readonly grouped = true
  readonly kinds = ['alerts', 'event', 'test', 'digest'] as const
  readonly news = newsEvents
  readonly #options: SlackOptions

  constructor(options: SlackOptions) {
    this.#options = options
  }

  /** Rejects with NotifyError, whose text does not hold the URL. */
  async send({ content }: Message): Promise<string> {
    const { appliance, ...options } = this.#options
    const body = JSON.stringify(slackMessage(wordsOf(content, appliance)))
    const { status } = await askHttp({ ...options, body, secrets: [], refuses: isRefused })
    return String(status)
  }
}

/** What Slack says of a message itself; all else is about the webhook, which somebody may put right. */
function isRefused(status: number, said: string): boolean {
  return status === 400 && /^(?:invalid_(?:blocks|payload|attachments)|no_text)/.test(said)
}

// https://docs.slack.dev/reference/block-kit/blocks
const MOST_BLOCKS = 50
const MOST_OF_HEADER = 150
const MOST_OF_SECTION = 3000
/** Longer texts are cut by Slack, or refused by what understands the same. */
const MOST_OF_TEXT = 3500

/** The body of a post. Pure. */
export function slackMessage(words: Words) {
  const { subject, passages, omitted, links } = words
  const header = {
    type: 'header',
    text: { type: 'plain_text', text: shortened(subject, MOST_OF_HEADER), emoji: false },
  }
  const sections = passages.slice(0, MOST_BLOCKS - 2).map((passage) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: sectionText(passage), verbatim: true },
  }))
  const left = omitted + passages.length - sections.length
  const closing = [...(left === 0 ? [] : [`and ${left} more`]), ...links.map(linkText)].join(' · ')
  const context = {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: fit([closing], MOST_OF_SECTION) || ' ', verbatim: true }],
  }
  const text = escapedTo(`${subject}\n${plainText(words)}`.trim(), MOST_OF_TEXT)
  return { text, blocks: [header, ...sections, context] }
}

/** A piece that is cut where it is too long, or left out as a whole. */
type Piece = string | { cut: string }

function sectionText({ heading, text, facts, links }: Passage): string {
  const pieces: Piece[] = [
    { cut: heading ?? '' },
    { cut: text },
    ...facts.map(({ name, value }) => {
      const isLine = typeof value === 'string'
      return { cut: isLine ? `${name}: ${value}` : [`${name}:`, ...value].join('\n') }
    }),
    ...links.map(linkText),
  ]
  return fit(pieces, MOST_OF_SECTION) || '…'
}

/** Pieces on lines of their own, as many as there is room for. Those that are never cut go before the others. */
function fit(pieces: readonly Piece[], most: number): string {
  let room = most
  const kept = pieces.map((piece) => {
    if (typeof piece !== 'string' || piece.length + 1 > room) return ''
    room -= piece.length + 1
    return piece
  })
  return pieces
    .map((piece, index) => {
      if (typeof piece === 'string') return kept[index] ?? ''
      const text = escapedTo(piece.cut, room - 1)
      room -= text.length + 1
      return text
    })
    .filter((text) => text !== '')
    .join('\n')
}

function linkText({ text, url }: Link): string {
  return `<${escaped(url)}|${escaped(text)}>`
}

/**
 * What Slack takes for markup as text: `&`, `<` and `>`, https://docs.slack.dev/messaging/formatting-message-text;
 * and nobody is called by the name of a cartridge where `@all` calls.
 */
function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=channel|here|everyone|all)/gi, '@\u200b')
}

/** At most so many characters, no entity cut in two. */
function escapedTo(text: string, most: number): string {
  const whole = escaped(text)
  if (whole.length <= most) return whole
  if (most < 2) return ''
  return shortened(whole, most).replace(/&[a-z]{0,3}…$/, '…')
}
