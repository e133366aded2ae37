import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A line that sg_logs printed: what of, and its value; in words as it prints them. */
export type Fact = readonly [label: string, value: string]

/** Whether sg_logs of sg3-utils 1.46, which is Debian 12's, is there: its words change with its version. */
export function hasSgLogs(): boolean {
  const { error, stderr } = spawnSync('sg_logs', ['--version'], { encoding: 'utf8' })
  return error === undefined && stderr.includes('1.81 20200110')
}

/**
 * What sg_logs says of bytes, for a device of type 1 (tape) or 8 (changer). It takes the vendor's
 * pages for those of LTO-5, as mhvtl's are.
 */
export function sgLogs(data: Uint8Array, type: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'sg-logs-'))
  try {
    const file = join(directory, 'page.hex')
    writeFileSync(file, Buffer.from(data).toString('hex').replaceAll(/(..)/g, '$1 '))
    const argv = [`--inhex=${file}`, `--pdt=${type}`, '--vendor=lto5', '-v']
    const { status, stdout, stderr } = spawnSync('sg_logs', argv, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    if (status !== 0) throw new Error(`sg_logs: ${stderr}`)
    return stdout
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The facts of a text of sg_logs in their order; headers, dumps and explanations are left out. */
export function factsOf(text: string): Fact[] {
  const facts: Fact[] = []
  for (const line of text.split('\n')) {
    const [, label, value] = /^ {2,4}(\S.*?)(?: = |: +| *:$|=0x)(.*)$/.exec(line) ?? []
    if (label !== undefined && !/^\d\d$/.test(label)) facts.push([label, (value ?? '').trim()])
  }
  return facts
}
