/**
 * The address of a console, as an appliance told it, or of a place in it, e.g. `#/tasks`; null where what it told is
 * none that can be gone to.
 */
export function consoleOf(url: string | null, to = ''): string | null {
  if (url === null || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return null
  return to === '' ? url : `${url.replace(/\/$/, '')}/${to}`
}
