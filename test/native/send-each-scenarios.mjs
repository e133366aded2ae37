import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/** Connections over TCP: sockets of the server, and what their peers hear. */
async function connections(count) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const pairs = []
  for (let index = 0; index < count; index += 1) {
    const peer = connect(server.address().port, '127.0.0.1')
    const [accepted] = await once(server, 'connection')
    pairs.push({ peer, accepted, descriptor: accepted._handle.fd })
  }
  const close = () => {
    for (const { peer, accepted } of pairs) {
      peer.destroy()
      accepted.destroy()
    }
    server.close()
  }
  return { pairs, close }
}

const descriptorsOf = (pairs) => Int32Array.from(pairs, ({ descriptor }) => descriptor)

/** What three peers hear of one call. */
export async function many(native) {
  const { pairs, close } = await connections(3)
  const heard = Promise.all(pairs.map(({ peer }) => once(peer, 'data')))
  const taken = [...native.sendEach(descriptorsOf(pairs), Buffer.from('frame'))]
  const said = (await heard).map(([data]) => data.toString())
  close()
  return { taken, heard: said }
}

/** What the first of two takes whose peer reads nothing. */
export async function full(native) {
  const { pairs, close } = await connections(2)
  const [stuck] = pairs
  stuck.peer.pause()
  const bytes = Buffer.alloc(1024 * 1024)
  const [first] = native.sendEach(descriptorsOf([stuck]), bytes)
  let last = first
  while (last === bytes.length) [last] = native.sendEach(descriptorsOf([stuck]), bytes)
  // What is in flight is acknowledged still: it takes a little more until nothing is.
  for (let taken = 1; taken > 0;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    ;[taken] = native.sendEach(descriptorsOf([stuck]), bytes)
  }
  const then = [...native.sendEach(descriptorsOf(pairs), Buffer.from('more'))]
  close()
  return { whole: first > 0, part: last < bytes.length, then }
}

/** What takes nothing. */
export async function none(native) {
  const { pairs, close } = await connections(1)
  const file = openSync('/dev/null', 'r')
  const [{ accepted, descriptor }] = pairs
  accepted.destroy()
  await once(accepted, 'close')
  const taken = [...native.sendEach(Int32Array.of(-1, file, descriptor, 999_999), Buffer.from('x'))]
  closeSync(file)
  close()
  return { taken, none: [...native.sendEach(new Int32Array(0), Buffer.from('x'))] }
}

/** The words of what it throws. */
export async function wrong(native) {
  const calls = [
    () => native.sendEach([1], Buffer.from('x')),
    () => native.sendEach(new Uint8Array(4), Buffer.from('x')),
    () => native.sendEach(new Int32Array(1), 'x'),
  ]
  return calls.map((call) => {
    try {
      call()
      return 'ok'
    } catch ({ message }) {
      return message
    }
  })
}
