import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface ExternalLinkProps {
  href: string
  /** What it is called where the text alone would not say. */
  label?: string
  children: ComponentChildren
}

/** Leads out of this console, in a tab of its own. */
export function ExternalLink({ href, label, children }: ExternalLinkProps) {
  return (
    <a class="external" href={href} target="_blank" rel="noreferrer" aria-label={label}>
      <span>{children}</span>
      <Icon name="external" />
    </a>
  )
}
