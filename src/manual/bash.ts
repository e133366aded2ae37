import { firstWords, secondWords, type Completable, type Kind } from './completable.ts'

/** Completion for bash, with or without the package bash-completion. */
export function bashCompletion(all: readonly Completable[]): string {
  const first = firstWords(all).map(({ word }) => word)
  const second = first.flatMap((word) => {
    const words = secondWords(all, word).map((each) => each.word)
    return words.length === 0 ? [] : [`        ${word}) words='${words.join(' ')}' ;;`]
  })
  return `# bash completion for storwarden(1), generated from its help.

_storwarden() {
    local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
    local -a said=()
    local i command='' words='' options='' files=' ' directories=' ' values=' ' rest=''
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case \${COMP_WORDS[i]} in
        -*) break ;;
        help) ((i == 1)) || said+=(help) ;;
        *) said+=("\${COMP_WORDS[i]}") ;;
        esac
    done
    case "\${said[0]-} \${said[1]-}" in
${all
  .filter(({ name }) => name.includes(' '))
  .map(({ name }) => `    '${name}') command='${name}' ;;`)
  .join('\n')}
    *) command=\${said[0]-} ;;
    esac
    case $command in
    '')
        words='${['help', ...first].join(' ')}' options='--help --version'
        ;;
${all.map(caseOf).join('\n')}
    esac
    if ((\${#said[@]} == 1)); then
        case $command in
${second.join('\n')}
        esac
    fi
    case $files$directories$values in
    *" $previous "*)
        [[ $files == *" $previous "* ]] && _storwarden_paths -f
        [[ $directories == *" $previous "* ]] && _storwarden_paths -d
        return
        ;;
    esac
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    else
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        [[ -z $rest ]] || _storwarden_paths "$rest"
    fi
}

# Names may have blanks in them.
_storwarden_paths() {
    local path
    compopt -o filenames 2> /dev/null
    while IFS= read -r path; do
        COMPREPLY+=("$path")
    done < <(compgen "$1" -- "\${COMP_WORDS[COMP_CWORD]}")
}

complete -F _storwarden storwarden
`
}

function caseOf({ name, options, words }: Completable): string {
  const names = (kind: Kind) => {
    const found = options.filter(({ value }) => value?.kind === kind)
    return found.length === 0 ? null : ` ${found.map((option) => option.name).join(' ')} `
  }
  const lines = [
    `options='${options.map((option) => option.name).join(' ')}'`,
    ...(['file', 'directory', 'nothing'] as const).flatMap((kind) => {
      const variable = { file: 'files', directory: 'directories', nothing: 'values' }[kind]
      const found = names(kind)
      return found === null ? [] : [`${variable}='${found}'`]
    }),
    ...(words === 'nothing' ? [] : [`rest=${words === 'file' ? '-f' : '-d'}`]),
  ]
  return [`    '${name}')`, ...lines.map((line) => `        ${line}`), '        ;;'].join('\n')
}
