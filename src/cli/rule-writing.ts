import { UsageError } from '../arguments.ts'
import { EXIT_DONE, parseWords, remoteOptions, REMOTE_USAGE, type Command } from './command.ts'
import { connected } from './remote.ts'
import { askWithRule, FAULTY } from './rule-faults.ts'
import {
  findRule,
  givenAs,
  givenBy,
  readRule,
  ruleOptions,
  RULES,
  RULE_USAGE,
  THRESHOLDLESS,
  type GivenRule,
} from './rule-options.ts'
import { printRule } from './rules.ts'

/** Writes a rule. */
export const rulesAdd: Command = {
  name: 'rules add',
  usage: `usage: storwarden rules add [FILE] [options]

Writes a rule: from a file with a JSON object as POST ${RULES} takes it, from options, or both;
options come first.

  --name TEXT             what its alerts are called
${RULE_USAGE}  --disabled              write it, but do not evaluate it
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        name: { type: 'string' },
        disabled: { type: 'boolean' },
        ...ruleOptions,
        ...remoteOptions,
      },
      { named: ['FILE'], optional: true },
    )
    const [file] = positionals
    if (file === undefined && values.query === undefined) {
      throw new UsageError(['a FILE or --query is missing'])
    }
    const rule = {
      ...(file === undefined ? {} : await readRule(file)),
      ...(values.name === undefined ? {} : { name: values.name }),
      ...givenBy(values),
      ...(values.disabled ? { enabled: false } : {}),
    }
    const client = connected(values.url, around)
    const made = await askWithRule('rules add', rule, around, () => client.post(RULES, rule))
    if (made === null) return FAULTY
    if (values.json) around.terminal.json(made)
    else printRule(around.terminal, made, around.now())
    return EXIT_DONE
  },
}

/** Changes a rule. */
export const rulesEdit: Command = {
  name: 'rules edit',
  usage: `usage: storwarden rules edit NAME [options]

NAME is that of a rule of a user. What is not said stays; a new query comes with its own thresholds.

  --file FILE             put the rule of this file in its place, a JSON object
  --rename TEXT           a new name; alerts under the old one end
${RULE_USAGE}  --enable, --disable     evaluate it, or do not: then its alerts end
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        file: { type: 'string' },
        rename: { type: 'string' },
        enable: { type: 'boolean' },
        disable: { type: 'boolean' },
        ...ruleOptions,
        ...remoteOptions,
      },
      { named: ['NAME'] },
    )
    if (values.enable && values.disable) {
      throw new UsageError(['--enable and --disable do not go together'])
    }
    const changed: GivenRule = {
      ...(values.file === undefined ? {} : await readRule(values.file)),
      ...(values.rename === undefined ? {} : { name: values.rename }),
      ...givenBy(values),
      ...(values.enable ? { enabled: true } : {}),
      ...(values.disable ? { enabled: false } : {}),
    }
    if (Object.keys(changed).length === 0) throw new UsageError(['nothing to change is said'])
    const client = connected(values.url, around)
    const before = await findRule(client, positionals[0] ?? '')
    const kept = givenAs(before)
    // The thresholds of a query are not those of another.
    const thresholds = 'query' in changed || 'condition' in changed ? THRESHOLDLESS : {}
    const base = values.file === undefined ? { ...kept, ...thresholds } : { name: kept.name }
    const rule = { ...base, ...changed }
    const path = `${RULES}/${encodeURIComponent(before.text('id') ?? '')}`
    const made = await askWithRule('rules edit', rule, around, () => client.put(path, rule))
    if (made === null) return FAULTY
    if (values.json) around.terminal.json(made)
    else printRule(around.terminal, made, around.now())
    return EXIT_DONE
  },
}
