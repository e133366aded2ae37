/** A text in which `commands` and names of files stand between backquotes, drawn as such. */
export function Prose({ text }: { text: string }) {
  // Every second part stands between two of them; the last does only if the quote was closed.
  const parts = text.split('`')
  const isOpen = parts.length % 2 === 0
  return (
    <>
      {parts.map((part, place) => {
        if (place % 2 === 0) return part
        if (isOpen && place === parts.length - 1) return `\`${part}`
        return <code key={place}>{part}</code>
      })}
    </>
  )
}
