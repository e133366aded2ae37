/**
 * JSON that a jsonb column takes whatever text is in it: PostgreSQL refuses NUL and halves of
 * surrogate pairs, which devices do put into their names. They become U+FFFD.
 */
export function jsonb(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storable(part) : part,
  )
}

/** The same for a text column. */
export function storable(text: string): string {
  return text.replace(
    /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  )
}
