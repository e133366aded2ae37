/** Drawn on a grid of 16, in the colour of the text. */
const paths = {
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  empty: 'M2.5 9.5l2-6h7l2 6v3.500h-11zM2.500 9.500h3l1 1.500h3l1-1.500h3',
  broken: 'M8 2.500l6 10.500H2zM8 6.500v3M8 11.300v.2',
  warning: 'M8 2.500l6 10.500H2zM8 6.500v3M8 11.300v.2',
  critical: 'M5.500 2h5L14 5.500v5L10.500 14h-5L2 10.500v-5zM8 5v3.500M8 10.800v.2',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.500V11M8 5v.2',
  good: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.500 8.200l1.800 1.800 3.300-3.600',
  unknown:
    'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.300 6.500a1.700 1.700 0 1 1 2.400 1.600c-.5.2-.7.6-.7 1.100M8 11v.2',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300l3.200 3.200',
  chevron: 'M6 4l4 4-4 4',
  external: 'M9 3h4v4M13 3L7.500 8.500M11 9.500V13H3V5h3.500',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.500v1.300M8 13.200v1.300M1.500 8h1.300M13.200 8h1.300M3.400 3.400l.9.9M11.700 11.700l.9.9M3.400 12.600l.9-.9M11.700 4.300l.9-.9',
  user: 'M8 2.500a2.700 2.700 0 1 0 0 5.400 2.700 2.700 0 0 0 0-5.400zM2.500 13.500c.6-2.700 2.800-4 5.500-4s4.900 1.300 5.500 4',
} as const

/** An icon; what it says stands beside it as text, unless it has a label. */
export function Icon({ name, label }: { name: keyof typeof paths; label?: string }) {
  return (
    <svg
      class={`icon icon-${name}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path d={paths[name]} />
    </svg>
  )
}
