import t from 'tap'
import { settingsInForce } from '../../src/config/in-force.ts'
import { settings } from '../../src/config/settings.ts'
import { validate } from '../../src/config/validate.ts'

const CANARY = 'canary-of-the-configuration'

t.test('every setting is told with its default, and no secret is', (t) => {
  const tree: Record<string, unknown> = { listen: { port: 9000 } }
  for (const { path, schema } of settings) if (schema.secret === true) plant(tree, path)
  const result = validate(tree)
  if (!('config' in result)) {
    t.strictSame(result.faults, [])
    return t.end()
  }
  const told = settingsInForce(result.config)
  t.strictSame(
    told.map(({ key }) => key),
    settings.map(({ path }) => path.join('.')),
  )
  t.notMatch(JSON.stringify(told), CANARY)
  t.strictSame(
    told.filter(({ secret_is_set: isSet }) => isSet === true).length,
    settings.filter(({ schema }) => schema.secret === true).length,
  )
  t.match(
    told.find(({ key }) => key === 'listen.port'),
    {
      ...{ key: 'listen.port', value: 9000, by_default: 8080, changed: true },
      ...{ secret_is_set: null, unit: null, variable: 'STORWARDEN_LISTEN_PORT' },
    },
  )
  t.match(
    told.find(({ key }) => key === 'listen.host'),
    { value: '127.0.0.1', changed: false },
  )
  t.end()
})

/** Puts the canary where it is accepted: most secrets can be any text, and channels and databases have URLs. */
function plant(tree: Record<string, unknown>, path: readonly string[], whole = path): void {
  const [key = '', ...rest] = path
  const scheme = whole[0] === 'database' ? 'postgresql' : 'https'
  if (rest.length === 0) tree[key] = `${scheme}://${CANARY}.example/${CANARY}`
  else plant((tree[key] ??= {}) as Record<string, unknown>, rest, whole)
}
