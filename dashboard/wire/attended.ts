/** After so long without a touch nobody is there, as far as the page knows. */
const AWAY_MS = 60_000
/** What only a person does. */
const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

let touchedAt = Date.now()

/** Heeds what a person does on the page, from now on; that it was opened is one such thing. */
export function watchTouches(target: EventTarget): void {
  for (const touch of TOUCHES) {
    target.addEventListener(touch, noteTouch, { capture: true, passive: true })
  }
}

/** Whether somebody is there, so that what is asked now is asked for him. */
export function isAttended(): boolean {
  return Date.now() - touchedAt < AWAY_MS
}

// What a script makes up is nobody's.
function noteTouch({ isTrusted }: Event): void {
  if (isTrusted) touchedAt = Date.now()
}
