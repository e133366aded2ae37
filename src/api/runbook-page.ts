import { Marked, type Tokens } from 'marked'

/** Links from one page to another, and to their list, as they work where the files are read. */
const PAGE = /^([A-Z]\w*)\.md$/
const LIST = 'README.md'

const renderer = new Marked({
  renderer: {
    // The files link each other by name; what they link besides is not served.
    link({ href, tokens }: Tokens.Link): string {
      const text = this.parser.parseInline(tokens)
      const [, page] = PAGE.exec(href) ?? []
      if (href === LIST) return `<a href="/runbooks">${text}</a>`
      return page === undefined ? text : `<a href="/runbooks/${page}">${text}</a>`
    },
    // Wide tables and commands are for scrolling, so that a phone shows the rest as it is.
    table(token: Tokens.Table): string {
      const cells = (row: Tokens.TableCell[], tag: 'td' | 'th') =>
        row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')
      const head = token.header.some(({ text }) => text !== '')
        ? `<thead><tr>${cells(token.header, 'th')}</tr></thead>`
        : ''
      const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')
      return `<div class="scroll"><table>${head}<tbody>${rows}</tbody></table></div>\n`
    },
  },
})

/** A runbook for people who read it in a browser: no script, the style of the web page. */
export function renderRunbook(markdown: string): string {
  const [, title = 'Runbooks'] = /^# (.*)$/m.exec(markdown) ?? []
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">storwarden</a> <a href="/runbooks">Runbooks</a></header>
<main class="runbook">
${renderer.parse(markdown, { async: false })}</main>
</body>
</html>
`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '')
}
