import { Type } from 'typebox'
import { TaskNotPossibleError, type TaskKind } from '../kind.ts'
import type { TaskParams } from '../task.ts'
import type { ConfigRestoration, RestorePlan } from './consistency-restore-config.ts'

interface Params extends TaskParams {
  readonly driver: string
  readonly target: string
}

const TARGETS = '/sys/kernel/scst_tgt/targets'
const name = Type.String({ pattern: String.raw`^[^\s/\u0000-\u001f\u007f]{1,223}$` })

/** Enables a target that the configuration file enables, where nothing else differs of it. */
export function scstEnableTarget(restoration: ConfigRestoration): TaskKind<Params> {
  const { compare, permit, machine } = restoration
  const enabling = async ({ driver, target }: Params) => {
    const plan = await compare(['scst'])
    return enablingStep(plan, `${TARGETS}/${driver}/${target}`)
  }
  return {
    name: 'scst_enable_target',
    summary: 'Enables a target of SCST that scst.conf enables, where nothing else of it differs.',
    schema: Type.Object({ driver: name, target: name }, { additionalProperties: false }),
    ...{ destructive: false, repeatable: true, timeoutSeconds: 600 },
    resource: () => 'scst',
    async plan(params) {
      if (machine === null) {
        throw new TaskNotPossibleError('this daemon plays a recording: there is nothing to change')
      }
      const { path } = await enabling(params)
      permit(path, '1')
      return [
        {
          ...{ name: 'enable', data: { ...params } },
          description: `write "1" to ${path}, which scst.conf enables`,
        },
      ]
    },
    async run({ data }, progress) {
      if (machine === null) throw new Error('there is nothing to change')
      // Looked at once more: it may be somebody else who disabled it, or who changes its LUNs.
      const { path } = await enabling(data as unknown as Params)
      await machine.write(path, '1')
      progress.affect(1)
    },
  }
}

/** Throws TaskNotPossibleError unless enabling is all that there is to do about the target. */
function enablingStep({ steps, unread }: RestorePlan, target: string): { path: string } {
  if (unread.length > 0) {
    throw new TaskNotPossibleError(`it is not known whether anything differs: ${unread.join('; ')}`)
  }
  const path = `${target}/enabled`
  const name = target.slice(target.lastIndexOf('/') + 1)
  const about = steps.filter(
    ({ write }) =>
      write?.path.startsWith(`${target}/`) === true || write?.text === `add_target ${name}`,
  )
  const enables = about.some(({ write }) => write?.path === path && write.text === '1')
  if (!enables) throw new TaskNotPossibleError(`${path}: scst.conf does not want it, or it is`)
  const other = about.find(({ write }) => write?.path !== path)
  if (other !== undefined) {
    // Initiators would see what they are not to see, or not what they are.
    throw new TaskNotPossibleError(`something else of the target differs: ${other.words}`)
  }
  return { path }
}
