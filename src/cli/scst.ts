import { readFileSync } from 'node:fs'
import { ownItems } from './hardware.ts'
import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import { askingCommand, noPlan, planAmong } from './asking.ts'
import { EXIT_DONE, EXIT_FAILED, type Surroundings } from './command.ts'
import { meant } from './remote.ts'
import { printPlan, TASKS } from './task-actions.ts'
import { tellEnd } from './task-follow.ts'
import { shown } from './words.ts'

const WISH = `  --config FILE    what takes the place of scst.conf; the file as it is if not said
  --force          also when initiators that are logged in lose what they use
`
const wishOptions = { config: { type: 'string' }, force: { type: 'boolean' } } as const

/** Says what makes SCST what its file says. */
export const scstPlan = askingCommand({
  name: 'scst plan',
  usage: `usage: storwarden scst plan [options]

Says what makes SCST what scst.conf says, write by write, and what of that is in use. Changes nothing.

${WISH}`,
  options: wishOptions,
  named: [],

  async run({ values, connect, json, around }) {
    const plan = await connect().post(TASKS, { ...wish(values), dry_run: true })
    tell(plan, json, around)
    return EXIT_DONE
  },
})

/** Makes SCST what its file says, by a plan that was looked at. */
export const scstApply = askingCommand({
  name: 'scst apply',
  usage: `usage: storwarden scst apply [--dry-run] [options]
       storwarden scst apply --yes PLAN [options]

Makes SCST what scst.conf says, and undoes what it did when that fails. What runs and is not in the file is
removed. Without --yes it says what would be done, and the PLAN that has just that done; exit status 1 when it
was not.

  --yes            does it
  --dry-run        does nothing, as without --yes
${WISH}`,
  options: { ...wishOptions, yes: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },

  async run({ values, words, connect, json, around }) {
    const isDone = values.yes === true && values['dry-run'] !== true
    const { plan: wanted, others } = planAmong(words, isDone)
    if (others.length > 0) throw noPlan()
    const client = connect()
    const body = wish(values)
    const plan = await client.post(TASKS, { ...body, dry_run: true })
    if (wanted === null) {
      tell(plan, json, around)
      return EXIT_DONE
    }
    const hash = plan.text('plan_hash')
    if (hash !== wanted) {
      around.terminal.line(`it is another plan now, ${shown(hash)}: look at that first`)
      return EXIT_FAILED
    }
    const asked = await client.post(TASKS, { ...body, confirmation: plan.text('confirmation') })
    return await tellEnd(client, asked, { json, around })
  },
})

/** Exports a library with its drives to initiators. */
export const scstExport = askingCommand({
  name: 'scst export',
  usage: `usage: storwarden scst export LIBRARY TARGET INITIATOR... [options]

Makes a TARGET that shows INITIATORs, and nobody else, the changer of LIBRARY as LUN 0 and its drives after it.
LIBRARY is the serial number of the changer, or as much of its begin as tells it from others.

  --drives A,B     serial numbers or H:C:I:L of drives, in the order of their LUNs;
                   all of the library if not said
  --group NAME     initiator group of the target, instead of library
  --driver NAME    target driver, instead of iscsi
  --dry-run        what it would do; nothing is done
`,
  options: {
    ...{ drives: { type: 'string' }, group: { type: 'string' }, driver: { type: 'string' } },
    'dry-run': { type: 'boolean' },
  },

  async run({ values, words, connect, json, around }) {
    const [wanted, target, ...initiators] = words
    if (wanted === undefined) throw new UsageError(['LIBRARY is missing'])
    if (target === undefined) throw new UsageError(['TARGET is missing'])
    if (initiators.length === 0) throw new UsageError(['INITIATOR is missing'])
    const client = connect()
    const listing = await client.get('/api/v1/hardware/libraries')
    const ids = ownItems(listing).flatMap((library) => library.text('id') ?? [])
    const library = meant('library', wanted, ids, (id) => [id])
    const { drives, group, driver } = values
    const params = {
      ...{ library, target, initiators },
      ...(drives === undefined ? {} : { drives: drives.split(',').map((drive) => drive.trim()) }),
      ...(group === undefined ? {} : { group }),
      ...(driver === undefined ? {} : { driver }),
    }
    const body = { kind: 'scst_export_library', params }
    if (values['dry-run'] === true) {
      const plan = await client.post(TASKS, { ...body, dry_run: true })
      if (json) around.terminal.json(plan)
      else printPlan(around.terminal, plan)
      return EXIT_DONE
    }
    return await tellEnd(client, await client.post(TASKS, body), { json, around })
  },
})

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
  if (hash !== null && plan.objects('steps').length > 0)
    terminal.line(`it is done with: storwarden scst apply --yes ${hash}`)
}
