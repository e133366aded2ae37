import { allFiringCounts } from '../live/alerts.ts'
import { isFleet } from '../live/stream.ts'
import { may } from '../session/session.ts'
import { words } from '../words/index.ts'
import { pages, type Page } from './pages.ts'
import { linkTo, place } from './router.ts'
import { menuOpen } from './shell.tsx'
import { ThemeChoice } from './theme-choice.tsx'

/** The pages that who is in may see, in their groups. */
export function Menu() {
  const visible = pages.filter(
    ({ needs, whose }) => may(needs) && (whose !== 'fleet' || isFleet.value),
  )
  const groups = [...new Set(visible.flatMap(({ group }) => (group === null ? [] : [group])))]
  return (
    <nav class="menu" aria-label={words.shell.pages}>
      <a class="brand" href={linkTo('overview')}>
        <img src="/icon.svg" alt="" width="24" height="24" />
        {words.shell.product}
      </a>
      {groups.map((group) => (
        <div key={group}>
          <h2>{words.shell.groups[group]}</h2>
          <ul>
            {visible
              .filter((page) => page.group === group)
              .map((page) => (
                <Entry key={page.id} page={page} />
              ))}
          </ul>
        </div>
      ))}
      <ThemeChoice />
    </nav>
  )
}

function Entry({ page: { id } }: { page: Page }) {
  return (
    <li>
      <a
        href={linkTo(id)}
        {...(place.value.page === id && { 'aria-current': 'page' as const })}
        onClick={() => (menuOpen.value = false)}
      >
        {words.navigation[id]}
        {id === 'alerts' && <AlertCount />}
      </a>
    </li>
  )
}

/** How many alerts there are, in the colour of the gravest. */
function AlertCount() {
  const counts = allFiringCounts.value
  if (counts === null) return null
  const total = counts.critical + counts.warning + counts.info
  if (total === 0) return null
  const tone = counts.critical > 0 ? 'critical' : counts.warning > 0 ? 'warning' : 'info'
  return (
    <span class={`count ${tone}`} aria-label={words.alerts.firing(total)}>
      {total}
    </span>
  )
}
