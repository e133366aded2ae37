import { spawn } from 'node:child_process'
import { closeSync, copyFileSync, openSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Archive } from './archive.mjs'
import { MissingError } from './missing.mjs'
import { addProject } from './project.mjs'

const QEMU = 'qemu-system-x86_64'
const MEMORY_MB = 1536
/** Where the project is in the machine; `init` of test/vm is the first process. */
const PROJECT = 'project'
const INIT = `${PROJECT}/test/vm/init`
/** What `init` says last, with the exit status of what it ran. */
const ENDED = /^# vm: exit (\d+)$/m

/**
 * Boots the image with the project in it, runs the words there, and resolves with their exit status; null when
 * the machine ended, or was ended at its deadline, before they did. What they say goes to `onOutput`, as it
 * comes; what the kernel says is given back.
 */
export async function runMachine(image, words, { seconds, onOutput }) {
  const directory = mkdtempSync(join(tmpdir(), 'storwarden-vm-'))
  const over = new AbortController()
  try {
    const [initrd, console] = ['initrd', 'console'].map((name) => join(directory, name))
    pack(image.base, initrd, words)
    const argv = [...machine(), '-kernel', image.kernel, '-initrd', initrd]
    const status = await boot([...argv, '-serial', `file:${console}`], {
      seconds,
      onOutput,
      over: over.signal,
    })
    return { status, console: readFileSync(console, 'utf8') }
  } finally {
    over.abort()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The archive of the image, and behind it one of what changes. */
function pack(base, initrd, words) {
  copyFileSync(base, initrd)
  const file = openSync(initrd, 'a')
  const archive = new Archive(file)
  addProject(archive, PROJECT)
  archive.add('words', 0o100644, Buffer.from(words.map((word) => `${word}\n`).join('')))
  archive.end()
  closeSync(file)
}

/** Software emulation, as there is on every machine; two processors, so that what waits and what works are two. */
function machine() {
  return [
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', String(MEMORY_MB)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-chardev', 'stdio,id=results,signal=off', '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=results,name=results'],
    ...['-append', `console=ttyS0 quiet panic=-1 mitigations=off rdinit=/${INIT}`],
  ]
}

function boot(argv, { seconds, onOutput, over }) {
  return new Promise((resolve, reject) => {
    // An input that has ended counts as a port that nobody listens to.
    const child = spawn(QEMU, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
    const kill = () => child.kill('SIGKILL')
    const deadline = setTimeout(kill, seconds * 1000)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit']) {
      process.on(signal, kill)
      over.addEventListener('abort', () => process.off(signal, kill))
    }
    let tail = ''
    child.stdout.on('data', (chunk) => {
      tail = (tail + chunk).slice(-100)
      onOutput(String(chunk))
    })
    child.on('error', (error) => {
      clearTimeout(deadline)
      const missing = error.code === 'ENOENT'
      reject(
        missing ? new MissingError(`there is no ${QEMU}: apt-get install qemu-system-x86`) : error,
      )
    })
    child.on('close', () => {
      clearTimeout(deadline)
      const [, status] = ENDED.exec(tail) ?? []
      resolve(status === undefined ? null : Number(status))
    })
  })
}
