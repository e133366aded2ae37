/** Lines of the Prometheus text of which the sample, or the comment before it, has all the words. */
export function linesWith(text: string, sought: string): string[] {
  const words = sought
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const lines = text.split('\n').filter((line) => line !== '')
  if (words.length === 0) return lines
  return lines.filter((line) => {
    const lower = line.toLowerCase()
    return words.every((word) => lower.includes(word))
  })
}

/** How many lines there are. */
export function lineCount(text: string): number {
  return text.split('\n').filter((line) => line !== '').length
}
