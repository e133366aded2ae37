import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import t from 'tap'
import { settings } from '../../src/config/settings.ts'
import { packageRoot } from '../../src/package.ts'
import { runCli } from '../support/cli.ts'
import { runbookFacts, withFacts, withIndex } from '../support/runbook-facts.ts'

const folder = join(packageRoot, 'docs', 'runbooks')
const names = readdirSync(folder).map((file) => file.replace(/\.md$/, ''))
const pages = names.filter((name) => name !== 'README')
const textOf = (name: string) => readFileSync(join(folder, `${name}.md`), 'utf8')
const facts = await runbookFacts()
const WRITE = 'npm run build && node scripts/runbooks.mjs writes it anew'

t.test('every built-in rule has a page, and there is no page without a rule', (t) => {
  t.strictSame(pages.sort(), facts.rules.map(({ alert }) => alert).sort())
  t.end()
})

t.test('each page has the name of its rule and says of it what the rule says', async (t) => {
  for (const { alert, name } of facts.rules) {
    const page = textOf(alert)
    t.equal(page.split('\n')[0], `# ${alert}: ${name}`)
    const wanted = withFacts(page, facts.tables.get(alert) ?? '')
    t.equal(page, await format(wanted, { parser: 'markdown' }), `${alert}: ${WRITE}`)
  }
})

t.test('the list has every page, below what it is about', async (t) => {
  const page = textOf('README')
  const wanted = await format(withIndex(page, facts.index), { parser: 'markdown' })
  t.equal(page, wanted, WRITE)
  for (const { alert } of facts.rules) t.equal(page.split(`](${alert}.md)`).length, 2, alert)
})

t.test('every page has the same parts, and none is too short or too long', (t) => {
  for (const name of pages) {
    const page = textOf(name)
    t.strictSame(
      [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
      [
        ...['What it means', 'What it does to backups and initiators'],
        ...['What to look at first', 'What to do', 'How it ends', 'Related'],
      ],
      name,
    )
    const lines = page.split('\n').length
    t.ok(lines >= 25 && lines <= 60, `${name} has ${lines} lines`)
    t.match(partOf(page, 'What to do'), /^1\. /m, name)
  }
  t.end()
})

t.test('links lead to pages, and settings and commands are those that there are', async (t) => {
  const { out: help } = await runCli(['--help'])
  const paths = settings.map(({ path }) => path.join('.'))
  for (const name of names) {
    const page = textOf(name)
    const links = [...page.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link)
    t.strictSame(
      links.filter((link) => !names.includes(link.replace(/\.md$/, ''))),
      [],
      `${name}: links`,
    )
    const named = [
      ...page.matchAll(
        /`((?:healing|monitoring|collectors|scst|mhvtl|host)\.(?!service|target)[\w.]+)`/g,
      ),
    ]
    t.strictSame(
      named
        .map(([, path = '']) => path.replace('NAME', 'scst'))
        .filter((path) => !paths.includes(path)),
      [],
      `${name}: settings`,
    )
    const asked = [...page.matchAll(/(?:^|`)storwarden ([a-z-]+)/gm)].map(([, word = '']) => word)
    t.strictSame(
      asked.filter((word) => !help.includes(`\n  ${word} `)),
      [],
      `${name}: commands`,
    )
  }
})

/**
 * What may be asked first: programs that look and change nothing, and those of which only some
 * words do. No tape node is opened, and the TapeAlert page is not read.
 */
const HARMLESS: readonly RegExp[] = [
  /^storwarden (?:alerts|status|doctor|drives|libraries|targets|tasks|forecast)\b/,
  /^storwarden fleet$/,
  /^storwarden (?:notifications|consistency) --/,
  /^curl -sS -o \/dev\/null -w '%\{http_code\}\\n' URL$/,
  /^(?:cat|ls|lsblk|lspci|lsscsi|lsmod|lsof|df|du|find|findmnt|diff|last|pgrep|ps|ss|sensors)\b/,
  /^(?:vgs|pvs|lvs|modinfo|ping|ethtool|fuser -v|udevadm monitor|ip -s link show)\b/,
  /^grep -(?:H|n|c)\b/,
  /^journalctl -(?:k|u|b)\b/,
  /^systemctl (?:status|list-units|list-dependencies|list-timers)\b/,
  /^openssl x509 -noout -\w+(?: -\w+)* -in CERT_FILE(?: \| sha256sum)?$/,
  /^openssl pkey -pubout -in KEY_FILE \| sha256sum$/,
  /^certbot certificates$/,
  /^sysctl fs\.inotify\.\S+ fs\.inotify\.\S+$/,
  /^ipmitool (?:sensor|sel list)$/,
  /^mdadm --(?:detail|examine)\b/,
  /^smartctl -a /,
  /^scstadmin -(?:list_\w+|write_config \/root\/\S+)/,
  /^umask 077$/,
  /^timeout 60 mtx -f \/dev\/sgN status\b/,
  /^sg_inq \/dev\/sgN$/,
  /^sg_logs --page=0x(?:0d|11|13|14|2f) --readonly \/dev\/sgN$/,
  /^curl (?:-s|-H "authorization: Bearer \$STORWARDEN_TOKEN") http:\/\/127\.0\.0\.1:8080\/\S+(?: \||$)/,
]

t.test('what is to be looked at first changes nothing', (t) => {
  for (const name of pages) {
    const [, block = ''] = /^```sh\n(.*?)^```$/ms.exec(textOf(name)) ?? []
    const lines = block.trim().split('\n')
    t.ok(lines.length >= 2, `${name} has something to look at`)
    const parts = lines.flatMap((line) => line.split(' && '))
    t.strictSame(
      parts.filter(
        (line) =>
          !HARMLESS.some((pattern) => pattern.test(line)) ||
          />(?!=)|-(?:exec|delete)\b|\/dev\/n?st[^N]/.test(line.replace(/'[^']*'/g, '')),
      ),
      [],
      name,
    )
  }
  t.end()
})

t.test('nobody is told to read the TapeAlert page or to open a tape node', (t) => {
  for (const name of pages) {
    // What not to do names it.
    const text = textOf(name).replace(/^Do not:\n\n(?:- .*\n)*/m, '')
    t.notMatch(text, /--page=0x2e|sg_logs (?:-a|--all)|\btapeinfo\b|\bmt -f\b|sg_reset/, name)
  }
  t.end()
})

function partOf(page: string, title: string): string {
  const [, part = ''] = new RegExp(`^## ${title}\\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(page) ?? []
  return part
}
