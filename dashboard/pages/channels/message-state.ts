import type { Tone } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'

/** A message to a channel. */
export type Message = Answer<'GET /monitoring/notifications'>['notifications'][number]

/** How what became of it is drawn. */
export const toneOfMessage: Readonly<Record<Message['state'], Tone>> = {
  ...{ waiting: 'info', delivered: 'good', given_up: 'critical' },
}
