import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exampleConfiguration } from '../../src/config/example.ts'
import { settings } from '../../src/config/settings.ts'
import { load } from '../support/config.ts'

const text = exampleConfiguration()

t.test('the file that is installed sets nothing, and neither does it without its #', async (t) => {
  const file = join(t.testdir({}), 'config.yaml')
  const read = async (content: string) => {
    writeFileSync(file, content)
    return await load({}, { file })
  }
  const defaults = await load({}, { file: null })
  t.strictSame(await read(text), defaults)
  const uncommented = text.replaceAll(/^( *)#(?=\S)/gm, '$1')
  t.not(uncommented, text)
  t.strictSame(await read(uncommented), defaults)
  t.end()
})

t.test('every setting is there, with what it means', (t) => {
  const keys = [...text.matchAll(/^ *#(\w+):/gm)].map(([, key]) => key)
  t.strictSame(
    keys,
    settings.map(({ path }) => path.at(-1)),
  )
  for (const line of text.split('\n')) t.ok(line.length <= 120, line)
  t.match(
    text,
    /\nlisten:\n {2}# Address, [^\n]*\n {2}#host: 127\.0\.0\.1\n {2}# TCP port; [^\n]*\n {2}#port: 8080\n/,
  )
  t.end()
})

t.test('what is given is set', async (t) => {
  const socket = '/run/storwarden/privileged.sock'
  const file = join(t.testdir({}), 'config.yaml')
  writeFileSync(file, exampleConfiguration(new Map([['host.privileged_socket', socket]])))
  const { host, ...others } = await load({}, { file })
  const { host: byDefault, ...defaults } = await load({}, { file: null })
  t.strictSame(host, { ...byDefault, privileged_socket: socket })
  t.strictSame(others, defaults)
})
