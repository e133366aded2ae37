import { isUtf8 } from 'node:buffer'
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { admit, originOf, refuseScrape } from './admit.ts'
import type { ApiContext } from './context.ts'
import { ATTEMPT_COOKIE, readCookie } from './credentials.ts'
import { ProblemError, problemOf } from './problem.ts'
import { nameRequest, REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { logFailure, logRequest } from './request-log.ts'
import type { Answer, Method, Route } from './route.ts'
import { protect } from './protect.ts'
import { validatorsOf } from './validate.ts'

/** Of the body of a call that says no other. */
const BODY_LIMIT_MEBIBYTES = 1

/** Asked before anything else about each request, with null for a path that is unknown; what it rejects with is answered. */
export type Gate = (route: Route | null) => Promise<void> | void

/** The Express application: every route, the web page, and problems for all the rest. */
export function createHttpApp(
  context: ApiContext,
  routes: readonly Route[],
  gate: Gate = letThrough,
): Express {
  const app = express()
  app.set('query parser', false)
  app.set('etag', false)
  app.enable('case sensitive routing')
  app.use(observed(context))
  app.use(protect(context.access))
  for (const [path, routesOfPath] of byPath(routes)) {
    for (const route of routesOfPath) app[route.method](path, handlerOf(route, context, gate))
    const allowed = allowedMethods(routesOfPath.map(({ method }) => method))
    app.all(path, (request) => {
      refuseMethod(request, allowed)
    })
  }
  if (context.staticDir !== null) app.use(express.static(context.staticDir, { redirect: false }))
  app.use(async (request) => {
    await gate(null)
    throw new ProblemError('not_found', `${request.method} of an unknown path`)
  })
  app.use(problemHandler(context))
  return app
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>()
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route])
  return paths
}

function allowedMethods(methods: readonly Method[]): string {
  const names = methods.flatMap((method) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  )
  return [...names, 'OPTIONS'].join(', ')
}

function refuseMethod(request: Request, allowed: string): void {
  if (request.method === 'OPTIONS') {
    request.res?.status(204).set('Allow', allowed).end()
    return
  }
  throw new ProblemError('method_not_allowed', `the path knows ${allowed}`, {
    headers: { Allow: allowed },
  })
}

function jsonParser(limitMebibytes: number): RequestHandler {
  return express.json({
    limit: limitMebibytes * 1024 * 1024,
    strict: false,
    // JSON is UTF-8 (RFC 8259 8.1); decoding would put U+FFFD in the place of what is not.
    verify(_request, _response, body) {
      if (!isUtf8(body)) throw new Error('body: is not UTF-8')
    },
  })
}

function handlerOf(route: Route, context: ApiContext, gate: Gate) {
  const validators = validatorsOf(route)
  const parseJson = jsonParser(route.bodyLimitMebibytes ?? BODY_LIMIT_MEBIBYTES)
  return async (request: Request, response: Response): Promise<void> => {
    response.locals.route = route.path
    await gate(route)
    const peer = context.access.peerOf(request)
    if (route.scraped) refuseScrape(request, context)
    const principal = await admit(request, peer, route, context)
    response.locals.user = principal?.username
    const params = validators.params(request.params)
    const query = validators.query(searchOf(request.url))
    const bodies = route.body
      ? await validators.bodies(await readBody(request, response, parseJson), async (sound) =>
          route.faultsOf === undefined ? [] : await route.faultsOf(sound, context),
        )
      : []
    const answer = await route.handle({
      params,
      query,
      body: bodies[0],
      bodies,
      principal,
      origin: originOf(request, peer),
      context,
      search: searchOf(request.url),
      attempt: readCookie(request.headers.cookie, ATTEMPT_COOKIE),
      accept: request.headers.accept,
      secure: peer.secure,
    })
    send(response, answer)
  }
}

function searchOf(url: string): string {
  const start = url.indexOf('?')
  return start === -1 ? '' : url.slice(start + 1)
}

/** The body; an empty object without one, since everything in it may be optional. */
async function readBody(
  request: Request,
  response: Response,
  parseJson: RequestHandler,
): Promise<unknown> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return {}
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => {
      if (error === undefined) resolve()
      else
        reject(error instanceof Error ? error : new Error('body: cannot be read', { cause: error }))
    })
  })
  const body: unknown = request.body
  if (body !== undefined) return body
  throw new ProblemError('unsupported_media_type', 'the body has to be application/json')
}

function send(response: Response, { status, json, text, headers }: Answer): void {
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .set(headers ?? {})
  if (text) response.set('Content-Type', text.contentType).send(text.body)
  else if (json === undefined) response.end()
  else response.json(json)
}

function problemHandler({ log, observer }: ApiContext) {
  // Express knows an error handler by its four parameters; what is left of an answer is cut by the last.
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const problem = problemOf(error)
    const { locals, headersSent } = response
    const requestId = requestIdOf(request) ?? ''
    const { method } = request
    logFailure(log, problem, error, { method, route: routeOf(locals), requestId })
    if (problem.code === 'bad_credentials') observer.authFailure('credentials')
    if (problem.code === 'too_many_failures') observer.rateLimited()
    if (headersSent) {
      next(error)
      return
    }
    response
      .status(problem.status)
      .set('Cache-Control', 'no-store')
      .set(problem.headers)
      .set('Content-Type', 'application/problem+json')
      .send(JSON.stringify(problem.body(requestId)))
  }
}

/** What a client that has gone away before its answer is counted as (nginx' code). */
const CLIENT_CLOSED_REQUEST = 499

function observed({ access, observer, elapsedSeconds, log }: ApiContext) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = elapsedSeconds()
    const { method } = request
    const requestId = nameRequest(request)
    const { address } = access.peerOf(request)
    response.setHeader(REQUEST_ID_HEADER, requestId)
    observer.started()
    response.on('close', () => {
      const answer = {
        method,
        route: routeOf(response.locals),
        status: response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST,
        seconds: elapsedSeconds() - startedAt,
      }
      observer.finished(answer)
      const { user } = response.locals as { user?: string }
      logRequest({ log }, { requestId, ...answer, user: user ?? null, address })
    })
    next()
  }
}

/** The pattern of the path, so that there are not more of them than routes. */
function routeOf({ route }: Response['locals']): string {
  return String(route ?? 'unmatched')
}

function letThrough(): void {
  // Every route is there.
}
