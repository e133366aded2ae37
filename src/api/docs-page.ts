import type { OpenApi, Operation } from './openapi.ts'
import { problems } from './problem.ts'

/** The page at `/api/docs`: the OpenAPI document for people, without a script. */
export function renderDocs(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = document.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    const rendered = own.map(({ path, method, operation }) =>
      renderOperation(path, method, operation),
    )
    return `<section><h2 id="tag-${escape(name)}">${escape(name)}</h2>${rendered.join('')}</section>`
  })
  const { title, version, description } = document.info
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)} ${escape(version)}: REST interface</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<h1>${escape(title)} ${escape(version)}</h1>
<p>${escape(description)} Machines read <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<nav>${document.tags.map(({ name }) => `<a href="#tag-${escape(name)}">${escape(name)}</a>`).join(' ')} <a href="#problems">problems</a></nav>
${sections.join('\n')}
<section><h2 id="problems">problems</h2><dl>${renderProblems()}</dl></section>
</body>
</html>
`
}

function renderOperation(path: string, method: string, operation: Operation): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const permission =
    operation['x-permission'] ?? (operation.security.length > 0 ? 'any user' : 'no token')
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? ', required' : ''}</td>` +
      `<td>${code(schema)}</td></tr>`,
  )
  const bodySchema = requestBody?.content['application/json']?.schema
  return (
    `<article id="${escape(operationId)}"><h3><code>${method.toUpperCase()} ${escape(path)}</code></h3>` +
    `<p>${escape(summary)} <small>(${escape(permission)})</small></p>` +
    (description === undefined ? '' : `<p>${escape(description)}</p>`) +
    (rows.length === 0 ? '' : `<table>${rows.join('')}</table>`) +
    (bodySchema === undefined ? '' : `<p>Body</p>${block(bodySchema)}`) +
    `<details><summary>Answers</summary>${block(responses)}</details></article>`
  )
}

function renderProblems(): string {
  return Object.entries(problems)
    .map(
      ([code, { status, title }]) =>
        `<dt id="${code}"><code>${code}</code> ${status}</dt><dd>${escape(title)}.</dd>`,
    )
    .join('')
}

function code(value: unknown): string {
  return `<code>${escape(JSON.stringify(value))}</code>`
}

function block(value: unknown): string {
  return `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** The style of the page. */
export const docsStyle = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
nav a { margin-right: 0.75rem; }
article { border-top: 1px solid #d0d7de; padding: 0.5rem 0; }
h3 { margin: 0.5rem 0 0; font-size: 1rem; }
pre { overflow-x: auto; background: #f6f8fa; padding: 0.75rem; font-size: 0.85rem; }
td { padding: 0.1rem 0.75rem 0.1rem 0; vertical-align: top; }
dd { margin: 0 0 0.5rem; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } pre { background: #161b22; } a { color: #6cb6ff; } }
`
