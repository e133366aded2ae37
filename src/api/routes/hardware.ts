import { Type, type TObject } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import type { Snapshot } from '../../snapshot.ts'
import { valueOf } from '../../snapshot.ts'
import type { ApiContext } from '../context.ts'
import { kinds } from '../hardware/kinds.ts'
import { listingOf, type Detail, type Kind, type Listed } from '../hardware/listing.ts'
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
      'What could not be read is listed as it was known last. `missing` are those that were there once.',
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
          missing: Type.Array(Type.Object({ id: text, name: text, last_seen: time })),
        }),
      },
    },
    handle({ context }) {
      const snapshot = context.snapshot()
      const { items, state, takenAt, error } = listingOf(kind, snapshot)
      // Of sources that were read in part, too: where one of them says nothing there may be some.
      const unknown = items.length === 0 && state !== 'read' && state !== 'absent'
      const json = toJson({
        items: items.map((item) => objectOf(kind, item, context)),
        total: unknown ? null : items.length,
        state,
        takenAt,
        ageSeconds: takenAt === null ? null : secondsBetween(takenAt, context.now()),
        error,
        missing: missingOf(kind, snapshot).map(({ id, name, lastSeen }) => ({
          id,
          name,
          lastSeen,
        })),
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
    description: 'Slashes of the id are written %2F.',
    params: id,
    answers: {
      200: { description: 'The object.', schema: shapeOf(kind, kind.detail?.properties) },
    },
    problems: ['object_not_found'],
    async handle({ params, context }) {
      const snapshot = context.snapshot()
      const item = listingOf(kind, snapshot).items.find(({ id }) => id === params.id)
      if (item) {
        const detail = (await kind.detail?.of(item.id, snapshot, context.db)) ?? {}
        return { status: 200, json: toJson({ ...objectOf(kind, item, context), ...detail }) }
      }
      const missing = missingOf(kind, snapshot).find(({ id }) => id === params.id)
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
    read_at: nullable(time),
    error: nullable(text),
    failed_since: nullable(time),
    ...detail,
  })
}

function objectOf(kind: Kind, item: Listed, { failures }: ApiContext): object {
  const { id, object, readAt, error, failedSince } = item
  const since = error === null ? null : (failedSince ?? failures.since(kind.name, id))
  return { ...object, readAt, error, failedSince: since }
}

function missingOf({ remembered }: Kind, { readings }: Snapshot) {
  const { missing } = valueOf(readings.inventory) ?? { missing: [] }
  return missing.filter(({ kind }) => kind === remembered)
}

function wordOf({ name }: Kind): string {
  return name.replace('-', ' ')
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000
}
