import { writeFileSync } from 'node:fs'

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
