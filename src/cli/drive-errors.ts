import type { Answer } from './answer.ts'
import { printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { bytes, shown } from './words.ts'

/** Says of each drive what its errors follow, with what every cartridge did in it. */
export function printMatrices(terminal: Terminal, drives: readonly Answer[]): void {
  if (drives.every((drive) => drive.object('verdict') === null)) {
    terminal.line('no errors in the last 90 days')
    return
  }
  for (const drive of drives) {
    const verdict = drive.object('verdict')
    if (verdict !== null) printVerdict(terminal, verdict)
  }
}

/** What errors follow, why, what to do, and the cartridges and drives that say so. */
export function printVerdict(terminal: Terminal, verdict: Answer): void {
  const found = verdict.text('verdict')
  const follow = found === 'undetermined' ? 'undetermined' : `errors follow the ${shown(found)}`
  const style = found === 'undetermined' ? 'warning' : 'bad'
  const about = `${shown(verdict.text('about'))} ${shown(verdict.text('name'))}: `
  terminal.line(about, { text: follow, style })
  terminal.line(`  ${shown(verdict.text('reason'))}. ${shown(verdict.text('action'))}`)
  printTable(
    terminal,
    [
      { title: 'DRIVE', whole: true },
      { title: 'CARTRIDGE', whole: true },
      { title: 'LOADS', right: true },
      { title: 'BAD', right: true },
      { title: 'GOOD', right: true },
      { title: 'WRITE ERRORS', right: true },
      { title: 'READ ERRORS', right: true },
      { title: 'MOVED', right: true },
      { title: 'TAPEALERT' },
    ],
    verdict.objects('matrix').map((cell) => {
      const bad = cell.number('bad_loads')
      const moved = (cell.number('written_bytes') ?? 0) + (cell.number('read_bytes') ?? 0)
      return [
        shown(cell.text('drive')),
        shown(cell.text('cartridge_name')),
        shown(cell.number('loads')),
        bad ? { text: shown(bad), style: 'bad' } : shown(bad),
        shown(cell.number('good_loads')),
        shown(cell.number('unrecovered_write_errors')),
        shown(cell.number('unrecovered_read_errors')),
        bytes(moved),
        cell.numbers('tape_alerts').join(' '),
      ]
    }),
  )
}
