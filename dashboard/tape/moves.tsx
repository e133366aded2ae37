import { useLoaded } from '../live/resource.ts'
import { Shown } from '../ui/states.tsx'
import { Time } from '../ui/value.tsx'
import { ask } from '../wire/request.ts'
import { words } from '../words/index.ts'

const MOST = 200
const SHOWN = 25

/** Where a cartridge was, or what moved in a library, the latest first. */
export function useMoves(of: { tag: string } | { library: string }) {
  return useLoaded(
    async (signal) => {
      const q = 'tag' in of ? of.tag : of.library
      const query = { source: 'collectors/changers', q, limit: MOST }
      const { events } = await ask('GET /monitoring/events', { query }, signal)
      return events.filter(({ payload }) => {
        const { event, volume_tag: tag, library } = payload as Record<string, unknown>
        const moved = typeof event === 'string' && event.startsWith('cartridge_')
        return moved && ('tag' in of ? tag === of.tag : library === of.library)
      })
    },
    [JSON.stringify(of)],
    ['tape', 'vtl'],
  )
}

/** These as lines. */
export function Moves({ of }: { of: ReturnType<typeof useMoves> }) {
  return (
    <Shown of={of}>
      {(moves) =>
        moves.length === 0 ? (
          <p class="quiet">{words.tape.happened.none}</p>
        ) : (
          <ol class="happened">
            {moves.slice(0, SHOWN).map(({ id, timestamp, message }) => (
              <li key={id}>
                <Time at={timestamp} />
                <span>{message}</span>
              </li>
            ))}
          </ol>
        )
      }
    </Shown>
  )
}
