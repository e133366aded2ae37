import { spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { root } from './root.mjs'
import { mustRun, run, step, StepError } from './run.mjs'

/** What the host brings, and Debian's package of it. The guest has the same, for its root is that of the host. */
const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  tgtd: 'tgt',
  iscsiadm: 'open-iscsi',
  mtx: 'mtx',
  mt: 'mt-st',
  sg_inq: 'sg3-utils',
  lsscsi: 'lsscsi',
  strace: 'strace',
  modprobe: 'kmod',
  cpio: 'cpio',
}
const BUSYBOX = '/bin/busybox'

/** The packages that are missing on this machine; none when the virtual machine can run. */
export function missingPackages() {
  const path = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  const missing = Object.entries(TOOLS)
    .filter(([tool]) => !path.some((folder) => existsSync(join(folder, tool))))
    .map(([, name]) => name)
  return existsSync(BUSYBOX) ? missing : [...missing, 'busybox-static']
}

/** Boots the machine and has it run a script of the project; `onLine` is told what that prints. */
export async function boot(script, { onLine, deadlineMs }) {
  const kernel = await kernelOf(await kernelPackage())
  const directory = mkdtempSync(join(tmpdir(), 'storwarden-vm-'))
  try {
    const initrd = await initialRoot(kernel, directory)
    const console = join(directory, 'console')
    await step('vm', `${basename(kernel.image)}, emulated`, () =>
      emulate(
        [
          ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '2048'],
          ...['-kernel', kernel.image, '-initrd', initrd, '-append', words(kernel, script)],
          // Read-only: what the guest writes stays in its memory.
          '-virtfs',
          'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap',
          ...['-nodefaults', '-no-reboot', '-display', 'none'],
          ...['-serial', `file:${console}`, '-serial', 'stdio'],
        ],
        { onLine, deadlineMs },
      ),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function words({ modules }, script) {
  const settings = { modules, project: root, node: process.execPath, run: script.join(',') }
  return [
    'console=ttyS0 quiet panic=-1',
    ...Object.entries(settings).map(([name, value]) => `storwarden.${name}=${value}`),
  ].join(' ')
}

/** The package that Debian's newest kernel is in; not the one for clouds, which has no SCSI. */
async function kernelPackage() {
  const said = await outputOf(['apt-cache', 'depends', 'linux-image-amd64'])
  const name = /Depends: (linux-image-\S+)/.exec(said)?.[1]
  if (name === undefined) throw new StepError('vm', 'apt knows no linux-image-amd64\n')
  return name
}

async function outputOf(argv) {
  const chunks = []
  await run(argv, { onOutput: (chunk) => chunks.push(chunk) })
  return String(Buffer.concat(chunks))
}

/** The kernel and its modules, unpacked beside other caches, where they stay for the next run. */
async function kernelOf(name) {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'storwarden-vm')
  const place = join(cache, name)
  if (!existsSync(place)) {
    await step('vm', `${name}, once`, async () => {
      const unpacked = `${place}.new`
      rmSync(unpacked, { recursive: true, force: true })
      mkdirSync(unpacked, { recursive: true })
      const script = `cd "$1" && apt-get -q download "$2" && dpkg -x *.deb . && rm *.deb && depmod -b . "$3"`
      const release = name.replace('linux-image-', '')
      await mustRun('vm', ['sh', '-c', script, 'sh', unpacked, name, release])
      renameSync(unpacked, place)
    })
  }
  const release = name.replace('linux-image-', '')
  return {
    release,
    place,
    image: join(place, 'boot', `vmlinuz-${release}`),
    modules: join(place, 'lib/modules'),
  }
}

/** What mounts the root: a shell, and the modules that takes, in the order of their dependencies. */
async function initialRoot({ release, place }, directory) {
  const files = join(directory, 'root')
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'lower', 'layer', 'root', 'modules'])
    mkdirSync(join(files, folder), { recursive: true })
  copyFileSync(BUSYBOX, join(files, 'bin/busybox'))
  copyFileSync(join(root, 'test/vm/init.sh'), join(files, 'init'))
  chmodSync(join(files, 'init'), 0o755)
  const wanted = ['virtio_pci', '9p', '9pnet_virtio', 'overlay']
  const argv = ['modprobe', '-d', place, '-S', release, '--show-depends', '-a', ...wanted]
  const paths = (await outputOf(argv)).matchAll(/^insmod (\S+)/gm)
  for (const [index, path] of [...new Set([...paths].map(([, path]) => path))].entries())
    copyFileSync(path, join(files, 'modules', `${10 + index}-${basename(path)}`))
  if (readdirSync(join(files, 'modules')).length === 0)
    throw new StepError('vm', `no modules in ${place}\n`)
  const image = join(directory, 'initrd')
  await mustRun('vm', [
    'sh',
    '-c',
    'cd "$1" && find . | cpio -o -H newc --quiet > "$2"',
    'sh',
    files,
    image,
  ])
  return image
}

/** Runs QEMU until the guest switches itself off. */
function emulate(argv, { onLine, deadlineMs }) {
  return new Promise((resolve, reject) => {
    const child = spawn('qemu-system-x86_64', argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    const late = setTimeout(() => {
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
      if (status === 0) resolve()
      else reject(new StepError('vm', `${errors}qemu ended with ${status ?? signal}\n`))
    })
  })
}
