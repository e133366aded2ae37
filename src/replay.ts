import type { Replay } from './host/replay-timeline.ts'

/** Plays a folder of recordings, each for the same time; the last one is held. */
export function playTimeline(
  replay: Replay,
  stepSeconds: number,
  told: { onRecording: (name: string) => Promise<void>; onError: (error: Error) => void },
): { stop(): Promise<void> } {
  let step: Promise<void> = Promise.resolve()
  let under = false
  const timer = setInterval(() => {
    if (under) return
    under = true
    step = next().finally(() => (under = false))
  }, stepSeconds * 1000)

  async function next(): Promise<void> {
    try {
      if (await replay.advance()) await told.onRecording(replay.current())
      else clearInterval(timer)
    } catch (cause) {
      clearInterval(timer)
      told.onError(new Error('the replay stops here', { cause }))
    }
  }

  return {
    async stop() {
      clearInterval(timer)
      await step
    },
  }
}
