import type { Config } from '../config/schema.ts'
import type { ChannelPolicy, Notifier } from './notifier.ts'
import { Webhook } from './webhook.ts'

/** A channel that is set up, and of which alerts it is told. */
export interface Channel extends ChannelPolicy {
  notifier: Notifier
}

/** Who messages come from. */
export interface Sender {
  /** Name and version, e.g. `storwarden/0.1.0`. */
  agent: string
  /** Where people reach the daemon, without a slash at the end. */
  publicUrl: string
}

/** The channels that the configuration says enough about, in its order. */
export function configuredChannels(
  { webhook }: Config['notifications'],
  { agent }: Sender,
): Channel[] {
  const channels: Channel[] = []
  if (webhook.url !== null) {
    const { url, secret } = webhook
    channels.push({
      notifier: new Webhook({ url, secret, agent }),
      minSeverity: webhook.min_severity,
    })
  }
  return channels
}
