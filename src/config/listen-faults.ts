import { isIP } from 'node:net'
import { isTree, valueAt, type Tree } from './tree.ts'
import type { Fault } from './validate.ts'

/** What the settings of where the daemon answers have to agree in, and lists of networks that are none. */
export function listenFaults(filled: unknown): Fault[] {
  const tls = valueAt(filled, ['listen', 'tls'])
  return [
    ...(isTree(tls) ? tlsFaults(tls) : []),
    ...networkFaults(filled, ['listen', 'trusted_proxies']),
    ...networkFaults(filled, ['notifications', 'allowed_networks']),
  ]
}

/** Entries of a list that are neither addresses nor networks. */
function networkFaults(filled: unknown, path: readonly string[]): Fault[] {
  const list = valueAt(filled, path)
  if (!Array.isArray(list)) return []
  return list.flatMap((text: unknown, index) =>
    typeof text !== 'string' || isNetwork(text)
      ? []
      : [
          {
            path: [...path, String(index)],
            message: 'must be an address or a network such as 10.0.0.0/8',
          },
        ],
  )
}

function isNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && Number(prefix ?? 0) <= (family === 4 ? 32 : 128)
}

function tlsFaults(tls: Tree): Fault[] {
  const { self_signed: selfSigned } = tls
  const isSet = (key: string) => typeof tls[key] === 'string' && tls[key] !== ''
  const fault = (key: string, message: string) => [{ path: ['listen', 'tls', key], message }]
  return [
    ...(isSet('cert_file') && !isSet('key_file')
      ? fault('key_file', 'must be set, since there is a cert_file')
      : []),
    ...(isSet('key_file') && !isSet('cert_file')
      ? fault('cert_file', 'must be set, since there is a key_file')
      : []),
    ...(selfSigned === true && isSet('cert_file')
      ? fault('self_signed', 'must not be set beside a cert_file')
      : []),
    ...(typeof tls.hsts_seconds === 'number' &&
    tls.hsts_seconds > 0 &&
    selfSigned !== true &&
    !isSet('cert_file')
      ? fault('hsts_seconds', 'must be 0 without TLS')
      : []),
  ]
}
