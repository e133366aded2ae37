import { Type, type TObject } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import { OWN } from '../../fleet/whose.ts'
import { valueOf } from '../../snapshot.ts'
import type { ApiContext } from '../context.ts'
import { appliance } from '../fleet/asked.ts'
import { heldBy, listingIn, type Held, type Placed } from '../fleet/hardware.ts'
import { kinds } from '../hardware/kinds.ts'
import type { Detail, Kind } from '../hardware/listing.ts'
import { objectSchemas } from '../hardware/schemas.ts'
import { toJson } from '../json.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { id, integer, nullable, number, oneOf, text, time } from '../schemas.ts'

/** A list and one object of each kind; what is remembered can be forgotten. */
export const hardwareRoutes = kinds.flatMap((kind) => [
  listRoute(kind),
  getRoute(kind),
  ...(kind.remembered === undefined ? [] : [forgetRoute(kind, kind.remembered)]),
])

function listRoute(kind: Kind) {
  return route({
    method: 'get',
    path: `/api/v1/hardware/${kind.name}`,
    guard: 'monitoring:read',
    tag: 'hardware',
    summary: `All ${wordOf(kind)}`,
    description:
      'What could not be read is listed as it was known last. `missing` are those that were there once. ' +
      'A fleet lists those of all appliances besides its own, each with its `appliance`.',
    query: Type.Object({ appliance }),
    answers: {
      200: {
        description: '`total` is null when it is not known how many there are.',
        schema: Type.Object({
          items: Type.Array(shapeOf(kind)),
          total: nullable(integer),
          state: oneOf(['read', 'partial', 'failed', 'absent', 'pending']),
          taken_at: nullable(time),
          age_seconds: nullable(number),
          error: nullable(text),
          missing: Type.Array(
            Type.Object({ id: text, name: text, last_seen: time, appliance: nullable(text) }),
          ),
        }),
      },
    },
    problems: ['appliance_not_found'],
    handle({ query, context }) {
      const held = heldBy(context, query.appliance)
      const { placed, state, takenAt, error } = listingIn(kind, context, held)
      // Of sources that were read in part, too: where one of them says nothing there may be some.
      const unknown = placed.length === 0 && state !== 'read' && state !== 'absent'
      const json = toJson({
        items: placed.map((one) => objectOf(kind, one, context)),
        total: unknown ? null : placed.length,
        state,
        takenAt,
        ageSeconds: takenAt === null ? null : secondsBetween(takenAt, context.now()),
        error,
        missing: held.flatMap(({ appliance, snapshot }) =>
          missingOf(kind, snapshot).map(({ id, name, lastSeen }) => ({
            ...{ id, name, lastSeen, appliance },
          })),
        ),
      })
      return { status: 200, json }
    },
  })
}

function getRoute(kind: Kind) {
  return route({
    method: 'get',
    path: `/api/v1/hardware/${kind.name}/:id`,
    guard: 'monitoring:read',
    tag: 'hardware',
    summary: `One of the ${wordOf(kind)}`,
    description:
      'Slashes of the id are written %2F. Where several appliances of a fleet have an object of the id, `appliance` ' +
      'says which is meant.',
    params: id,
    query: Type.Object({ appliance }),
    answers: {
      200: { description: 'The object.', schema: shapeOf(kind, kind.detail?.properties) },
    },
    problems: ['object_not_found', 'appliance_not_found', 'ambiguous_object'],
    async handle({ params, query, context }) {
      const held = heldBy(context, query.appliance)
      const found = listingIn(kind, context, held).placed.filter(
        ({ item }) => item.id === params.id,
      )
      const where = [...new Set(found.map(({ held }) => held.appliance ?? OWN))]
      if (where.length > 1) throw ambiguous(`${kind.name}/${params.id}`, where)
      const [one] = found
      if (one !== undefined) {
        const { snapshot, appliance } = one.held
        const database = appliance === null ? context.db : null
        const detail = (await kind.detail?.of(params.id, snapshot, database)) ?? {}
        return { status: 200, json: toJson({ ...objectOf(kind, one, context), ...detail }) }
      }
      const missing = held
        .flatMap(({ snapshot }) => missingOf(kind, snapshot))
        .find(({ id }) => id === params.id)
      const seen = missing ? `last seen ${missing.lastSeen.toISOString()}` : 'not known'
      throw new ProblemError('object_not_found', `${kind.name}/${params.id}: ${seen}`)
    },
  })
}

function forgetRoute(kind: Kind, remembered: NonNullable<Kind['remembered']>) {
  return route({
    method: 'delete',
    path: `/api/v1/hardware/${kind.name}/:id`,
    guard: 'monitoring:write',
    tag: 'hardware',
    summary: `Forget one of the ${wordOf(kind)} that is gone for good`,
    description: 'Its alert ends with the next evaluation. One that is there cannot be forgotten.',
    params: id,
    answers: { 204: { description: 'It is not missed any more.' } },
    problems: ['object_not_found'],
    async handle({ principal, params, origin, context }) {
      const missing = missingOf(kind, context.snapshot()).find(({ id }) => id === params.id)
      if (!missing || !(await context.inventory.forget(remembered, params.id))) {
        throw new ProblemError('object_not_found', `${kind.name}/${params.id}: is not missing`)
      }
      await appendAudit(context.db, {
        at: context.now(),
        ...auditActor(principal, origin),
        action: 'hardware.forget',
        subject: `${kind.name}/${params.id}`,
        before: { name: missing.name, last_seen: missing.lastSeen.toISOString() },
        after: null,
      })
      return { status: 204 }
    },
  })
}

function shapeOf({ name }: Kind, detail: Detail['properties'] = {}): TObject {
  const schema = objectSchemas[name]
  if (!schema) throw new Error(`hardware: no schema for ${name}`)
  return Type.Object({
    ...schema.properties,
    appliance: nullable(text),
    read_at: nullable(time),
    error: nullable(text),
    failed_since: nullable(time),
    ...detail,
  })
}

function objectOf(kind: Kind, { held, item }: Placed, { failures }: ApiContext): object {
  const { appliance } = held
  const { id, object, readAt, error, failedSince } = item
  // Of others it is only known of all that fails together.
  const alone = appliance === null ? failures.since(kind.name, id) : null
  const since = error === null ? null : (failedSince ?? alone)
  return { ...object, appliance, readAt, error, failedSince: since }
}

function ambiguous(object: string, appliances: readonly string[]): ProblemError {
  return new ProblemError(
    'ambiguous_object',
    `${object}: is at ${appliances.join(', ')}; say which with appliance=`,
    { members: { appliances } },
  )
}

function missingOf({ remembered }: Kind, { readings }: Held['snapshot']) {
  const { missing } = valueOf(readings.inventory) ?? { missing: [] }
  return missing.filter(({ kind }) => kind === remembered)
}

function wordOf({ name }: Kind): string {
  return name.replace('-', ' ')
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000
}
