import type { ComponentChildren } from 'preact'
import { now } from '../live/clock.ts'
import type { Resource } from '../live/resource.ts'
import { words } from '../words/index.ts'
import { ago } from '../words/format.ts'
import { Icon } from './icon.tsx'

interface ShownProps<T> {
  of: Resource<T>
  children: (value: T) => ComponentChildren
}

/** Shows something that was asked for, or why it cannot be shown. */
export function Shown<T>({ of, children }: ShownProps<T>) {
  const current = of.current.value
  const texts = words.common.states
  switch (current.state) {
    case 'loading':
      return <Loading />
    case 'forbidden':
      return <Blank icon="lock" title={texts.forbidden} text={current.why} />
    case 'missing':
      return <Blank icon="empty" title={texts.missing} text={texts.missingWhy} />
    case 'failed':
      return (
        <Blank icon="broken" title={texts.failed} text={current.why}>
          <button type="button" onClick={of.refresh}>
            {texts.again}
          </button>
        </Blank>
      )
    case 'shown':
      return (
        <>
          {current.old !== null && (
            <Notice>{texts.old(ago(current.at, now.value), current.old)}</Notice>
          )}
          {children(current.value)}
        </>
      )
  }
}

/** Holds the room of what is on its way. */
export function Loading() {
  return (
    <div class="loading" role="status" aria-label={words.common.states.loading}>
      <span />
      <span />
      <span />
    </div>
  )
}

interface BlankProps {
  icon: Parameters<typeof Icon>[0]['name']
  title: string
  text?: string | undefined
  children?: ComponentChildren
}

/** Stands where there is nothing to show, and says why. */
export function Blank({ icon, title, text, children }: BlankProps) {
  return (
    <div class="blank">
      <Icon name={icon} />
      <p class="blank-title">{title}</p>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  )
}

/** Something to know about what is shown. */
export function Notice({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice" role="status">
      <Icon name="warning" />
      <span>{children}</span>
    </p>
  )
}

interface Listing {
  state: 'read' | 'partial' | 'failed' | 'absent' | 'pending' | null
  error: string | null
  taken_at?: string | null
}

/** Says what is to be known about a list of hardware: that it could not be read, or in part. */
export function ListingNotice({ listing }: { listing: Listing }) {
  const texts = words.common.states
  if (listing.state === 'pending') return <Notice>{texts.pending}</Notice>
  if (listing.state === 'failed')
    return <Notice>{`${texts.failed}: ${listing.error ?? ''}`}</Notice>
  if (listing.state === 'partial') {
    return <Notice>{`${texts.partial}: ${listing.error ?? ''}`}</Notice>
  }
  return null
}
