import type { Bilingual } from './language.ts'

/** What the person can do about it decides the kind. */
export type RefusalKind =
  /** The person may not do this; the text says who may. */
  | 'not-allowed'
  /** The thing is not there, or not for this person: the two are never told apart. */
  | 'not-found'
  /** The world has moved on since the button was shown. */
  | 'stale'
  /** The input makes no sense; the text says what would. */
  | 'invalid'
  /** Somebody or something else got there first. */
  | 'conflict'

/**
 * "No, because …": an answer to a person, not a defect. The text says what happened, what it means and what to do
 * next, and never holds another person's data. Everything else that is thrown is a defect and is shown as a plain
 * apology.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly text: Bilingual

  constructor(kind: RefusalKind, text: Bilingual) {
    super(text.en)
    this.name = 'Refusal'
    this.kind = kind
    this.text = text
  }
}
