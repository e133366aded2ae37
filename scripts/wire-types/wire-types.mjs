import { compile } from 'json-schema-to-typescript'
import { routes } from '../../dist/src/api/routes/index.js'

const HEAD = `/* eslint-disable */
// What each call takes and answers. Written by \`node scripts/wire-types.mjs\` from the schemas of the routes.
`

// `/api/v1/health` says the same in other words, and would have the same name.
const calls = routes.filter(({ path }) => path !== '/health')

/** The text of dashboard/wire/api.ts. */
export async function wireTypes() {
  const schema = {
    title: 'Api',
    type: 'object',
    additionalProperties: false,
    required: calls.map(nameOf),
    properties: Object.fromEntries(calls.map((route) => [nameOf(route), callOf(route)])),
  }
  return await compile(plain(schema), 'Api', {
    additionalProperties: false,
    bannerComment: HEAD,
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}

/** Of a call below /api/v1 without that, e.g. `GET /monitoring/alerts/:id`. */
function nameOf({ method, path }) {
  return `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`
}

function callOf({ query, body, several, answers }) {
  const answer = Object.entries(answers).find(([status]) => status.startsWith('2'))?.[1].schema
  return objectOf({
    ...(query && { query }),
    ...(body && {
      body: several === undefined ? body : { anyOf: [body, { type: 'array', items: body }] },
    }),
    ...(answer && { answer }),
  })
}

function objectOf(properties) {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  }
}

/** Records are patterns in the schemas, and lists of fixed places are written as they were; bounds are of no use here. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  const { patternProperties, prefixItems, ...rest } = value
  if (prefixItems !== undefined) {
    const places = prefixItems.length
    return { type: 'array', items: plain(prefixItems), minItems: places, maxItems: places }
  }
  const told = Object.fromEntries(
    Object.entries(without(rest, ['minItems', 'maxItems'])).map(([key, part]) => [
      key,
      plain(part),
    ]),
  )
  if (patternProperties === undefined || told.type !== 'object') return told
  return { ...told, additionalProperties: plain(Object.values(patternProperties)[0]) }
}

function without(value, names) {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}
