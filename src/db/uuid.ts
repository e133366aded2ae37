const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether the text is a UUID. PostgreSQL refuses to compare a uuid with what is none. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
