import { firstWords, secondWords, type Completable, type CompletableOption } from './completable.ts'

/** Completion for fish. */
export function fishCompletion(all: readonly Completable[]): string {
  const first = firstWords(all)
  const names = all.map(({ name }) => quoted(name)).join(' ')
  return `# fish completion for storwarden(1), generated from its help.

# The command that was said, of one word or two; nothing when there is none yet.
function __storwarden_command
    set -l said
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; and break
        test (count $said) -eq 0 -a "$word" = help; and continue
        set -a said $word
    end
    if contains -- "$said[1..2]" ${names}
        echo "$said[1..2]"
    else if set -q said[1]
        echo $said[1]
    end
end

function __storwarden_begins
    set -l command (__storwarden_command)
    test "$command" = "$argv[1]"
end

complete -c storwarden -f
complete -c storwarden -n '__storwarden_begins ""' -a help -d 'explain a command'
complete -c storwarden -n '__storwarden_begins ""' -l version
${first.map(({ word, summary }) => wordLine('', word, summary)).join('\n')}
${first.flatMap(({ word }) => secondWords(all, word).map((each) => wordLine(word, each.word, each.summary))).join('\n')}
${all.flatMap(({ name, options, words }) => [...options.map((option) => optionLine(name, option)), ...restLines(name, words)]).join('\n')}
`
}

function wordLine(before: string, word: string, summary: string): string {
  return `complete -c storwarden -n '__storwarden_begins "${before}"' -a ${word} -d ${quoted(summary)}`
}

function optionLine(command: string, { name, text, value }: CompletableOption): string {
  const takes =
    value === null
      ? ''
      : { file: ' -rF', directory: ' -xa "(__fish_complete_directories)"', nothing: ' -x' }[
          value.kind
        ]
  return `complete -c storwarden -n '__storwarden_begins "${command}"' -l ${name.slice(2)} -d ${quoted(text)}${takes}`
}

function restLines(command: string, words: Completable['words']): string[] {
  const at = `complete -c storwarden -n '__storwarden_begins "${command}"'`
  return {
    file: [`${at} -F`],
    directory: [`${at} -a "(__fish_complete_directories)"`],
    nothing: [],
  }[words]
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`
}
