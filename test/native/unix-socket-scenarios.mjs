import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

async function pair(at) {
  const server = createServer().listen(at)
  await once(server, 'listening')
  const socket = connect(typeof at === 'string' ? at : server.address().port)
  const [accepted] = await once(server, 'connection')
  const close = () => {
    socket.destroy()
    accepted.destroy()
    server.close()
  }
  return { server: server._handle.fd, accepted: accepted._handle.fd, close }
}

/** What a call came to: the errno or the words of its error, `ok` when it had none. */
function outcome(call) {
  try {
    call()
    return 'ok'
  } catch (error) {
    return error.code ?? error.message
  }
}

function withFile(call) {
  const file = openSync('/dev/null', 'r')
  const said = outcome(() => call(file))
  closeSync(file)
  return { said, closed: outcome(() => call(file)) }
}

/** The credentials of this process, as the other end of its own connection has them. */
export async function peer(native, { folder }) {
  const { accepted, close } = await pair(`${folder}/peer`)
  const peer = native.peerOf(accepted)
  close()
  return { own: { pid: process.pid, uid: process.getuid(), gid: process.getgid() }, peer }
}

/** What comes of what has no peer. */
export async function noPeer(native) {
  const tcp = await pair(0)
  const { said: file, closed } = withFile((descriptor) => native.peerOf(descriptor))
  const said = {
    file,
    tcp: outcome(() => native.peerOf(tcp.accepted)),
    closed,
    words: outcome(() => native.peerOf('1')),
  }
  tcp.close()
  return said
}

const TAKES = `
const { spawnSync } = require('node:child_process')
require(process.argv[1]).takeListener(9)
const { status } = spawnSync('sh', ['-c', 'test -S /proc/self/fd/9'], { stdio: 'inherit' })
console.log(JSON.stringify({ handedOn: status === 0 }))
`

/** Whether processes have the socket that are started by one that was passed it and took it. */
export async function listener(native, { folder, addon }) {
  const { server, close } = await pair(`${folder}/listener`)
  const { stdout } = spawnSync(process.execPath, ['-e', TAKES, addon], {
    stdio: ['ignore', 'pipe', 'inherit', ...Array(6).fill('ignore'), server],
    encoding: 'utf8',
  })
  close()
  return JSON.parse(stdout)
}

/** What comes of what is no listening Unix socket. */
export async function noListener(native, { folder }) {
  const unix = await pair(`${folder}/connected`)
  const tcp = await pair(0)
  const { said: file, closed } = withFile((descriptor) => native.takeListener(descriptor))
  const said = {
    connected: outcome(() => native.takeListener(unix.accepted)),
    tcp: outcome(() => native.takeListener(tcp.server)),
    file,
    closed,
  }
  unix.close()
  tcp.close()
  return said
}
