import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether the tools of sg3-utils 1.46 are there, which is Debian 12's: their words change with the version. */
export function hasSgTools(): boolean {
  const { error, stderr } = spawnSync('sg_vpd', ['--version'], { encoding: 'utf8' })
  return error === undefined && stderr.includes('1.63 20210328')
}

/**
 * What a tool prints of each of many answers, in their order; `argv` is told where the hex digits of an answer
 * are. One shell starts them all, as that costs a tenth of starting them from here.
 */
export function sgTool<T extends { data: Uint8Array }>(
  tool: string,
  answers: readonly T[],
  argv: (file: string, answer: T) => readonly string[],
): { answer: T; stdout: string }[] {
  const directory = mkdtempSync(join(tmpdir(), 'sg-tool-'))
  try {
    const commands = answers.map((answer, index) => {
      const file = join(directory, `${index}.hex`)
      const digits = Buffer.from(answer.data).toString('hex')
      // The tools read lines of 512 characters at most.
      const lines = digits.match(/.{1,64}/g) ?? []
      writeFileSync(file, lines.map((line) => line.replaceAll(/(..)/g, '$1 ')).join('\n'))
      return `${[tool, ...argv(file, answer)].join(' ')} 2>/dev/null; printf '\\f'`
    })
    const { error, stdout } = spawnSync('sh', [], {
      input: commands.join('\n'),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 64 * 1024 * 1024,
    })
    if (error !== undefined) throw error
    const said = stdout.split('\f')
    return answers.map((answer, index) => ({ answer, stdout: said[index] ?? '' }))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
