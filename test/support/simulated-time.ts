import { mock } from 'node:test'

/** Time that passes when the test says so: timers and the date, not the turns of the event loop. */
export class SimulatedTime {
  /** Seconds since the start. */
  at = 0
  readonly #start: number

  private constructor(start: Date) {
    this.#start = start.getTime()
  }

  /** Takes over the timers until the test is over. */
  static begin(t: { teardown: (over: () => void) => void }, start: Date): SimulatedTime {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: start })
    t.teardown(() => {
      mock.timers.reset()
    })
    return new SimulatedTime(start)
  }

  readonly now = (): Date => new Date()

  /** Seconds between the start and a date. */
  secondsAt(date: Date): number {
    return (date.getTime() - this.#start) / 1000
  }

  /** Lets time pass, and what is ready after each step of it go on. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += STEP_SECONDS) {
      this.at += STEP_SECONDS
      mock.timers.tick(STEP_SECONDS * 1000)
      await this.settle()
    }
  }

  /** Lets what is ready go on, and what becomes ready by it. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1)
      await new Promise((resolve) => setImmediate(resolve))
  }
}

/** All deadlines and intervals of the daemon are multiples of it. */
const STEP_SECONDS = 5
/** Turns of the event loop that the longest of collections takes on a recording, and more. */
const TURNS = 40
