import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import type { PageProps } from '../../shell/pages.ts'
import { linkTo } from '../../shell/router.ts'
import { Blank, Shown } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import { RuleForm } from './form.tsx'
import { RuleList } from './list.tsx'
import { RulePage } from './one.tsx'
import { ruleOf } from './rule.ts'
import './rules.css'

/** The list of rules, one of them, or the form that makes or changes one. */
export default function RulesPage({ rest: [named, action] }: PageProps) {
  const rules = useResource('GET /monitoring/rules', {}, ['metrics'])
  const write = may('rules:write')
  if (named === 'new' && write) return <RuleForm key="new" rule={null} onSaved={rules.refresh} />
  return (
    <Shown of={rules}>
      {({ rules: all }) => {
        if (named === undefined) return <RuleList rules={all} />
        const rule = ruleOf(all, named)
        if (rule === undefined) return <Missing />
        return action === 'edit' && write && !rule.builtin ? (
          <RuleForm key={rule.id} rule={rule} onSaved={rules.refresh} />
        ) : (
          <RulePage rule={rule} onChanged={rules.refresh} />
        )
      }}
    </Shown>
  )
}

function Missing() {
  const { missing, missingText } = words.rules
  return (
    <Blank icon="empty" title={missing} text={missingText}>
      <a href={linkTo('rules')}>{words.navigation.rules}</a>
    </Blank>
  )
}
