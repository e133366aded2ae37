import { readFileSync } from 'node:fs'
import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { connected } from './remote.ts'
import { printPlan, printTask } from './task-actions.ts'
import { ended } from './task-run.ts'
import { shown } from './words.ts'

const PATH = '/api/v1/tasks'
/** What tells a plan from others. */
const PLAN = /^[0-9a-f]{16}$/

const WISH = `  --config FILE    what takes the place of scst.conf; the file as it is if not said
  --force          also when initiators that are logged in lose what they use
`
const wishOptions = {
  config: { type: 'string' },
  force: { type: 'boolean' },
  ...remoteOptions,
} as const

/** Says what makes SCST what its file says. */
export const scstPlan: Command = {
  name: 'scst plan',
  usage: `usage: storwarden scst plan [options]

Says what makes SCST what scst.conf says, write by write, and what of that is in use. Changes nothing.

${WISH}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, wishOptions)
    const client = connected(values.url, around)
    const plan = await client.post(PATH, { ...wish(values), dry_run: true })
    tell(plan, values.json === true, around)
    return EXIT_DONE
  },
}

/** Makes SCST what its file says, by a plan that was looked at. */
export const scstApply: Command = {
  name: 'scst apply',
  usage: `usage: storwarden scst apply [--dry-run] [options]
       storwarden scst apply --yes PLAN [options]

Makes SCST what scst.conf says, and undoes what it did when that fails. What runs and is not in the file is
removed. Without --yes it says what would be done, and the PLAN that has just that done; exit status 1 when it
was not.

  --yes            does it
  --dry-run        does nothing, as without --yes
${WISH}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { ...wishOptions, yes: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
      { named: [], several: true },
    )
    const isDone = values.yes === true && values['dry-run'] !== true
    const [wanted, ...others] = positionals
    if ((isDone ? !PLAN.test(wanted ?? '') : wanted !== undefined) || others.length > 0) {
      throw new UsageError(['--yes PLAN: must be the plan that is shown without --yes'])
    }
    const client = connected(values.url, around)
    const body = wish(values)
    const plan = await client.post(PATH, { ...body, dry_run: true })
    if (!isDone) {
      tell(plan, values.json === true, around)
      return EXIT_DONE
    }
    const hash = plan.text('plan_hash')
    if (hash !== wanted) {
      around.terminal.line(`it is another plan now, ${shown(hash)}: look at that first`)
      return EXIT_FAILED
    }
    const asked = await client.post(PATH, { ...body, confirmation: plan.text('confirmation') })
    const task = await ended(client, asked, around)
    if (values.json) around.terminal.json(task)
    else printTask(around.terminal, task, around.now())
    return task.text('state') === 'completed' ? EXIT_DONE : EXIT_FAILED
  },
}

function wish({ config, force }: { config?: string | undefined; force?: boolean | undefined }) {
  const text = config === undefined ? {} : { config: textOf(config) }
  return { kind: 'scst_apply', params: { ...text, ...(force === true ? { force } : {}) } }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError([`--config ${path}: ${(error as Error).message}`], { cause: error })
  }
}

function tell(plan: Answer, asJson: boolean, { terminal }: Surroundings): void {
  if (asJson) {
    terminal.json(plan)
    return
  }
  printPlan(terminal, plan)
  const hash = plan.text('plan_hash')
  if (hash !== null) terminal.line(`it is done with: storwarden scst apply --yes ${hash}`)
}
