import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface PanelProps {
  title: string
  /** Stands beside the title. */
  aside?: ComponentChildren
  children: ComponentChildren
  class?: string
}

/** A part of a page with a title. */
export function Panel({ title, aside, children, class: more = '' }: PanelProps) {
  const id = useId()
  return (
    <section class={`panel ${more}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

interface HeadProps {
  title: string
  /** What leads back up. */
  up?: { text: string; link: string }
  children?: ComponentChildren
}

/** The head of a page: what it is, and what can be done. */
export function PageHead({ title, up, children }: HeadProps) {
  return (
    <header class="page-head">
      <div>
        {up && (
          <a class="up" href={up.link}>
            ‹ {up.text}
          </a>
        )}
        <h1>{title}</h1>
      </div>
      {children && <div class="page-actions">{children}</div>}
    </header>
  )
}
