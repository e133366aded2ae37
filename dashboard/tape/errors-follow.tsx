import { linkTo } from '../shell/router.ts'
import { Icon } from '../ui/icon.tsx'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/value.tsx'
import type { Verdict } from '../wire/types.ts'
import { bytes, count } from '../words/format.ts'
import { words } from '../words/index.ts'
import { matrixOf, outcomeOf, type Cell } from './matrix.ts'
import { Prose } from '../ui/prose.tsx'
import { useWiderMatrix } from './wider-matrix.ts'

const texts = words.tape.follow

/** Whose fault errors are, in a sentence, and the loads that say so. */
export function ErrorsFollow({ of: verdict }: { of: Verdict | null }) {
  return (
    <Panel title={texts.title} class="errors-follow">
      {verdict === null ? <p class="quiet">{texts.none}</p> : <Judged verdict={verdict} />}
    </Panel>
  )
}

function Judged({ verdict }: { verdict: Verdict }) {
  const tone = verdict.verdict === 'undetermined' ? 'unknown' : 'critical'
  return (
    <>
      <p class={`follow-verdict ${tone}`}>
        <Icon name={tone} />
        <span>{sentenceOf(verdict)}</span>
      </p>
      <p>
        <Prose text={verdict.action} />
      </p>
      <MatrixTable verdict={verdict} />
      <p class="hint">{texts.explain}</p>
    </>
  )
}

/** The verdict on a drive can be that a tape is at fault: then the reason says which. */
function sentenceOf({ verdict, about, name, reason }: Verdict): string {
  const own = (verdict === 'tape') === (about === 'cartridge')
  const begin = verdict === 'undetermined' || !own ? texts[verdict] : texts.sentence[verdict](name)
  return begin + texts.because(reason)
}

function MatrixTable({ verdict }: { verdict: Verdict }) {
  const { about, id: judged } = verdict
  const wider = useWiderMatrix(verdict).current.value
  const { drives, rows } = matrixOf(wider.state === 'shown' ? wider.value : verdict.matrix)
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.evidence}>
      <table class="matrix">
        <caption>{texts.evidence}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.cartridge}</th>
            {drives.map((drive) => (
              <th
                key={drive}
                scope="col"
                class={about === 'drive' && drive === judged ? 'judged' : undefined}
              >
                <a href={linkTo('drives', [drive])}>{drive}</a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, cells: own }) => (
            <tr key={id}>
              <th scope="row" class={about === 'cartridge' && id === judged ? 'judged' : undefined}>
                <a href={linkTo('cartridges', [name])}>{name}</a>
              </th>
              {own.map((cell, index) => (
                <MatrixCell key={drives[index]} cell={cell} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const SIGNS = { bad: 'critical', good: 'good', open: 'unknown' } as const

function MatrixCell({ cell }: { cell: Cell | null }) {
  if (cell === null) return <td class="never">–</td>
  const { unrecovered_write_errors: writes, unrecovered_read_errors: reads } = cell
  const outcome = outcomeOf(cell)
  const last = outcome === 'bad' ? cell.last_bad_at : cell.last_good_at
  return (
    <td class={`outcome ${outcome}`}>
      <strong>
        <Icon name={SIGNS[outcome]} /> {texts.cell(cell.bad_loads, cell.loads)}
      </strong>
      {writes + reads > 0 && (
        <span>
          {texts.errors}: {count(writes)} / {count(reads)}
        </span>
      )}
      {cell.tape_alerts.length > 0 && (
        <span>
          {texts.flags}: {cell.tape_alerts.join(', ')}
        </span>
      )}
      <span>
        {texts.moved}: {bytes(cell.written_bytes)} / {bytes(cell.read_bytes)}
      </span>
      {last !== null && (
        <span>
          {outcome === 'bad' ? texts.lastBad : texts.lastGood} <Time at={last} />
        </span>
      )}
    </td>
  )
}
