/** A clock that a test moves. */
export class Clock {
  now = new Date('2026-11-20T21:00:00.000Z')

  advance(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000)
  }
}
