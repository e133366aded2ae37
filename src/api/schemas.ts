import { Type, type TSchema } from 'typebox'
import { ProblemError } from './problem.ts'

// The words that the schemas of all routes are made of.

/** Any text. */
export const text = Type.String()
/** A whole number. */
export const integer = Type.Integer()
/** A number, fractions allowed. */
export const number = Type.Number()
/** True or false. */
export const flag = Type.Boolean()
/** RFC 3339, with a time zone. */
export const time = Type.String({ format: 'date-time' })
/** Somebody else's names and values. */
export const data = Type.Record(Type.String(), Type.Unknown())
/** Labels: what tells one from others, by name. */
export const labels = Type.Record(Type.String(), Type.String())

/** The same, or null where it is unknown. */
export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

/** One of some words; a plain JSON schema `enum`. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words] })
}

/** What is given in a path. */
export const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 1024 }) })

/** Items of a list when nobody says how many. */
export const DEFAULT_LIMIT = 100

/** Which part of a list is wanted. */
export const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: DEFAULT_LIMIT })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 })),
}

/**
 * A time that was given. The format has been checked before, but knows leap seconds, and PostgreSQL has no
 * year 0. Throws ProblemError `invalid_request`.
 */
export function dateOf(given: string, path: string): Date {
  const date = new Date(given)
  if (!Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1970) return date
  const fault = { path, message: 'must be a time since 1970, without leap seconds' }
  throw new ProblemError('invalid_request', `${path} ${fault.message}`, { errors: [fault] })
}

/** Like dateOf, for what is to come. */
export function futureDateOf(given: string, path: string, now: Date): Date {
  const date = dateOf(given, path)
  if (date > now) return date
  const fault = { path, message: 'must be in the future' }
  throw new ProblemError('invalid_request', `${path} ${fault.message}`, { errors: [fault] })
}

/** Like dateOf, for what may be left out. */
export function optionalDate(given: string | undefined, path: string): Date | undefined {
  return given === undefined ? undefined : dateOf(given, path)
}
