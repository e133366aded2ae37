import { firstWords, secondWords, type Completable, type CompletableOption } from './completable.ts'

/** Completion for zsh. */
export function zshCompletion(all: readonly Completable[]): string {
  const first = firstWords(all)
  const described = (words: readonly { word: string; summary: string }[]) =>
    words.map(({ word, summary }) => quoted(`${word}:${summary}`)).join(' ')
  const second = first.flatMap(({ word }) => {
    const words = secondWords(all, word)
    return words.length === 0 ? [] : [`        ${word}) found=(${described(words)}) ;;`]
  })
  return `#compdef storwarden
# zsh completion for storwarden(1), generated from its help.

_storwarden() {
    local -a said found
    local i command
    for ((i = 2; i < CURRENT; i++)); do
        [[ $words[i] == -* ]] && break
        ((i == 2)) && [[ $words[i] == help ]] || said+=("$words[i]")
    done
    case "\${said[1]} \${said[2]}" in
${all
  .filter(({ name }) => name.includes(' '))
  .map(({ name }) => `    ${quoted(name)}) command=${quoted(name)} ;;`)
  .join('\n')}
    *) command=\${said[1]} ;;
    esac
    if [[ -z $command ]]; then
        found=(${described([{ word: 'help', summary: 'explain a command' }, ...first])})
        _describe -t commands command found
        [[ $PREFIX == -* ]] && _arguments --help --version
        return
    fi
    if ((\${#said} == 1)) && [[ $PREFIX != -* && $words[CURRENT-1] != -* ]]; then
        case $command in
${second.join('\n')}
        esac
        ((\${#found})) && _describe -t commands command found
    fi
    case $command in
${all.map(caseOf).join('\n')}
    esac
}

_storwarden "$@"
`
}

function caseOf({ name, options, words }: Completable): string {
  const rest = { file: '*:FILE:_files', directory: '*:DIR:_files -/', nothing: '*: :()' }[words]
  const specs = [...options.map(specOf), rest].map(quoted)
  return `    ${quoted(name)}) _arguments ${specs.join(' ')} ;;`
}

function specOf({ name, text, value }: CompletableOption): string {
  const about = `${name}[${text.replaceAll(/[[\]:\\]/g, '\\$&')}]`
  if (value === null) return about
  const action = { file: '_files', directory: '_files -/', nothing: ' ' }[value.kind]
  return `${about}:${value.name.replaceAll(':', '\\:')}:${action}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
