/**
 * Calls `late` when so many milliseconds have passed, and what had come by then has been looked at: of a loop
 * that stood still, as on a machine that is too busy, timers have the first turn (Node.js, "The event loop"), and
 * would find everything late that has long been answered. Gives what takes it back.
 */
export function atDeadline(milliseconds: number, late: () => void): () => void {
  let turn: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    turn = setImmediate(late)
  }, milliseconds)
  return () => {
    clearTimeout(timer)
    clearImmediate(turn)
  }
}
