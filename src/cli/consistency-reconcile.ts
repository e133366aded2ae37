import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { checksOf, CONSISTENCY } from './consistency.ts'
import { connected } from './remote.ts'
import { printTask } from './task-actions.ts'
import { ended } from './task-run.ts'
import type { Terminal } from './terminal.ts'
import { counted, shown } from './words.ts'

const STRATEGIES = ['adopt_live', 'restore_config', 're_inventory'] as const
const RECONCILE = `${CONSISTENCY}/reconcile`
/** What tells a plan from others. */
const PLAN = /^[0-9a-f]{16}$/

/** Does something about differences, or says what would be done. */
export const consistencyReconcile: Command = {
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
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        ...{ yes: { type: 'boolean' }, 'allow-disruptive': { type: 'boolean' } },
        ...remoteOptions,
      } as const,
      { named: ['STRATEGY'], several: true },
    )
    const [strategy = '', ...words] = positionals
    if (!(STRATEGIES as readonly string[]).includes(strategy)) {
      throw new UsageError([`${strategy || 'STRATEGY'}: must be one of ${STRATEGIES.join(', ')}`])
    }
    const isDone = values.yes === true
    const restores = strategy === 'restore_config'
    const plans = isDone && restores ? words.filter((word) => PLAN.test(word)) : []
    const checks = checksOf(words.filter((word) => !plans.includes(word)))
    const [plan] = plans
    if (isDone && restores && (plan === undefined || plans.length > 1)) {
      throw new UsageError(['--yes PLAN: must be the plan that is shown without --yes'])
    }
    const client = connected(values.url, around)
    const body = { strategy, dry_run: !isDone, ...(checks.length === 0 ? {} : { checks }) }
    const { terminal } = around
    if (plan !== undefined) {
      const allow = values['allow-disruptive'] === true ? { allow_disruptive: true } : {}
      return restored(client, { ...body, plan, ...allow }, values.json === true, around)
    }
    const answer = await client.post(RECONCILE, body)
    if (values.json) terminal.json(answer)
    else printReconciliation(terminal, answer, { strategy, isDone })
    return EXIT_DONE
  },
}

/** Has the task done, and follows it. */
async function restored(
  client: Client,
  body: object,
  asJson: boolean,
  around: Surroundings,
): Promise<number> {
  const { terminal } = around
  const task = await ended(client, await client.post(RECONCILE, body), around)
  if (asJson) terminal.json(task)
  else printTask(terminal, task, around.now())
  return task.text('state') === 'completed' ? EXIT_DONE : EXIT_FAILED
}

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
