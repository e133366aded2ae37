import { useEffect } from 'preact/hooks'
import { now } from '../live/clock.ts'
import { connection, outdated, reconnectNow } from '../live/stream.ts'
import { Icon } from '../ui/icon.tsx'
import { words } from '../words/index.ts'
import { duration } from '../words/format.ts'

/** Says that what is on the page is from before. */
export function ConnectionNotice() {
  useEffect(() => {
    window.addEventListener('online', reconnectNow)
    return () => {
      window.removeEventListener('online', reconnectNow)
    }
  }, [])
  const current = connection.value
  if (current.state !== 'lost') return outdated.value ? <Outdated /> : null
  const seconds = Math.max(0, (now.value.getTime() - current.since.getTime()) / 1000)
  const texts = words.shell.connection
  return (
    <div class="lost" role="alert">
      <Icon name="warning" />
      <span>{texts.lost(duration(Math.round(seconds / 5) * 5) ?? '')}</span>
      <button type="button" onClick={reconnectNow}>
        {texts.again}
      </button>
    </div>
  )
}

/** The parts of this page that were not loaded yet are gone with the daemon that it came from. */
function Outdated() {
  const texts = words.shell.outdated
  return (
    <div class="lost" role="alert">
      <Icon name="info" />
      <span>{texts.text}</span>
      <button
        type="button"
        onClick={() => {
          window.location.reload()
        }}
      >
        {texts.reload}
      </button>
    </div>
  )
}
