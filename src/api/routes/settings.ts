import { Type } from 'typebox'
import { route } from '../route.ts'
import { flag, nullable, text } from '../schemas.ts'

const setting = {
  key: text,
  value: Type.Unknown(),
  by_default: Type.Unknown(),
  changed: flag,
  secret_is_set: nullable(flag),
  description: text,
  unit: nullable(text),
  variable: text,
}

const list = route({
  method: 'get',
  path: '/api/v1/config',
  guard: 'config:write',
  tag: 'config',
  summary: 'The configuration in force',
  description:
    'As of the last reload; some settings are taken up at the next start only, as docs/configuration.md says. Of secrets ' +
    'it is told whether they are set.',
  answers: {
    200: {
      description: 'Every setting, with what it is by default.',
      schema: Type.Object({ settings: Type.Array(Type.Object(setting)) }),
    },
  },
  handle: ({ context }) => ({ status: 200, json: { settings: context.settings() } }),
})

/** The configuration, to be looked at. */
export const settingRoutes = [list]
