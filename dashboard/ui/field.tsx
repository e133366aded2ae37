import type {
  ComponentChildren,
  InputHTMLAttributes,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from 'preact'
import { useId } from 'preact/hooks'
import { Prose } from './prose.tsx'

interface LabelledProps {
  label: string
  hint?: string
  children: (id: string) => ComponentChildren
}

function Labelled({ label, hint, children }: LabelledProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint !== undefined && (
        <p class="hint">
          <Prose text={hint} />
        </p>
      )}
    </div>
  )
}

type TextFieldProps = { label: string; hint?: string } & InputHTMLAttributes

/** A line of text with its label. */
export function TextField({ label, hint, ...input }: TextFieldProps) {
  return (
    <Labelled label={label} {...(hint !== undefined && { hint })}>
      {(id) => <input id={id} {...input} />}
    </Labelled>
  )
}

type TextAreaProps = { label: string; hint?: string } & TextareaHTMLAttributes

/** Some lines of text with their label. */
export function TextArea({ label, hint, ...area }: TextAreaProps) {
  return (
    <Labelled label={label} {...(hint !== undefined && { hint })}>
      {(id) => <textarea id={id} {...area} />}
    </Labelled>
  )
}

/** Value and text of a choice. */
export type Choice = readonly [value: string, text: string]

type SelectFieldProps = {
  label: string
  hint?: string
  choices: readonly Choice[]
} & SelectHTMLAttributes

/** One of some choices, with its label. */
export function SelectField({ label, hint, choices, value, ...select }: SelectFieldProps) {
  return (
    <Labelled label={label} {...(hint !== undefined && { hint })}>
      {(id) => (
        <select id={id} {...select}>
          {choices.map(([choice, text]) => (
            <option key={choice} value={choice} selected={choice === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}
