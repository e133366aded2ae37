import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** Ends the program when Node is not one of those that package.json names: npm does not check on start. */
export function checkNode() {
  const { name, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (admits(engines.node, process.versions.node)) return
  process.stderr.write(`${name} needs Node ${engines.node}; this is ${process.versions.node}\n`)
  process.exit(1)
}

/** Whether a range of `^1.2.3` and `>=1.2.3`, joined by `||`, admits a version. */
export function admits(range, version) {
  const has = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, sign, numbers] = /^\s*(\^|>=)([\d.]+)\s*$/.exec(part) ?? []
    if (numbers === undefined) throw new Error(`package.json: engines: cannot read "${part}"`)
    const needs = numbers.split('.').map(Number)
    return (sign === '>=' || has[0] === needs[0]) && atLeast(has, needs)
  })
}

function atLeast(has, needs) {
  const index = needs.findIndex((number, index) => has[index] !== number)
  return index === -1 || has[index] > needs[index]
}
