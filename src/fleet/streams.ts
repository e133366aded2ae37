import type { JetStreamManager, StreamConfig, StreamInfo } from 'nats'
import { streams } from './wire.ts'

/** What of the streams is set. */
export interface StreamSettings {
  /** For how long events and numbers are kept. */
  days: number
  /** On how many servers. */
  replicas: number
}

const NANO = 1_000_000
const DAY_MS = 86_400_000
const NOT_FOUND = 10_059

/** When the streams were made, by name. */
export type MadeAt = ReadonlyMap<string, Date>

/** Makes the streams that are not there, and sets the others as they ought to be. Rejects as the server does. */
export async function makeStreams(
  manager: JetStreamManager,
  settings: StreamSettings,
): Promise<MadeAt> {
  const made = new Map<string, Date>()
  for (const wanted of await wantedStreams(settings)) {
    const info = await makeStream(manager, wanted)
    made.set(wanted.name, new Date(info.created))
  }
  return made
}

/** Forgets at the servers what an appliance told. */
export async function purgeAppliance(manager: JetStreamManager, appliance: string): Promise<void> {
  for (const { name, subjects } of Object.values(streams)) {
    for (const subject of subjects) {
      await manager.streams.purge(name, { filter: subject.replace('*', appliance) })
    }
  }
}

type Wanted = Partial<StreamConfig> & { name: string }

async function makeStream(manager: JetStreamManager, wanted: Wanted): Promise<StreamInfo> {
  const found = await manager.streams.info(wanted.name).catch((error: unknown) => {
    if ((error as { api_error?: { err_code?: number } }).api_error?.err_code === NOT_FOUND)
      return null
    throw error
  })
  if (found === null) return await manager.streams.add(wanted)
  const isSo = Object.entries(wanted).every(
    ([key, value]) =>
      JSON.stringify(found.config[key as keyof StreamConfig]) === JSON.stringify(value),
  )
  return isSo ? found : await manager.streams.update(wanted.name, { ...found.config, ...wanted })
}

async function wantedStreams({ days, replicas }: StreamSettings): Promise<Wanted[]> {
  const { DiscardPolicy, RetentionPolicy, StorageType } = await import('nats')
  const all = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    allow_direct: true,
    num_replicas: replicas,
  }
  const lasting = { ...all, max_age: days * DAY_MS * NANO }
  return [
    { ...lasting, name: streams.events.name, subjects: [...streams.events.subjects] },
    { ...lasting, name: streams.metrics.name, subjects: [...streams.metrics.subjects] },
    {
      ...{ ...all, max_msgs_per_subject: 1 },
      ...{ name: streams.state.name, subjects: [...streams.state.subjects] },
    },
  ]
}
