import type { PageProps } from '../../shell/pages.ts'
import './consistency.css'
import { DifferencePage } from './difference.tsx'
import { ConsistencyList } from './list.tsx'
import { checkNames } from './parts.ts'
import { PlanPage } from './plan.tsx'

/** What is against what ought to be; one difference, or the plan for a comparison, as the address names it. */
export default function ConsistencyPage({ rest: [id, name] }: PageProps) {
  const check = checkNames.find((one) => one === name)
  if (id === 'plan' && check !== undefined) return <PlanPage key={check} check={check} />
  return id === undefined ? <ConsistencyList /> : <DifferencePage key={id} id={id} />
}
