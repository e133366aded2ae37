import { useMemo, useRef, useState } from 'preact/hooks'
import { go, place } from '../../shell/router.ts'
import { FilterSearch } from '../../ui/filters.tsx'
import { toggled } from '../../ui/table-parts.tsx'
import { Blank } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import type { Scst } from './data.ts'
import { linkOf, TreeRow } from './tree-row.tsx'
import {
  allOpen,
  linesOf,
  openAtFirst,
  searched,
  stepOf,
  treeOf,
  type TreeLine,
  type TreeNode,
} from './tree.ts'

const texts = words.scst

/** Targets with all that is below them, to be opened and closed and searched. */
export function TreeView({ scst: { targets, sessions, devices } }: { scst: Scst }) {
  const nodes = useMemo(
    () => treeOf(targets.items, sessions.items, devices.items),
    [targets, sessions, devices],
  )
  const [opened, setOpened] = useState<ReadonlySet<string> | null>(null)
  const open = opened ?? openAtFirst(nodes)
  const search = place.value.query.q ?? ''
  const found = useMemo(() => searched(nodes, search), [nodes, search])
  const lines = useMemo(
    () => linesOf(found.nodes, new Set([...open, ...found.found])),
    [found, open],
  )
  return (
    <>
      <div class="filters">
        <FilterSearch label={texts.search} />
        <div class="actions">
          <button
            type="button"
            onClick={() => {
              setOpened(allOpen(nodes))
            }}
          >
            {texts.openAll}
          </button>
          <button
            type="button"
            onClick={() => {
              setOpened(new Set())
            }}
          >
            {texts.closeAll}
          </button>
          <small>{texts.lines(lines.length)}</small>
        </div>
      </div>
      {lines.length === 0 ? (
        <Blank icon="search" title={words.common.table.nothingFound} />
      ) : (
        <Tree
          lines={lines}
          sessionsKnown={sessions.total !== null}
          onToggle={({ id }) => {
            setOpened(toggled(open, id))
          }}
        />
      )}
    </>
  )
}

/** Height of a line, in pixels; scst.css has it too. */
const LINE_PX = 34
/** More lines than these are drawn only where they are seen. */
const FEW = 120
const SEEN_PX = 640
const MARGIN = 10

interface TreeProps {
  lines: readonly TreeLine[]
  sessionsKnown: boolean
  onToggle: (node: TreeNode) => void
}

function Tree({ lines, sessionsKnown, onToggle }: TreeProps) {
  const [current, setCurrent] = useState<string | null>(null)
  const [top, setTop] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const many = lines.length > FEW
  const first = many ? Math.max(0, Math.floor(top / LINE_PX) - MARGIN) : 0
  const last = many
    ? Math.min(lines.length, Math.ceil((top + SEEN_PX) / LINE_PX) + MARGIN)
    : lines.length
  const at = lines.findIndex(({ node }) => node.id === current)
  const onKeyDown = (event: KeyboardEvent) => {
    // A link that has the focus opens itself.
    if (event.target !== frame.current || event.ctrlKey || event.metaKey || event.altKey) return
    const line = lines[at]
    const step = stepOf(event.key, lines, at)
    const link = event.key === 'Enter' && line ? linkOf(line.node.subject) : null
    if (step === null && link === null) return
    event.preventDefault()
    if (link !== null) go(link)
    else if (step !== null && 'open' in step && line) onToggle(line.node)
    else if (step !== null && 'to' in step) {
      setCurrent(lines[step.to]?.node.id ?? null)
      if (frame.current) bring(frame.current, step.to)
    }
  }
  return (
    <div
      ref={frame}
      class={many ? 'tree many' : 'tree'}
      role="tree"
      tabIndex={0}
      aria-label={texts.views.tree}
      aria-description={texts.treeHint}
      {...(at >= 0 && { 'aria-activedescendant': `tree-${at}` })}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (current === null) setCurrent(lines[0]?.node.id ?? null)
      }}
      onScroll={({ currentTarget }) => {
        if (many) setTop(currentTarget.scrollTop)
      }}
    >
      <div role="presentation" style={{ height: `${lines.length * LINE_PX}px` }}>
        <div role="presentation" style={{ transform: `translateY(${first * LINE_PX}px)` }}>
          {lines.slice(first, last).map((line, index) => (
            <TreeRow
              key={line.node.id}
              id={`tree-${first + index}`}
              line={line}
              current={first + index === at}
              sessionsKnown={sessionsKnown}
              onToggle={() => {
                setCurrent(line.node.id)
                onToggle(line.node)
              }}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

function bring(frame: HTMLElement, line: number): void {
  const [from, to] = [line * LINE_PX, (line + 1) * LINE_PX]
  if (from < frame.scrollTop) frame.scrollTop = from
  else if (to > frame.scrollTop + frame.clientHeight) frame.scrollTop = to - frame.clientHeight
}
