import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../run.mjs'

/** What the machine has loaded, or loads in a test. crc32c is what iscsi_tcp asks the kernel for by name. */
const MODULES = [
  ...['virtio_pci', 'virtio_console', 'crc32c_generic', 'crc32c_intel', 'iscsi_tcp'],
  ...['sg', 'st', 'ch', 'sd_mod', 'scsi_debug'],
]

/** Writes the index by which modprobe finds modules, with the depmod of the packages themselves. */
export async function indexModules(root, release) {
  await mustRun('depmod', [
    ...[join(root, 'lib64/ld-linux-x86-64.so.2'), '--argv0', 'depmod', '--library-path'],
    join(root, 'usr/lib/x86_64-linux-gnu'),
    ...[join(root, 'usr/bin/kmod'), '-b', root, release],
  ])
}

/** Paths below the root of the modules, of those they need, and of the index. */
export function modulesOf(root, release) {
  const folder = join('usr/lib/modules', release)
  const needs = new Map(
    readFileSync(join(root, folder, 'modules.dep'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const [path, others] = line.split(':')
        return [nameOf(path), [path, ...others.trim().split(' ').filter(Boolean)]]
      }),
  )
  // What is not there is part of the kernel.
  const modules = MODULES.flatMap((name) => needs.get(name) ?? [])
  const index = readdirSync(join(root, folder)).filter((name) => name.startsWith('modules.'))
  return [...new Set([...modules, ...index])].map((path) => join(folder, path))
}

/** `kernel/drivers/scsi/sd_mod.ko.xz` is `sd_mod`; modprobe takes a hyphen for an underscore. */
function nameOf(path) {
  const [file] = path.split('/').slice(-1)
  return file.replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_')
}
