import { Type } from 'typebox'
import { docsStyle, renderDocs } from '../docs-page.ts'
import { openApiOf } from '../openapi.ts'
import { route, type Route } from '../route.ts'
import { data, text } from '../schemas.ts'

const document = Type.Object({
  openapi: text,
  info: data,
  tags: Type.Array(data),
  paths: data,
  components: data,
})

/** The description of routes, its own included. */
export function docsRoutes(described: readonly Route[]): Route[] {
  const all: Route[] = [...described]
  const openapi = route({
    method: 'get',
    path: '/api/v1/openapi.json',
    guard: 'public',
    tag: 'docs',
    summary: 'This document',
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: document,
      },
    },
    handle: ({ context }) => ({ status: 200, json: openApiOf(all, context.version) }),
  })
  const page = route({
    method: 'get',
    path: '/api/docs',
    guard: 'public',
    tag: 'docs',
    summary: 'This document for people',
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    handle: ({ context }) => ({
      status: 200,
      text: {
        contentType: 'text/html; charset=utf-8',
        body: renderDocs(openApiOf(all, context.version)),
      },
    }),
  })
  const style = route({
    method: 'get',
    path: '/api/docs/style.css',
    guard: 'public',
    tag: 'docs',
    summary: 'The style of the page',
    answers: { 200: { description: 'A style sheet.', contentType: 'text/css' } },
    handle: () => ({
      status: 200,
      text: { contentType: 'text/css; charset=utf-8', body: docsStyle },
    }),
  })
  all.push(openapi, page, style)
  return [openapi, page, style]
}
