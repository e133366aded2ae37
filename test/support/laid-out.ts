import { chmodSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { recordingDirectory } from './recording.ts'

interface Line {
  path: string
  mode?: string
  content?: string
  contentBase64?: string
  link?: string
  error?: string
}

/** Lays out the files of a recording below a folder, with the modes that they had. They are root's. */
export function layOut(recording: string, below: string, folder: string): void {
  const text = readFileSync(join(recordingDirectory(recording), 'files.jsonl'), 'utf8')
  for (const line of text.trim().split('\n')) {
    const { path, mode, content, contentBase64, link } = JSON.parse(line) as Line
    if (!path.startsWith(below)) continue
    const at = join(folder, path)
    if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) continue
    mkdirSync(dirname(at), { recursive: true, mode: 0o755 })
    if (link !== undefined) symlinkSync(link, at)
    else if (contentBase64 !== undefined) writeFileSync(at, Buffer.from(contentBase64, 'base64'))
    else if (content !== undefined) writeFileSync(at, content)
    else continue
    if (link === undefined) chmodSync(at, parseInt(mode ?? '0444', 8))
  }
}

/**
 * Commands that say to root what they said when it was recorded, and to everybody else what these tools say then: shell
 * scripts by name, which find the answers in the folder.
 */
export function recordedTools(
  recording: string,
  tools: Readonly<Record<string, string>>,
  folder: string,
): Record<string, string> {
  const text = readFileSync(join(recordingDirectory(recording), 'commands.jsonl'), 'utf8')
  const answers: string[] = []
  for (const line of text.trim().split('\n')) {
    const { argv, stdout, exitCode } = JSON.parse(line) as {
      argv: string[]
      stdout?: string
      exitCode?: number | null
    }
    const [tool = '', ...words] = argv
    if (!Object.hasOwn(tools, tool)) continue
    const file = join(folder, `answer-${answers.length}`)
    writeFileSync(file, stdout ?? '')
    answers.push(`${tool} ${words.join(' ')}\t${file}\t${exitCode ?? 1}`)
  }
  const list = join(folder, 'answers')
  writeFileSync(list, `${answers.join('\n')}\n`)
  // A sleeping disk is left asleep, and extents are asked for: neither was recorded.
  const script = (name: string, refusal: string) => `
    [ "$(id -u)" = 0 ] || { ${refusal}; }
    said=$(echo "${name} $*" | sed 's/ -n standby//; s/,vg_extent_size,vg_free_count//')
    line=$(awk -F '\\t' -v said="$said" '$1 == said { print $2 "\\t" $3; exit }' ${list})
    [ -n "$line" ] || { echo "$said: not recorded" >&2; exit 9; }
    cat "$(echo "$line" | cut -f 1)"; exit "$(echo "$line" | cut -f 2)"`
  return Object.fromEntries(
    Object.entries(tools).map(([name, refusal]) => [name, script(name, refusal)]),
  )
}
