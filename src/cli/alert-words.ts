import type { Answer } from './answer.ts'
import type { Span, Style } from './terminal.ts'
import { shown } from './words.ts'

const styles: Readonly<Record<string, Style>> = { critical: 'bad', warning: 'warning' }

/** A severity in its colour. */
export function severitySpan(severity: string | null): Span {
  const style = styles[severity ?? '']
  return style === undefined ? shown(severity) : { text: shown(severity), style }
}

/** The state and what people have made of it. */
export function stateWord(alert: Answer): string {
  const remarks = [
    ...(alert.text('state') !== 'resolved' && alert.flag('acknowledged')
      ? [`acknowledged by ${shown(alert.text('acknowledged_by'))}`]
      : []),
    ...(alert.flag('flapping') ? ['flapping'] : []),
    ...(alert.text('resolved_by') !== null ? [`by ${shown(alert.text('resolved_by'))}`] : []),
    ...(alert.text('state') !== 'resolved' && alert.text('inhibited_by') !== null ? ['muted'] : []),
    ...(alert.texts('silenced_by').length > 0 ? ['silenced'] : []),
  ]
  return [shown(alert.text('state')), ...remarks].join(', ')
}
