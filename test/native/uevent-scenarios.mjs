import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setImmediate as endOfTurn } from 'node:timers/promises'

const SUBSYSTEMS = ['block', 'scsi_tape', 'mem']

/** Hears until a uevent with this path comes. `speak` is called when somebody listens. */
function hear(native, lastPath, speak) {
  return new Promise((resolve) => {
    const heard = []
    const subscription = native.uevents(SUBSYSTEMS, (uevent) => {
      heard.push(uevent)
      if (uevent.devicePath !== lastPath) return
      subscription.close()
      subscription.close()
      resolve(heard)
    })
    speak()
  })
}

/** What is heard of messages; those after the last one come too late. */
export async function messages(native, { socket, messages, last }) {
  return hear(native, last, () => {
    for (const message of messages) while (!send(native, socket, message));
  })
}

/** Whether of those that came in one turn of the event loop so many are heard in order, and what is after them. */
export async function flood(native, { socket, count, kept, last }) {
  const heard = []
  return new Promise((resolve) => {
    const subscription = native.uevents(SUBSYSTEMS, ({ kind, devicePath }) => {
      heard.push(kind === 'lost' ? 'lost' : devicePath)
      if (devicePath !== last) return
      subscription.close()
      const inOrder = heard.slice(0, kept).every((path, index) => path === String(index))
      resolve({ inOrder, then: heard[kept] })
    })
    for (let index = 0; index < count; index += 1)
      while (!send(native, socket, `Kadd@${index}\nSUBSYSTEM=block\n`));
    // Not in the same turn, where it would be lost as well.
    const later = setInterval(() => {
      if (heard.length === 0) return
      clearInterval(later)
      while (!send(native, socket, `Kadd@${last}\nSUBSYSTEM=block\n`));
    })
  })
}

/** What is heard of a socket that fails, and which threads hear on. */
export async function failed(native, { socket, messages }) {
  const heard = []
  await new Promise((resolve) => {
    native.uevents(SUBSYSTEMS, ({ kind, devicePath }) => {
      heard.push(devicePath ?? kind)
      if (kind === 'lost') resolve()
    })
    for (const message of messages) while (!send(native, socket, message));
  })
  const hearing = () => namesOfThreads().filter((name) => name.startsWith('uevents'))
  // A thread has its name for a moment longer than its work.
  for (let turns = 0; hearing().length > 0 && turns < 1000; turns += 1) await endOfTurn()
  return { heard, threads: hearing() }
}

function namesOfThreads() {
  const tasks = readdirSync('/proc/self/task')
  return tasks.map((task) => readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim())
}

/** Of a great many messages of random bytes, none is heard, and the last one is. */
export async function garbage(native, { socket, count, last }) {
  let state = 1
  const random = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
  const pieces = ['@', '=', '\n', 'add', 'SUBSYSTEM', '/devices/x', '=block', '\u00e9', ' ', '\x01']
  return hear(native, last, () => {
    for (let sent = 0; sent < count;) {
      const parts = Array.from({ length: random(12) }, () => pieces[random(pieces.length)])
      sent += send(native, socket, `K${parts.join('')}`)
    }
    while (!send(native, socket, `Kadd@${last}\nSUBSYSTEM=mem\n`));
  })
}

/** 0 while there is no room for it. */
function send(native, socket, message) {
  try {
    native.notify(socket, message)
    return 1
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error
    return 0
  }
}

/** The kernel itself, which says whatever it is told to say of a device (Documentation/ABI, sysfs-uevent). */
export async function kernel(native, { file, words, last }) {
  return hear(native, last, () => {
    for (const word of words) writeFileSync(file, word)
  })
}

/** What a callback throws is an uncaught exception, and the next uevent comes all the same. */
export async function thrown(native, { socket, messages }) {
  const uncaught = []
  process.on('uncaughtException', ({ message }) => uncaught.push(message))
  const throwing = native.uevents(SUBSYSTEMS, () => {
    throw new Error('thrown by onUevent')
  })
  return new Promise((resolve) => {
    process.on('uncaughtException', () => {
      if (uncaught.length < messages.length) return
      throwing.close()
      resolve(uncaught)
    })
    for (const message of messages) while (!send(native, socket, message));
  })
}

/** Nobody closes it: the process ends all the same. */
export async function left(native) {
  native.uevents(SUBSYSTEMS, () => {})
  return native.busy()
}

/** Arguments that are none. */
export async function nonsense(native) {
  const given = [[], ['block', () => {}], [['block']], [[3], () => {}]]
  return given.map((words) => {
    try {
      return native.uevents(...words)
    } catch ({ message }) {
      return message
    }
  })
}
