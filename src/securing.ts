import { hostname, networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import { accessOptions, listenLimits } from './applied-config.ts'
import { Access } from './api/access.ts'
import type { ListenerLimits, TlsSource } from './api/listener.ts'
import { parseListen } from './arguments.ts'
import type { Config } from './config/schema.ts'
import type { DaemonEvents } from './daemon-events.ts'
import type { Log } from './log.ts'
import {
  ServerCertificate,
  type CertificateChange,
  type CertificateState,
  type PairSource,
} from './tls/server-certificate.ts'
import { filePair, selfSignedPair } from './tls/sources.ts'

/** What protects the wire depends on. */
export interface SecuringParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  /** Told of other certificates; nobody while the daemon waits for its database. */
  events: () => Pick<DaemonEvents, 'certificate'> | undefined
  log: Log
  now: () => Date
}

/** What protects the wire. */
export interface Securing {
  /** Null: plain HTTP is spoken. */
  tls: TlsSource | null
  limits: ListenerLimits
  access: Access
  /** Where metrics answer, if that is elsewhere. */
  metricsAt: { host: string; port: number } | null
  /** The certificate that is shown; none without TLS. */
  certificates: () => readonly CertificateState[]
  /** Reads the certificate again, from where the configuration says now. */
  reload(): void
  stop(): Promise<void>
}

/** Puts together who is believed, how much of him is taken, and the certificate. Rejects with CertificateError when TLS is wanted and cannot be spoken. */
export async function securing({ config, events, log, now }: SecuringParts): Promise<Securing> {
  const { listen, metrics } = config()
  const metricsAt = metrics.listen === null ? null : parseListen(metrics.listen)
  const source = pairSource(config())
  const options = accessOptions(config())
  const access = new Access({ ...options, ownNames: [hostname(), ...options.ownNames] })
  const isProxy = (address: string) => access.isProxy(address)
  const limits = { ...listenLimits(config()), isProxy }
  if (source === null) {
    const nothing = async () => undefined
    return {
      tls: null,
      limits,
      access,
      metricsAt,
      certificates: () => [],
      reload: () => undefined,
      stop: nothing,
    }
  }
  const certificate = new ServerCertificate({
    ...{ name: 'listen', source, now },
    minVersion: `TLSv${listen.tls.min_version}`,
    onChange(change) {
      say(log, change)
      events()?.certificate(change)
    },
  })
  await certificate.start()
  const { place, notAfter, remainingSeconds, fingerprint } = certificate.state()
  const facts = { place, not_after: notAfter.toISOString(), fingerprint }
  if (remainingSeconds > 0) log.info('TLS is spoken', facts)
  else log.error('TLS is spoken with a certificate that has ended', facts)
  return {
    tls: certificate,
    ...{ limits, access, metricsAt },
    certificates: () => [certificate.state()],
    reload() {
      void certificate.reload(pairSource(config()) ?? source)
    },
    stop: () => certificate.stop(),
  }
}

function say(log: Log, { kind, place, facts, error }: CertificateChange): void {
  const { fingerprint, notAfter } = facts
  if (kind === 'replaced') {
    log.info('another certificate is used', {
      ...{ place, not_after: notAfter.toISOString(), fingerprint },
    })
  } else log.error(`the certificate stays as it was: ${error ?? ''}`, { place })
}

/** Null when TLS is not asked for. */
function pairSource({ listen, state_dir: stateDir }: Config): PairSource | null {
  const { cert_file, key_file, key_passphrase, self_signed, self_signed_names } = listen.tls
  if (cert_file !== null && key_file !== null) {
    return filePair({
      ...{ certificateFile: cert_file, keyFile: key_file, passphrase: key_passphrase },
    })
  }
  if (!self_signed) return null
  return selfSignedPair(stateDir, () => ownNames(listen.host, self_signed_names))
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** What the machine is asked by: its name, where the daemon listens, and what else was named. */
function ownNames(host: string, others: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((of) => of ?? [])
    // A link-local address is one only together with the interface.
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address }) => address)
  const where = EVERYWHERE.has(host) ? addresses : [host]
  const names = [hostname(), 'localhost', ...where, '127.0.0.1', '::1', ...others]
  return [...new Set(names.filter((name) => isIP(name) !== 0 || /^[\w*.-]{1,253}$/.test(name)))]
}
