// Reads what a form brought back, field by field, and collects what there is to mend.
import type { FieldErrors, FormValues } from '../../../cards/card.ts'
import { raw } from '../../../cards/values.ts'
import type { Language } from '../../../kernel/language.ts'
import { normalise } from '../../../kernel/words.ts'
import { texts } from './views-common.ts'

/** Reading goes on after an error, so that a form shows all of them at once. */
export class FormReader {
  readonly #values: FormValues
  readonly #language: Language
  readonly #errors: Record<string, string> = {}

  constructor(values: FormValues, language: Language) {
    this.#values = values
    this.#language = language
  }

  get #t() {
    return texts(this.#language).form
  }

  /** Undefined when all is well. */
  get errors(): FieldErrors | undefined {
    return Object.keys(this.#errors).length > 0 ? this.#errors : undefined
  }

  /** The first thing said of a field stays. */
  refuse(name: string, why: string): void {
    this.#errors[name] ??= why
  }

  #raw(name: string): string {
    return raw(this.#values, name)
  }

  text(name: string, max: number, { optional = false, lines = false } = {}): string {
    const text = normalise(this.#raw(name), { lines })
    if (text === '' && !optional) this.refuse(name, this.#t.required)
    if (text.length > max) this.refuse(name, this.#t.tooLong(max))
    return text
  }

  /** Null when empty or not a day; a required one is then refused. */
  date(name: string, { optional = false } = {}): Temporal.PlainDate | null {
    const text = this.#raw(name).trim()
    if (text === '') {
      if (!optional) this.refuse(name, this.#t.required)
      return null
    }
    try {
      return Temporal.PlainDate.from(text, { overflow: 'reject' })
    } catch {
      this.refuse(name, this.#t.date)
      return null
    }
  }

  number(name: string, min: number, max: number, { optional = false } = {}): number | null {
    const text = normalise(this.#raw(name))
    if (text === '' && optional) return null
    const value = Number(text)
    if (text !== '' && Number.isInteger(value) && value >= min && value <= max) return value
    this.refuse(name, text === '' ? this.#t.required : this.#t.number(min, max))
    return null
  }

  choice<Key extends string>(name: string, of: readonly Key[]): Key | null
  choice<Key extends string>(name: string, of: readonly Key[], otherwise: Key): Key
  choice(name: string, of: readonly string[], otherwise?: string): string | null {
    const value = this.#raw(name)
    if (of.includes(value)) return value
    if (value === '' && otherwise !== undefined) return otherwise
    this.refuse(name, this.#t.choose)
    return otherwise ?? null
  }

  /** Ids of an optional list. */
  choices(name: string, of: readonly string[]): string[] {
    const value = this.#values[name]
    const chosen = typeof value === 'string' ? [value] : [...(value ?? [])]
    if (chosen.some((one) => !of.includes(one))) this.refuse(name, this.#t.choose)
    return chosen
  }

  /** A person's id from a search of the directory. */
  person(name: string): number | null {
    const value = Number(this.#raw(name))
    if (Number.isSafeInteger(value) && value > 0) return value
    this.refuse(name, this.#t.person)
    return null
  }
}
