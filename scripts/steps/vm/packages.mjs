import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.mjs'
import { MissingError } from './missing.mjs'

/** What is installed in the machine besides Node, of Debian. The cloud kernel lacks the SCSI drivers. */
export const WANTED = [
  ...['linux-image-amd64', 'base-files', 'busybox-static', 'coreutils', 'kmod', 'libstdc++6'],
  ...['tgt', 'open-iscsi', 'mtx', 'mt-st', 'sg3-utils', 'lsscsi', 'strace'],
]

/** What those depend on and nothing in the machine runs: no script of a package does. */
export const UNWANTED =
  /^(linux-image-amd64|linux-base|initramfs.*|klibc.*|libklibc.*|cpio|.*perl.*|libgdbm.*|libdb5.*|debconf|dpkg|tar|adduser|passwd|login.*|libpam.*|libsemanage.*|libsepol.*|udev|usrmerge|usr-is-merged|lsb-base|init-system-helpers|sysvinit-utils|gcc-.*|mawk|gawk|logsave|libaudit.*)$/

/**
 * Downloads the packages and all they depend on into the directory and gives their files. Takes no root: apt
 * works in a state of its own, in which nothing is installed yet, with the sources of this machine. Rejects
 * with MissingError where there is no apt, or what it reaches has not got them.
 */
export async function download(directory) {
  const apt = ownState(join(directory, 'apt'))
  await must('apt-get update', [...apt, 'update', '-q'])
  const plan = await must('apt-get install', [
    ...[...apt, 'install', '--simulate', '-y', '--no-install-recommends', ...WANTED],
  ])
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name)
  const packages = join(directory, 'packages')
  mkdirSync(packages)
  await must('apt-get download', [
    ...['env', `--chdir=${packages}`, ...apt, 'download', '-q'],
    ...names.filter((name) => !UNWANTED.test(name)),
  ])
  return readdirSync(packages).map((file) => join(packages, file))
}

function ownState(state) {
  mkdirSync(join(state, 'lists/partial'), { recursive: true })
  mkdirSync(join(state, 'archives/partial'), { recursive: true })
  const status = join(state, 'status')
  writeFileSync(status, '')
  const options = [
    ...[`Dir::State=${state}`, `Dir::State::status=${status}`, `Dir::Cache=${state}`],
    ...['APT::Architecture=amd64', 'APT::Sandbox::User=', 'Debug::NoLocking=true'],
  ]
  return ['apt-get', ...options.flatMap((option) => ['-o', option])]
}

async function must(name, argv) {
  const { status, output } = await run(argv).catch((error) => {
    if (error.code === 'ENOENT') throw new MissingError('there is no apt-get: only Debian has it')
    throw error
  })
  if (status === 0) return output
  const said = output.split('\n').filter((line) => /^[EW]: /.test(line))
  throw new MissingError([`${name} failed`, ...said].join('\n'))
}
