import { Type, type TSchema } from 'typebox'

/** What a setting is measured in, as the reference tells it. */
export type Unit = 'seconds' | 'hours' | 'days' | 'percent' | 'bytes'

interface About {
  description: string
  unit?: Unit
  /** Variables of the environment that are honoured besides `STORWARDEN_<SECTION>_<KEY>`. */
  aliases?: readonly string[]
}

interface Range {
  minimum: number
  maximum?: number
}

/** A section: its keys are optional, others are refused. */
export function section<Keys extends Record<string, TSchema>>(description: string, keys: Keys) {
  return Type.Object(keys, { description, default: {}, additionalProperties: false })
}

/** A whole number. */
export function integer(byDefault: number, range: Range, about: About) {
  return Type.Integer({ default: byDefault, ...range, ...about })
}

/** A number that may have a fraction. */
export function number(byDefault: number, range: Range, about: About) {
  return Type.Number({ default: byDefault, ...range, ...about })
}

/** Between 0 and 100, fractions allowed. */
export function percent(byDefault: number, description: string) {
  return number(byDefault, { minimum: 0, maximum: 100 }, { description, unit: 'percent' })
}

/** On or off. */
export function flag(byDefault: boolean, about: About) {
  return Type.Boolean({ default: byDefault, ...about })
}

/** A text that is never empty. */
export function text(byDefault: string, about: About) {
  return Type.String({ default: byDefault, minLength: 1, ...about })
}

/** A text that is null unless it is set. `expected` says what it has to look like. */
export function optionalText(
  about: About & { pattern?: string; expected?: string; secret?: boolean },
) {
  return Type.Unsafe<string | null>({
    type: ['string', 'null'],
    default: null,
    minLength: 1,
    ...about,
  })
}

/** One word of a few. `synonyms` are accepted too, and letters in either case. */
export function word<Word extends string>(
  byDefault: Word,
  words: readonly Word[],
  about: About & { synonyms?: Readonly<Record<string, Word>> },
) {
  return Type.Unsafe<Word>({ type: 'string', enum: words, default: byDefault, ...about })
}

/** A list of texts, of `words` if there are any; in the environment with commas between them. */
export function list(
  byDefault: readonly string[],
  { words, ...about }: About & { words?: readonly string[] },
) {
  return Type.Array(
    Type.String({ minLength: 1, ...(words === undefined ? {} : { enum: [...words] }) }),
    { default: byDefault, uniqueItems: true, ...about },
  )
}
