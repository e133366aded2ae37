import { effect, signal } from '@preact/signals'
import type { Message } from '../../src/hub/messages.ts'
import { isElsewhere, OWN, scope } from '../wire/scope.ts'

/** A frame of the event stream; its data is always an object. */
export type Frame = Message & { data: Record<string, unknown> }
/** Types of frames. */
export type FrameType =
  'alert' | 'task' | 'system' | 'storage' | 'scst' | 'tape' | 'vtl' | 'metrics'

/** How the page hears of news: `connecting` at first, `lost` when it was connected before. */
export type Connection =
  { state: 'connecting' } | { state: 'live' } | { state: 'lost'; since: Date } | { state: 'ended' }

/** How the page hears of news now. */
export const connection = signal<Connection>({ state: 'ended' })
/** How much the clock of the daemon is ahead of this browser's, in milliseconds. */
export const clockAhead = signal(0)

/** The version of the daemon; null before it has said so. */
export const daemonVersion = signal<string | null>(null)
/** Whether the daemon is that of a fleet, as it says when it greets. */
export const isFleet = signal(false)
/** The daemon is another one than this page came from. */
export const outdated = signal(false)

interface Listener {
  types: ReadonlySet<string>
  hear: (frames: readonly Frame[]) => void
}

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000
const ALL: readonly FrameType[] = [
  ...(['alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl', 'metrics'] as const),
]
/** The close code of a session that was ended. */
const UNAUTHENTICATED = 4401

const listeners = new Set<Listener>()
const missed = new Set<() => void>()
let onEnded: () => void = () => undefined
let socket: WebSocket | null = null
let retry: ReturnType<typeof setTimeout> | undefined
let retryMs = FIRST_RETRY_MS
let lastSeq: number | null = null
let heard: Frame[] = []

/** Hears frames of some types, those of one turn together; until what is returned is called. */
export function onFrames(types: readonly FrameType[], hear: Listener['hear']): () => void {
  const listener = { types: new Set<string>(types), hear }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Hears that all has to be asked for anew: more was missed than can be told again, or the page is connected again,
 * where what it asked for in between has failed.
 */
export function onMissed(hear: () => void): () => void {
  missed.add(hear)
  return () => missed.delete(hear)
}

/**
 * Follows the event stream: reconnects with growing pauses and asks for what it missed since the last frame.
 * `ended` is called when the session is not one any more.
 */
export function startStream(ended: () => void): void {
  onEnded = ended
  if (connection.value.state !== 'ended') return
  connection.value = { state: 'connecting' }
  connect()
}

/** Ends it, and forgets where it was. */
export function stopStream(): void {
  connection.value = { state: 'ended' }
  clearTimeout(retry)
  lastSeq = null
  heard = []
  socket?.close()
}

/** Tries at once, e.g. because the network is there again. */
export function reconnectNow(): void {
  if (connection.value.state !== 'lost') return
  clearTimeout(retry)
  connect()
}

function connect(): void {
  const { protocol, host } = window.location
  const scheme = protocol === 'https:' ? 'wss' : 'ws'
  const opened = new WebSocket(`${scheme}://${host}/api/v1/monitoring/events`)
  socket = opened
  opened.onopen = () => {
    retryMs = FIRST_RETRY_MS
    if (lastSeq !== null) {
      opened.send(JSON.stringify({ action: 'subscribe', types: ALL, since: lastSeq }))
    }
    const isBack = connection.peek().state === 'lost'
    connection.value = { state: 'live' }
    if (isBack) askAnew()
  }
  opened.onmessage = ({ data }) => {
    take(JSON.parse(data as string) as Frame)
  }
  opened.onclose = ({ code }) => {
    if (connection.peek().state === 'ended' || socket !== opened) return
    if (code === UNAUTHENTICATED) {
      stopStream()
      onEnded()
      return
    }
    if (connection.peek().state !== 'lost') connection.value = { state: 'lost', since: new Date() }
    retry = setTimeout(connect, retryMs)
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
  }
}

function take(frame: Frame): void {
  const said = frame.type === 'system' ? frame.data.event : null
  if (said === 'hello') {
    clockAhead.value = new Date(frame.timestamp).getTime() - Date.now()
    noteVersion(frame.data.version)
    isFleet.value = frame.data.role === 'fleet'
    chooseNumbers()
    // It tells where the appliance is, which is what this page has seen only when it was never here before.
    if (lastSeq !== null) return
  }
  lastSeq = frame.seq
  if (said === 'gap') askAnew()
  heard.push(frame)
  if (heard.length === 1) soon(deliver)
}

effect(chooseNumbers)

/** Of hundreds of appliances only the numbers of the one that is shown are wanted. */
function chooseNumbers(): void {
  const metrics_of = isElsewhere() ? [OWN, scope.value] : [OWN]
  if (!isFleet.peek() || socket?.readyState !== WebSocket.OPEN) return
  socket.send(JSON.stringify({ action: 'subscribe', metrics_of }))
}

function askAnew(): void {
  for (const hear of missed) hear()
}

function noteVersion(version: unknown): void {
  if (typeof version !== 'string') return
  const before = daemonVersion.peek()
  if (before !== null && before !== version) outdated.value = true
  daemonVersion.value = version
}

/** With the next frame of the screen; a tab that nobody sees has none. */
function soon(work: () => void): void {
  if (document.hidden) setTimeout(work, 100)
  else requestAnimationFrame(work)
}

function deliver(): void {
  const frames = heard
  heard = []
  for (const { types, hear } of listeners) {
    const wanted = frames.filter(({ type }) => types.has(type))
    if (wanted.length > 0) hear(wanted)
  }
}
