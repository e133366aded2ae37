import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import type { ApiContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route, type Answer } from '../route.ts'

const page = {
  200: { description: 'A page; Markdown where only that is accepted.', contentType: 'text/html' },
}

const list = route({
  method: 'get',
  path: '/runbooks',
  guard: 'public',
  tag: 'docs',
  summary: 'The list of runbooks',
  answers: page,
  problems: ['runbook_not_found'],
  handle: ({ context, accept }) => answer(context, 'README', accept),
})

const one = route({
  method: 'get',
  path: '/runbooks/:rule',
  guard: 'public',
  tag: 'docs',
  summary: 'What an alert of a built-in rule means and what to do about it',
  // A name and nothing else: it becomes that of a file.
  params: Type.Object({ rule: Type.String({ pattern: '^[A-Za-z0-9]+$', maxLength: 100 }) }),
  answers: page,
  problems: ['runbook_not_found'],
  handle: ({ params, context, accept }) => answer(context, params.rule, accept),
})

/** The pages about the built-in rules, for people and as they are written. */
export const runbookRoutes = [list, one]

async function answer(
  { runbooksDir }: ApiContext,
  name: string,
  accept: string | undefined,
): Promise<Answer> {
  const markdown = await read(join(runbooksDir, `${name}.md`), name)
  const text = wantsMarkdown(accept)
    ? { contentType: 'text/markdown; charset=utf-8', body: markdown }
    : { contentType: 'text/html; charset=utf-8', body: await pageOf(markdown) }
  return { status: 200, text, headers: { Vary: 'Accept' } }
}

/** What renders it is loaded with the first page that somebody reads. */
async function pageOf(markdown: string): Promise<string> {
  const { renderRunbook } = await import('../runbook-page.ts')
  return renderRunbook(markdown)
}

async function read(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new ProblemError('runbook_not_found', `there is no page about a rule ${name}`)
  }
}

/** A browser names HTML, or anything; whoever wants the text says so. */
function wantsMarkdown(accept = ''): boolean {
  return accept.includes('text/markdown') && !accept.includes('text/html')
}
