import { Type } from 'typebox'
import { parseScstConfig, type ScstConfig } from '../../../scst/config.ts'
import { TaskNotPossibleError, type TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import {
  parsedConfig,
  possibly,
  scstTask,
  type ScstParams,
  type ScstSetting,
} from '../../scst/setting.ts'

interface Params extends ScstParams {
  readonly config?: string
}

/**
 * Makes SCST what scst.conf says, or a text that takes its place. What runs and is not in it is removed: what
 * scstadmin does with -force.
 */
export function scstApply(setting: ScstSetting): TaskKind<Params> {
  return scstTask<Params>(setting, {
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
    ...{ destructive: true, changes: false, check: () => undefined },
    file: (text, params) => ({
      ...{ config: wantedOf(params, text), text: params.config ?? text, keepsComments: true },
    }),
    wish: (_, file) => file,
  })
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
