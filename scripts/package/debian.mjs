import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../steps/root.mjs'
import { run, StepError } from '../steps/run.mjs'

const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm']

/** Writes what dpkg wants to know: control, checksums, conffiles and the scripts. */
export async function writeControl(tree, { version, architecture, units }) {
  const files = tree.files().filter((name) => !name.startsWith('DEBIAN/'))
  const kibibytes = files.reduce(
    (sum, name) => sum + Math.ceil(statSync(tree.path(name)).size / 1024),
    0,
  )
  const fields = {
    Package: 'storwarden',
    Version: version,
    Architecture: architecture,
    Maintainer: 'storwarden maintainers <maintainers@storwarden.example>',
    'Installed-Size': kibibytes,
    // As new as where it was built; what an older one lacks is not known.
    Depends: [
      `libc6 (>= ${await upstreamVersion('libc6')})`,
      `libgcc-s1 (>= ${await upstreamVersion('libgcc-s1')})`,
      `libstdc++6 (>= ${await upstreamVersion('libstdc++6')})`,
      'acl',
      'procps',
      'systemd (>= 252)',
    ].join(', '),
    // Not needed where the configuration names a server elsewhere.
    Recommends: 'postgresql, logrotate, smartmontools',
    Suggests: 'lvm2, mtx, prometheus, sg3-utils, xfsprogs',
    Section: 'admin',
    Priority: 'optional',
    Description: [
      'monitor of a storage appliance',
      ' Watches disks, arrays and file systems, tape libraries and drives, virtual tape',
      ' libraries (mhvtl) and SCST targets. Raises alerts, keeps them in PostgreSQL and',
      ' tells of them, and answers REST, WebSocket and Prometheus.',
      ' .',
      ' The runtime Node.js is part of the package.',
    ].join('\n'),
  }
  const control = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
  tree.write('DEBIAN/control', control.join(''))
  const conffiles = files.filter((name) => name.startsWith('etc/'))
  tree.write('DEBIAN/conffiles', conffiles.map((name) => `/${name}\n`).join(''))
  const sum = (name) => createHash('md5').update(tree.read(name)).digest('hex')
  const summed = files.filter((name) => !conffiles.includes(name))
  tree.write('DEBIAN/md5sums', summed.map((name) => `${sum(name)}  ${name}\n`).join(''))
  for (const script of SCRIPTS) {
    const text = readFileSync(join(root, 'deploy/debian', script), 'utf8')
    tree.write(`DEBIAN/${script}`, text.replaceAll('@UNITS@', units.join(' ')), 0o755)
  }
}

/** Debian's changelog, of the newest version in ours. */
export function changelog({ version, date }) {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  const [, newest = ''] = text.split(/^## .*$/m)
  const changes = [...newest.matchAll(/^- (.*)$/gm)].map(([, line]) => wrapped(line))
  const day = date.toUTCString().replace('GMT', '+0000')
  return [
    `storwarden (${version}) unstable; urgency=medium`,
    '',
    ...changes,
    '',
    ` -- storwarden maintainers <maintainers@storwarden.example>  ${day}`,
    '',
  ].join('\n')
}

function wrapped(text) {
  const lines = ['  *']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line.length + 1 + word.length <= 80) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(`    ${word}`)
  }
  return lines.join('\n')
}

/** `2.36` of `2.36-9+deb12u14`. */
async function upstreamVersion(name) {
  const { status, output } = await run(['dpkg-query', '-W', '-f', '${Version}', name])
  if (status !== 0) throw new StepError('package', output)
  return output.replace(/^\d+:/, '').replace(/-[^-]*$/, '')
}
