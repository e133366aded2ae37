import { Type } from 'typebox'
import { parseScstConfig, type ScstConfig } from '../../../scst/config.ts'
import { planScst } from '../../../scst/plan/plan.ts'
import { TaskNotPossibleError, type TaskKind } from '../../kind.ts'
import { assertPossible } from '../../scst/apply.ts'
import * as given from '../../scst/parameters.ts'
import {
  described,
  machineOf,
  parsedConfig,
  possibly,
  replaced,
  sha256Of,
  type ScstParams,
  type ScstSetting,
} from '../../scst/setting.ts'

interface Params extends ScstParams {
  readonly config?: string
}

interface StepData {
  params: Params
  file: string
}

/**
 * Makes SCST what scst.conf says, or a text that takes its place. What runs and is not in it is removed: what
 * scstadmin does with -force.
 */
export function scstApply(setting: ScstSetting): TaskKind<Params> {
  return {
    name: 'scst_apply',
    summary: 'Makes SCST what scst.conf says, write by write, or undoes what it did.',
    schema: given.scstParameters({
      config: Type.Optional(
        Type.String({
          ...{ maxLength: 1_048_576 },
          description: 'What takes the place of scst.conf; the file as it is if not said.',
        }),
      ),
      force: given.force,
    }),
    destructive: true,
    repeatable: true,
    timeoutSeconds: 3600,
    advice:
      'Look at the log for what was undone and what is left; `storwarden scst plan` says what differs.',
    resource: () => 'scst',
    async plan(params) {
      const machine = machineOf(setting)
      const text = await setting.file.read()
      const wanted = wantedOf(params, text)
      const plan = planScst(await machine.read(wanted), wanted)
      assertPossible(plan, params.force === true)
      const data: StepData = { params, file: sha256Of(text) }
      const description = described(plan, textOf(params, text) !== text)
      return [{ name: 'apply', description, data: { ...data } }]
    },
    async run({ data }, progress) {
      const { params, file } = data as unknown as StepData
      const text = await setting.file.read()
      const named = wantedOf(params, text)
      const edited = textOf(params, text)
      const force = params.force === true
      if (edited === text && params.config === undefined && sha256Of(text) !== file) {
        throw new TaskNotPossibleError(
          'scst.conf was changed since this was planned: plan it again',
        )
      }
      await replaced(setting, { text, edited, file, named, force, progress }, () => named)
    },
  }
}

function textOf({ config }: Params, file: string): string {
  return config ?? file
}

function wantedOf(params: Params, file: string): ScstConfig {
  if (params.config === undefined) return parsedConfig(file)
  const { config } = params
  const wanted = possibly(() => parseScstConfig(config, 'config'))
  if (hasPasswords(config)) {
    // A task, and all that tells of it, would show them.
    throw new TaskNotPossibleError(
      'config has passwords in it: write them into scst.conf itself, and apply that',
    )
  }
  return wanted
}

/** Passwords that stand for those of the file are none. */
function hasPasswords(text: string): boolean {
  return text
    .split('\n')
    .some(
      (line) => /^\s*(?:Incoming|Outgoing)User\d*\s/i.test(line) && !/ REDACTED"?\s*$/.test(line),
    )
}
