import { useEffect, useRef } from 'preact/hooks'
import './sub-pages.css'

interface SubPagesProps {
  label: string
  pages: readonly { id: string; text: string; link: string; count?: string | null }[]
  current: string
}

/** The parts of a page that has more than one, each with an address of its own. */
export function SubPages({ label, pages, current }: SubPagesProps) {
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    // Where there is no room for all of them, that of this page is seen.
    const shown = bar.current?.querySelector<HTMLElement>('[aria-current]')
    if (bar.current && shown)
      bar.current.scrollLeft = shown.offsetLeft - bar.current.offsetLeft - 40
  }, [current])
  return (
    <nav ref={bar} class="sub-pages" aria-label={label}>
      {pages.map(({ id, text, link, count }) => (
        <a key={id} href={link} {...(id === current && { 'aria-current': 'page' as const })}>
          {text}
          {count !== undefined && count !== null && <small> {count}</small>}
        </a>
      ))}
    </nav>
  )
}
