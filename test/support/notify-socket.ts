import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A datagram that came, and the process that the kernel says it came from. */
export interface Datagram {
  message: string
  pid: number
}

/** Stands for systemd: a datagram socket, at a path or with an abstract name that begins with `@`. */
export interface NotifySocket {
  name: string
  /** The next datagram. */
  next: () => Promise<Datagram>
}

// Node has no datagram sockets of the family AF_UNIX.
const RECEIVER = `
import array, json, os, socket, struct, sys
name = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
receiver.bind(chr(0) + name[1:] if name.startswith('@') else name)
print('"bound"', flush=True)
while True:
    message, control, flags, sender = receiver.recvmsg(65536, 1024)
    for level, kind, data in control:
        if kind == socket.SCM_RIGHTS:
            # A barrier (sd_notify_barrier(3)): the sender waits until what it sent is closed.
            for file in array.array('i', data):
                os.close(file)
    if message == b'BARRIER=1':
        continue
    pid = next(struct.unpack('iii', data)[0] for level, kind, data in control if kind == 2)
    print(json.dumps({'message': message.decode(), 'pid': pid}), flush=True)
`

/** Opens one; it is closed when the test is over. */
export async function openNotifySocket(
  t: { teardown: (over: () => void) => void },
  name: string,
): Promise<NotifySocket> {
  const child = spawn('python3', ['-c', RECEIVER, name], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`the receiver of ${name} has ended`)
    return JSON.parse(line.value)
  }
  await next()
  return { name, next: async () => (await next()) as Datagram }
}
