import type { Static, TObject, TSchema } from 'typebox'
import type { Permission } from '../auth/permissions.ts'
import type { Origin, Principal } from '../auth/principal.ts'
import type { ApiContext } from './context.ts'
import type { Fault, ProblemCode } from './problem.ts'

/** The HTTP methods of calls; HEAD comes with GET. */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** Who may: anybody, anybody who is logged in, or whoever has the permission. */
export type Guard = 'public' | 'authenticated' | Permission

/** A call of the interface: what validates it, what documents it and what carries it out, in one place. */
export interface Route {
  readonly method: Method
  /** With `:name` for parameters. */
  readonly path: string
  readonly guard: Guard
  /** Answers also while who asks has to change his password first. */
  readonly beforePasswordChange?: boolean
  /** It is for Prometheus: it may have a listener and a token of its own. */
  readonly scraped?: true
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TObject
  /** The body may also be a list of up to so many such objects, all of which are carried out or none. */
  readonly several?: number
  /** MiB of the body at most; 1 otherwise. */
  readonly bodyLimitMebibytes?: number
  readonly answers: Readonly<Record<number, AnswerShape>>
  /** Problems besides those that follow from guard, shapes and method. */
  readonly problems?: readonly ProblemCode[]
  /**
   * Faults of the body that its schema cannot say, told together with those that it can. Asked about the
   * members that have the right shape: one that has not is there and undefined, others may be missing.
   */
  faultsOf?(body: Readonly<Record<string, unknown>>, context: ApiContext): Promise<Fault[]>
  handle(call: Call): Promise<Answer> | Answer
}

/** An answer as the document describes it. */
export interface AnswerShape {
  description: string
  schema?: TSchema
  /** `application/json` with a schema, otherwise as said here. */
  contentType?: string
}

/** A request that was let in and validated. */
export interface Call<Params = unknown, Query = unknown, Body = unknown, Who = Principal | null> {
  params: Params
  query: Query
  body: Body
  /** All of them where the body may be a list; otherwise the one. */
  bodies: readonly Body[]
  principal: Who
  origin: Origin
  context: ApiContext
  /** The query as it came, for what others make and no schema knows. */
  search: string
  /** What the browser keeps on its way to an identity provider and back. */
  attempt: string | null
  /** Of the headers those that an answer may depend on. */
  accept: string | undefined
  /** Whether the browser speaks TLS to us or to a proxy before us. */
  secure: boolean
}

/** What a call is answered with. */
export interface Answer {
  status: number
  json?: unknown
  text?: { contentType: string; body: string }
  headers?: Readonly<Record<string, string | string[]>>
}

interface Definition<
  G extends Guard,
  P extends TObject,
  Q extends TObject,
  B extends TObject,
> extends Omit<Route, 'guard' | 'params' | 'query' | 'body' | 'faultsOf' | 'handle'> {
  guard: G
  params?: P
  query?: Q
  body?: B
  faultsOf?(body: Partial<Static<B>>, context: ApiContext): Promise<Fault[]>
  handle(
    call: Call<Static<P>, Static<Q>, Static<B>, G extends 'public' ? null : Principal>,
  ): Promise<Answer> | Answer
}

/** A route whose handler knows the types that its schemas let through. */
export function route<
  G extends Guard,
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TObject = TObject,
>(definition: Definition<G, P, Q, B>): Route {
  return definition
}
