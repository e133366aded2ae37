import type { CollectorLoop } from './collectors/loop.ts'
import type { HostChange } from './host/host.ts'
import type { LinuxHost } from './host/linux-host.ts'
import type { Native } from './host/native.ts'
import type { Replay } from './host/replay-timeline.ts'
import type { Log } from './log.ts'
import { playTimeline } from './replay.ts'
import { watchMachine, type Watching } from './watching.ts'

/** What tells that the appliance has changed, and who is told. */
export interface FollowingParts {
  loop: CollectorLoop
  machine: LinuxHost
  native: Native | null
  /** Instead of the machine. */
  replay: Replay | null
  /** How long each recording of a timeline is held. */
  stepSeconds: number
  /** Called when something was collected because of a change. */
  onCollected: () => Promise<void>
  /** Told of each uevent as it comes. */
  onUevent: (change: HostChange) => void
  log: Log
  now: () => Date
}

/** How the appliance is followed. */
export interface Following {
  /** Null when a recording is played. */
  watching: Watching | null
  stop(): Promise<void> | void
}

/** Follows the changes of the machine from now on, or plays the recordings. */
export function followChanges(parts: FollowingParts): Following {
  const { loop, machine, native, replay, stepSeconds, onCollected, onUevent, log, now } = parts
  const onError = log.failure
  if (replay === null) {
    const watching = watchMachine({
      ...{ loop, native, onCollected, onUevent, onError, now },
      ownCalls: (address) => machine.calls(address),
    })
    return {
      watching,
      stop: () => {
        watching.stop()
      },
    }
  }
  log.info(`replaying ${replay.current()}`)
  const timeline = playTimeline(replay, stepSeconds, {
    onError,
    async onRecording(name) {
      log.info(`replaying ${name}`)
      await loop.collectAll()
      await onCollected()
    },
  })
  return { watching: null, stop: () => timeline.stop() }
}
