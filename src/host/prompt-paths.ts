/** Other processes, and the links of our own (proc(5)). */
const OUT_OF_PROC = /^\/proc\/(?:\d|(?:thread-)?self\/(?:cwd|exe|fd|map_files|root|task)(?:\/|$))/
const HAS_DOTS = /\/\.\.?(?:\/|$)/

/**
 * What the kernel answers from memory in microseconds: /proc but for other processes (the command line of
 * one in state D can block) and for what leads elsewhere, as to devices; and /sys but for what asks hardware or
 * takes a lock that others hold long. Reading these by the addon would take 1.4 to 1.8 times the CPU
 * (bench/walk.ts), and they are few enough for one turn.
 */
export function isPrompt(path: string): boolean {
  if (HAS_DOTS.test(path)) return false
  if (path.startsWith('/proc/')) return !OUT_OF_PROC.test(path)
  if (!path.startsWith('/sys/')) return false
  return !/scst_tgt|enclosure|hwmon|thermal|fc_host|nvme|\/(?:speed|duplex)$/.test(path)
}

/** Names and links below /sys are in memory, whatever their attributes wait for (fs/kernfs/dir.c of the kernel). */
export function hasPromptNames(path: string): boolean {
  return path === '/proc' || path === '/sys' || path.startsWith('/sys/') || isPrompt(path)
}
