import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import { askingCommand, planAmong } from './asking.ts'
import { EXIT_DONE } from './command.ts'
import { checksOf, CONSISTENCY } from './consistency.ts'
import { tellEnd } from './task-follow.ts'
import type { Terminal } from './terminal.ts'
import { counted, shown } from './words.ts'

const STRATEGIES = ['adopt_live', 'restore_config', 're_inventory'] as const
const RECONCILE = `${CONSISTENCY}/reconcile`

/** Does something about differences, or says what would be done. */
export const consistencyReconcile = askingCommand({
  name: 'consistency reconcile',
  usage: `usage: storwarden consistency reconcile STRATEGY [CHECK...] [options]
       storwarden consistency reconcile restore_config [CHECK...] --yes PLAN

  adopt_live       has the database remember what is there, and shows what files would say
  restore_config   writes to SCST what makes it what scst.conf says; the rest is shown for people to do
  re_inventory     reads everything anew, and compares

Says what would be done. What is ignored is left alone. A plan is carried out only as it was shown, by the word that
is shown with it; exit status 1 when it was not.

  --yes            does it
  --allow-disruptive
                   also when initiators lose what they may be using
`,
  options: { yes: { type: 'boolean' }, 'allow-disruptive': { type: 'boolean' } },

  async run({ values, words: [strategy = '', ...words], connect, json, around }) {
    if (!(STRATEGIES as readonly string[]).includes(strategy)) {
      throw new UsageError([`${strategy || 'STRATEGY'}: must be one of ${STRATEGIES.join(', ')}`])
    }
    const isDone = values.yes === true
    const restores = strategy === 'restore_config'
    const { plan, others } = planAmong(words, isDone && restores)
    const checks = checksOf(others)
    const client = connect()
    const body = { strategy, dry_run: !isDone, ...(checks.length === 0 ? {} : { checks }) }
    const { terminal } = around
    if (plan !== null) {
      const allow = values['allow-disruptive'] === true ? { allow_disruptive: true } : {}
      const asked = await client.post(RECONCILE, { ...body, plan, ...allow })
      return await tellEnd(client, asked, { json, around })
    }
    const answer = await client.post(RECONCILE, body)
    if (json) terminal.json(answer)
    else printReconciliation(terminal, answer, { strategy, isDone })
    return EXIT_DONE
  },
})

function printReconciliation(
  terminal: Terminal,
  answer: Answer,
  { strategy, isDone }: { strategy: string; isDone: boolean },
): void {
  const steps = answer.objects('steps')
  printSteps(terminal, steps)
  for (const file of answer.objects('files')) {
    terminal.line(`${shown(file.text('path'))} would be changed by hand:`)
    const lines = (file.text('text') ?? '').trimEnd().split('\n')
    // A tabulator would be printed as the control character that it is.
    for (const line of lines) terminal.line(line.replaceAll('\t', '  '))
  }
  const remembered = answer.number('remembered') ?? 0
  const forgotten = answer.number('forgotten') ?? 0
  const plan = answer.text('plan')
  if (strategy === 'adopt_live') {
    const would = isDone ? '' : ' would be'
    terminal.line(`${counted(remembered, 'thing')}${would} remembered, ${forgotten} forgotten`)
  } else if (steps.length === 0) terminal.line('nothing to do')
  else if (plan !== null && steps.some((step) => step.object('write') !== null)) {
    const isDisruptive = steps.some(
      (step) => step.object('write') !== null && step.flag('disruptive') === true,
    )
    const allow = isDisruptive ? ' --allow-disruptive' : ''
    terminal.line(`what is written here is done with --yes ${plan}${allow}`)
  }
}

function printSteps(terminal: Terminal, steps: readonly Answer[]): void {
  steps.forEach((step, index) => {
    const sign =
      step.flag('disruptive') === true ? ' (takes something away that may be in use)' : ''
    terminal.line(`${index + 1}. ${shown(step.text('words'))}${sign}`)
    const write = step.object('write')
    const command = step.texts('command')
    if (write !== null) {
      terminal.line(`   echo '${shown(write.text('text'))}' > ${shown(write.text('path'))}`)
    }
    if (command.length > 0) terminal.line(`   ${command.join(' ')}`)
  })
}
