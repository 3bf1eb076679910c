// The platform-neutral message. A small tagged union that Slack, Teams, mail and plain text can all show;
// converters switch over it exhaustively, so nothing is ever dropped in silence.
//
// Words: card (a message), block (a part of it), form (a dialog), field (a part of a form), action (what a button
// asks for: "interviews.pick" with a little data).
import type { Language } from '../kernel/language.ts'

/** Little data that travels inside a button or a form: ids and versions, never text that a person wrote. */
export type ActionData = Readonly<Record<string, string | number | boolean>>

/** What a button asks for. `id` is "feature.verb"; the data together stays under 1,500 characters as JSON. */
export interface Action {
  readonly id: string
  readonly data?: ActionData
}

export type Inline =
  | string
  | { readonly bold: string }
  | { readonly link: string; readonly label: string }
  /** A colleague. `accounts` names the account per platform where it is known; elsewhere the name is shown. */
  | { readonly mention: string; readonly accounts?: Readonly<Partial<Record<'slack' | 'teams', string>>> }

/** Text as people read it: never markup. Escaping is each converter's duty. "\n" breaks the line. */
export type Text = string | readonly Inline[]

export interface Button {
  readonly label: string
  readonly action: Action
  /** At most one primary button a card: the obvious one. */
  readonly style?: 'primary' | 'danger'
  /** Asked before a step that is hard to take back. */
  readonly confirm?: {
    readonly title: string
    readonly text: string
    readonly yes: string
    readonly no: string
  }
}

export interface LinkButton {
  readonly label: string
  readonly url: string
}

export interface Option {
  readonly label: string
  /** An id, at most 100 characters. */
  readonly value: string
}

export interface Row {
  readonly text: Text
  /** A second, quieter line. */
  readonly detail?: Text
  readonly button?: Button
}

/** good / waiting / late / none: meanings, which converters turn into the platform's colours (never red alarms). */
export type Tone = 'good' | 'waiting' | 'late' | 'none'

export type Block =
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'text'; readonly text: Text }
  | { readonly type: 'facts'; readonly facts: readonly { readonly label: string; readonly value: Text }[] }
  | { readonly type: 'list'; readonly rows: readonly Row[] }
  | { readonly type: 'buttons'; readonly buttons: readonly (Button | LinkButton)[] }
  | {
      readonly type: 'select'
      readonly label: string
      /** The chosen value arrives beside the action's data as `selected`. */
      readonly action: Action
      readonly options: readonly Option[]
      readonly selected?: string
    }
  | {
      readonly type: 'chart'
      readonly shape: 'bar' | 'donut'
      readonly title: string
      readonly series: readonly { readonly label: string; readonly value: number; readonly tone?: Tone }[]
      /** The same figures in words: read aloud, and shown where no chart can be drawn. */
      readonly text: string
    }
  | { readonly type: 'divider' }
  | { readonly type: 'context'; readonly text: Text }

export interface Card {
  /** The line that a notification previews: says what it is about, names no staff. */
  readonly summary: string
  readonly blocks: readonly Block[]
  /** Of the words that a renderer adds (「ほか12件」). Where absent it is told from the summary. */
  readonly language?: Language
}

interface FieldBase {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly optional?: boolean
}

export type Field = FieldBase &
  (
    | {
        readonly type: 'text'
        readonly value?: string
        readonly multiline?: boolean
        readonly maxLength?: number
        readonly placeholder?: string
      }
    | { readonly type: 'number'; readonly value?: number; readonly min?: number; readonly max?: number }
    /** ISO date "2027-05-29". */
    | { readonly type: 'date'; readonly value?: string }
    /** Wall clock "14:30" in the organisation's zone. */
    | { readonly type: 'time'; readonly value?: string }
    | { readonly type: 'select'; readonly options: readonly Option[]; readonly value?: string }
    | {
        readonly type: 'multiselect'
        readonly options: readonly Option[]
        readonly values?: readonly string[]
      }
    | {
        readonly type: 'checkboxes'
        readonly options: readonly Option[]
        readonly values?: readonly string[]
      }
    /** Search of the directory; the value is the person's id. `shown` is the name of a preset person. */
    | { readonly type: 'person'; readonly value?: string; readonly shown?: string }
  )

export interface Form {
  /** "feature.form" */
  readonly id: string
  readonly title: string
  readonly submit: string
  readonly cancel: string
  /** Travels with the form and comes back with it. */
  readonly data?: ActionData
  readonly intro?: Text
  readonly fields: readonly Field[]
  /** As in a card; where absent it is told from the title. */
  readonly language?: Language
}

/** What a form brings back: one string, or several for multiselect and checkboxes; empty optional fields are absent. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>

/** Field name → what to mend, in the reader's language. */
export type FieldErrors = Readonly<Record<string, string>>
