import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Gives something to a browser to keep that it can neither read nor change. The key is of this process: what was
 * sealed before a restart is not opened after it.
 */
export class Seal {
  readonly #key = randomBytes(32)

  /** A value that JSON can say, in characters that cookies allow, good until a time. */
  close(value: unknown, until: Date): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce)
    const text = JSON.stringify({ until: until.getTime(), value })
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** The value; null when it is not one of ours, or too old. */
  open(text: string, now: Date): unknown {
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    try {
      const opened = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]
      const { until, value } = JSON.parse(Buffer.concat(opened).toString('utf8')) as {
        until: number
        value: unknown
      }
      return until > now.getTime() ? value : null
    } catch {
      return null
    }
  }
}
