import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the units are, and the fragments for sysusers, tmpfiles and udev. */
export const systemd = fileURLToPath(new URL('../../systemd', import.meta.url))

const UNIT = /\.(?:service|socket|timer|target|path)$/

/** Names of all units that are shipped. */
export const units: readonly string[] = readdirSync(systemd)
  .filter((name) => UNIT.test(name))
  .sort()

/** The values of a key, in the order of the file (systemd.syntax(7)); a comment has none. */
export function valuesOf(unit: string, key: string): string[] {
  const lines = readFileSync(join(systemd, unit), 'utf8').split('\n')
  return lines
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1))
}

/** The words of all values of a key. */
export function wordsOf(unit: string, key: string): string[] {
  return valuesOf(unit, key).flatMap((value) => value.split(/\s+/).filter((word) => word !== ''))
}

/** Makes a root with the units, those of this machine's systemd, and something to execute for each of them. */
export function rootWithUnits(root: string): string {
  const folder = join(root, 'usr/lib/systemd/system')
  cpSync('/usr/lib/systemd/system', folder, { recursive: true, verbatimSymlinks: true })
  for (const unit of units) {
    writeFileSync(join(folder, unit), readFileSync(join(systemd, unit)))
    for (const command of ['ExecStart', 'ExecReload'].flatMap((key) => valuesOf(unit, key))) {
      const program = join(root, command.split(' ')[0] ?? '')
      mkdirSync(dirname(program), { recursive: true })
      writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
    }
  }
  return folder
}

/** Runs a program to its end; both of its streams together. */
export function said(...[program = '', ...words]: string[]): {
  status: number | null
  text: string
} {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  return { status, text: stdout + stderr }
}
