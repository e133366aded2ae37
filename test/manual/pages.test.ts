import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../src/cli/commands.ts'
import { settings } from '../../src/config/settings.ts'
import { configurationPage } from '../../src/manual/configuration-page.ts'
import { commandPage, daemonPage, privilegedPage } from '../../src/manual/pages.ts'
import { lacks } from '../support/peer.ts'

const edition = { version: '1.2.3', date: '2026-11-20' }
const pages: Readonly<Record<string, string>> = {
  'storwarden.1': await commandPage(edition),
  'storwardend.8': daemonPage(edition),
  'storwarden-privileged.8': privilegedPage(edition),
  'storwarden.yaml.5': configurationPage(edition),
}

function ran(program: string, ...words: string[]) {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '80' }
  return spawnSync(program, words, { encoding: 'utf8', env })
}

function said(program: string, ...words: string[]): string {
  const { stdout, stderr } = ran(program, ...words)
  return stdout + stderr
}

for (const [name, text] of Object.entries(pages)) {
  const path = join(t.testdir(pages), name)
  t.test(`${name} is clean`, { skip: lacks('mandoc') }, (t) => {
    t.equal(said('mandoc', '-T', 'lint', path), '')
    writeFileSync(`${path}.wrong`, `${text}.XX no request\n`)
    t.match(said('mandoc', '-T', 'lint', `${path}.wrong`), /XX/, 'it would say so')
    t.end()
  })

  t.test(`${name} can be read`, { skip: lacks('man', '--version') }, (t) => {
    const warnings = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', path]
    t.equal(ran('man', ...warnings).stderr, '')
    const shown = said('man', '-l', '--no-hyphenation', '--no-justification', path)
    t.match(shown, /storwarden 1\.2\.3 +2026-11-20/)
    t.match(shown, new RegExp(`^NAME\n +${name.replace(/\.\d$/, '')} - `, 'm'))
    t.end()
  })
}

t.test('every command and every setting has its place', (t) => {
  const headings = (text = '') =>
    [...text.matchAll(/^\.SS (.*)$/gm)].map(([, heading = '']) => heading.replaceAll('\\', ''))
  t.strictSame(headings(pages['storwarden.1']), commands.map(({ name }) => name).sort())
  const page = pages['storwarden.yaml.5'] ?? ''
  t.strictSame(
    settings.filter(({ variable }) => !page.includes(`\\fB${variable}\\fR`)),
    [],
  )
  t.end()
})

t.test('what roff would take for its own is text', (t) => {
  t.match(pages['storwarden.1'], /\\-\\-json/)
  const text = Object.values(pages).join('')
  t.notMatch(text, /[^\\]-[^\\\d"]/m, 'a hyphen can be copied')
  t.end()
})
