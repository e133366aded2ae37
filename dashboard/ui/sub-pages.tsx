import './sub-pages.css'

interface SubPagesProps {
  label: string
  pages: readonly { id: string; text: string; link: string; count?: string | null }[]
  current: string
}

/** The parts of a page that has more than one, each with an address of its own. */
export function SubPages({ label, pages, current }: SubPagesProps) {
  return (
    <nav class="sub-pages" aria-label={label}>
      {pages.map(({ id, text, link, count }) => (
        <a key={id} href={link} {...(id === current && { 'aria-current': 'page' as const })}>
          {text}
          {count !== undefined && count !== null && <small> {count}</small>}
        </a>
      ))}
    </nav>
  )
}
