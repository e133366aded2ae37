import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { kernelOf } from './kernel.mjs'
import { root } from './root.mjs'
import { mustRun, run, step, StepError, stopWithUs } from './run.mjs'

/** What the host brings, and Debian's package of it. The guest has the same, for its root is that of the host. */
const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  tgtd: 'tgt',
  iscsiadm: 'open-iscsi',
  mtx: 'mtx',
  mt: 'mt-st',
  sg_inq: 'sg3-utils',
  lsscsi: 'lsscsi',
  lvcreate: 'lvm2',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.ext4': 'e2fsprogs',
  'systemd-run': 'systemd',
  udevadm: 'udev',
  'dbus-daemon': 'dbus',
  strace: 'strace',
  modprobe: 'kmod',
  cpio: 'cpio',
}
const BUSYBOX = '/bin/busybox'
/** An instruction takes a nanosecond of the guest's time, whatever else the host does. */
const COUNTED = ['-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off']
/** As much of the console as tells why a guest died. */
const CONSOLE_LINES = 40

/** The packages that are missing on this machine; none when the virtual machine can run. */
export function missingPackages() {
  const path = (process.env.PATH ?? '').split(':')
  const missing = Object.entries(TOOLS)
    .filter(([tool]) => !path.some((folder) => existsSync(join(folder, tool))))
    .map(([, name]) => name)
  return isStatic(BUSYBOX) ? missing : [...missing, 'busybox-static']
}

/** The other busybox of Debian wants a dynamic linker (named in its ELF header), which an initial root has not. */
function isStatic(program) {
  return existsSync(program) && !readFileSync(program).subarray(0, 4096).includes('/ld-linux')
}

/** What mounts the root and runs the script: as the first process, or as a service of systemd. */
const INITS = { script: 'test/vm/init.sh', systemd: 'test/vm/init-systemd.sh' }

/**
 * Boots the machine and has it run a script of the project; `onLine` is told what that prints. Resolves with the
 * exit status of the script. Where it counts instructions, the guest's clock goes by them. Rejects with StepError when the machine went before the script had ended, with what
 * its console said, and with Unavailable when there is no kernel to boot.
 */
export async function boot(
  script,
  { onLine, deadlineMs, init = 'script', countsInstructions = false },
) {
  const kernel = await kernelOf()
  const directory = mkdtempSync(join(tmpdir(), 'storwarden-vm-'))
  try {
    const initrd = await initialRoot(kernel, directory, INITS[init])
    const console = join(directory, 'console')
    let status = null
    const told = (line) => {
      const [, ended] = /^storwarden: ended with (\d+)$/.exec(line) ?? []
      if (ended === undefined) onLine(line)
      else status = Number(ended)
    }
    const wrong = await step('vm', `${basename(kernel.image)}, emulated`, () =>
      emulate(
        [
          ...(countsInstructions ? COUNTED : ['-accel', 'tcg,thread=multi', '-smp', '2']),
          ...['-cpu', 'max', '-m', '2048'],
          ...['-kernel', kernel.image, '-initrd', initrd],
          ...['-append', words(kernel, script, deadlineMs)],
          // Read-only: what the guest writes stays in its memory.
          '-virtfs',
          'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap',
          ...['-nodefaults', '-no-reboot', '-display', 'none'],
          ...['-serial', `file:${console}`, '-serial', 'stdio'],
        ],
        { onLine: told, deadlineMs },
      ),
    )
    if (status === null)
      throw new StepError('vm', `${end(console)}\nvm: ${wrong ?? 'the guest died'}\n`)
    return status
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function end(console) {
  if (!existsSync(console)) return 'vm: nothing on the console'
  return readFileSync(console, 'latin1').trimEnd().split(/\r?\n/).slice(-CONSOLE_LINES).join('\n')
}

function words({ modules }, script, deadlineMs) {
  const settings = {
    modules,
    project: root,
    node: process.execPath,
    run: script.join(','),
    seconds: deadlineMs / 1000,
  }
  return [
    'console=ttyS0 quiet panic=-1 systemd.show_status=no',
    ...Object.entries(settings).map(([name, value]) => `storwarden.${name}=${value}`),
  ].join(' ')
}

/** What mounts the root: a shell, and the modules that takes, in the order of their dependencies. */
async function initialRoot({ release, place }, directory, init) {
  const files = join(directory, 'root')
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'lower', 'layer', 'root', 'modules'])
    mkdirSync(join(files, folder), { recursive: true })
  copyFileSync(BUSYBOX, join(files, 'bin/busybox'))
  copyFileSync(join(root, init), join(files, 'init'))
  chmodSync(join(files, 'init'), 0o755)
  const wanted = ['virtio_pci', '9p', '9pnet_virtio', 'overlay']
  const { output } = await run([
    ...['modprobe', '-d', place, '-S', release],
    ...['--show-depends', '-a', ...wanted],
  ])
  const paths = new Set([...output.matchAll(/^insmod (\S+)/gm)].map(([, path]) => path))
  for (const [index, path] of [...paths].entries())
    copyFileSync(path, join(files, 'modules', `${10 + index}-${basename(path)}`))
  if (readdirSync(join(files, 'modules')).length === 0)
    throw new StepError('vm', `no modules in ${place}\n${output}`)
  const image = join(directory, 'initrd')
  const pack = 'cd "$1" && find . | cpio -o -H newc --quiet > "$2"'
  await mustRun('vm', ['sh', '-c', pack, 'sh', files, image])
  return image
}

/** Runs QEMU until the guest switches itself off; resolves with what was wrong, or null. */
function emulate(argv, { onLine, deadlineMs }) {
  return new Promise((resolve, reject) => {
    const child = spawn('qemu-system-x86_64', argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    const passOn = stopWithUs(child)
    let isLate = false
    const late = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, deadlineMs)
    let rest = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    })
    child.stderr.on('data', (text) => (errors += text))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(late)
      passOn.end()
      if (isLate) resolve(`not done within ${deadlineMs / 1000} s`)
      else resolve(status === 0 ? null : `${errors}qemu ended with ${status ?? signal}`)
    })
  })
}
