import type { ApiLog } from '../../src/api/context.ts'
import { LevelSetting } from '../../src/log/level.ts'

/** What a log was told. */
export interface HeardLine {
  level: 'debug' | 'error'
  message: string
  fields: Readonly<Record<string, unknown>>
}

/** A log that is heard instead of written. */
export function heardLog(now: () => Date): ApiLog & { heard: HeardLine[] } {
  const setting = new LevelSetting('info', now, () => undefined)
  const heard: HeardLine[] = []
  const hear =
    (level: HeardLine['level']) =>
    (message: string, fields: object = {}): void => {
      heard.push({ level, message, fields: { ...fields } })
    }
  return {
    heard,
    debug: hear('debug'),
    error: hear('error'),
    level: () => setting.state(),
    setLevel: (level, expiresAt) => {
      setting.set(level, expiresAt)
    },
    lostLines: () => 0,
  }
}
