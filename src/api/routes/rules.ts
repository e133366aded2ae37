import { Type } from 'typebox'
import { RuleNotFoundError, type Alongside } from '../../alerts/rule-book.ts'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import type { Origin, Principal } from '../../auth/principal.ts'
import type { ApiContext } from '../context.ts'
import { route, type Route } from '../route.ts'
import { compiledOf, faultsOfRule } from '../rules/check.ts'
import { auditedRule, builtInRuleJson, rule, ruleGiven, userRuleJson } from '../rules/shapes.ts'
import { id, integer } from '../schemas.ts'
import { ruleTest } from './rule-test.ts'

const LANGUAGE =
  'The query is in the language of docs/rules.md, e.g. `cpu_usage > 80` or ' +
  '`max by (library) (drive_temperature) > 60`; `condition` is another word for it. One without a comparison is ' +
  'compared with `threshold_value`, by >. With `clear_threshold` an alert that fires is over at another value. ' +
  'Without a `source` alerts belong where the first metric does. Every fault of every field is told at once, those of ' +
  'the query with their place.'

const list = route({
  method: 'get',
  path: '/api/v1/monitoring/rules',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The conditions that alerts are raised for',
  answers: {
    200: {
      description:
        'The built-in rules, but for those that the configuration switches off, and those of users by name.',
      schema: Type.Object({ rules: Type.Array(rule), total: integer }),
    },
  },
  handle({ context }) {
    const rules = [
      ...context.rules.map(builtInRuleJson),
      ...context.ruleBook.list().map(userRuleJson),
    ]
    return { status: 200, json: { rules, total: rules.length } }
  },
})

const get = route({
  method: 'get',
  path: '/api/v1/monitoring/rules/:id',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'One rule',
  description: 'The id of a built-in one is its name.',
  params: id,
  answers: { 200: { description: 'The rule.', schema: rule } },
  problems: ['rule_not_found'],
  handle({ params, context }) {
    const builtIn = context.rules.find(({ alert }) => alert === params.id)
    if (builtIn !== undefined) return { status: 200, json: builtInRuleJson(builtIn) }
    const kept = context.ruleBook.find(params.id)
    if (kept === null) throw new RuleNotFoundError(params.id)
    return { status: 200, json: userRuleJson(kept) }
  },
})

function creating(path: string, summary: string): Route {
  return route({
    method: 'post',
    path,
    guard: 'rules:write',
    tag: 'monitoring',
    summary,
    description: `${LANGUAGE} It is evaluated from the next evaluation on.`,
    body: ruleGiven,
    answers: { 201: { description: 'The rule.', schema: rule } },
    problems: ['rule_name_taken', 'too_many_rules'],
    faultsOf: (body, context) => faultsOfRule(body, context),
    async handle({ body, principal, origin, context }) {
      const { definition } = await compiledOf(body, context)
      const audit = auditing('rule.create', principal, origin, context)
      const kept = await context.ruleBook.create(definition, principal.username, audit)
      return {
        status: 201,
        json: userRuleJson(kept),
        headers: { Location: `/api/v1/monitoring/rules/${kept.stored.id}` },
      }
    },
  })
}

const create = creating('/api/v1/monitoring/rules', 'Write a rule')
const createAlert = creating('/api/v1/monitoring/alerts', 'Write a rule: the same as POST /rules')

const replace = route({
  method: 'put',
  path: '/api/v1/monitoring/rules/:id',
  guard: 'rules:write',
  tag: 'monitoring',
  summary: 'Put another rule in the place of one',
  description:
    `${LANGUAGE} What is left out is as if it was never said. An alert of a place that is still found goes on; ` +
    'under another name it ends, and another begins.',
  params: id,
  body: ruleGiven,
  answers: { 200: { description: 'The rule.', schema: rule } },
  problems: ['rule_not_found', 'rule_built_in', 'rule_name_taken'],
  faultsOf: (body, context) => faultsOfRule(body, context),
  async handle({ params, body, principal, origin, context }) {
    const { definition } = await compiledOf(body, context)
    const audit = auditing('rule.update', principal, origin, context)
    const kept = await context.ruleBook.replace(params.id, definition, principal.username, audit)
    return { status: 200, json: userRuleJson(kept) }
  },
})

const remove = route({
  method: 'delete',
  path: '/api/v1/monitoring/rules/:id',
  guard: 'rules:write',
  tag: 'monitoring',
  summary: 'Remove a rule',
  description: 'Its alerts end at the next evaluation.',
  params: id,
  answers: { 204: { description: 'It is not evaluated any more.' } },
  problems: ['rule_not_found', 'rule_built_in'],
  async handle({ params, principal, origin, context }) {
    await context.ruleBook.delete(params.id, auditing('rule.delete', principal, origin, context))
    return { status: 204 }
  },
})

/** Rules: list, one, write, replace, remove, try. The path of the last is one that an id could have. */
export const ruleRoutes = [ruleTest, list, get, create, createAlert, replace, remove]

function auditing(
  action: string,
  principal: Principal,
  origin: Origin,
  { now }: ApiContext,
): Alongside {
  return (transaction, { before, after }) =>
    appendAudit(transaction, {
      ...{ at: now(), ...auditActor(principal, origin), action },
      subject: (after ?? before)?.id ?? null,
      before: auditedRule(before),
      after: auditedRule(after),
    })
}
