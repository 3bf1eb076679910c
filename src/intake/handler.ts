// What a feature hands to intake: words, clicks and forms it answers. Words used here:
// ask (what reaches a handler), answer (what it gives back), permission (who may).
import type { z } from 'zod'
import type { Action, Card, FieldErrors, Form, FormValues } from '../cards/card.ts'
import type { OutgoingFile, Reply, Sender } from '../chat/chat.ts'
import type { Actor } from '../directory/actor.ts'
import type { Bilingual, Language } from '../kernel/language.ts'

/** One instruction of one known person, verified and recorded. Handlers never see a platform. */
export interface Ask {
  readonly actor: Actor
  readonly language: Language
  readonly now: Temporal.Instant
  /** `now` as a day in the organisation's zone. */
  readonly today: Temporal.PlainDate
  /** One id through a whole flow: inbox, log lines, audit, and the notices it plans. */
  readonly flow: string
  /** For display and reachability only; rights never follow from it. */
  readonly sender: Sender
}

/** Default deny: every handler names one of these. */
export interface Permission {
  /** For prospective hires (内定者) too, where `allows` says so. Nothing else is. */
  readonly guests?: true
  /** Who may, in words that complete a refusal: 「人事担当の方」 / "HR officers". */
  readonly who: Bilingual
  allows(actor: Actor, now: Temporal.Instant): boolean | Promise<boolean>
}

/**
 * What a handler gives back. `again` names a reading action that draws the present state anew: a replayed click or
 * form is answered with it instead of taking effect twice.
 */
export interface Answer<Part extends Reply = Exclude<Reply, { type: 'form' }>> {
  readonly replies: readonly Part[]
  readonly again?: Action
}

/** An answer that may open a form: only actions that say so beforehand (`opensForm`) and forms may give it. */
export type FormAnswer = Answer<Reply>

/**
 * That it was asked is nobody's business (the consultation desks): it is answered within the acknowledgement, and nothing
 * of it, nor that it came, is recorded, counted or logged. So it only reads, and a platform's retry is answered again.
 */
export type Sensitive = true

/** Words after which `rest` follows: 「面談 部下 6月」 → phrase 「面談 部下」, rest 「6月」. */
export interface CommandHandler {
  /** "interviews.mine"; unique over all features. */
  readonly id: string
  /** Phrases in both languages, the first is shown in help. Longest match wins. */
  readonly phrases: Readonly<Record<Language, readonly string[]>>
  /** One line for help. */
  readonly help: Bilingual
  readonly permission: Permission
  /** Help shows it only to whom it is of use; whoever is permitted may say it all the same. */
  readonly ofUse?: Permission['allows']
  readonly sensitive?: Sensitive
  /**
   * Commands read, but for those that say otherwise: these take effect once an inbound event, and are such that saying
   * them again does nothing more.
   */
  readonly effect?: 'changes'
  /** `question`: the plain words that led here, normalised, where no phrase did. */
  handle(ask: Ask, rest: string, question?: string): Promise<Answer>
}

/** A plain-word question: normalised, lower-cased text in, the command that answers it out. */
export interface Question {
  readonly command: string
  /** All must match, none of `not` may. */
  readonly all: readonly RegExp[]
  readonly not?: readonly RegExp[]
  /** Higher wins where several match; 0 by default. */
  readonly weight?: number
}

export type ActionHandler<Data = unknown> = {
  /** Reading actions may be replayed freely; changing ones take effect once an inbound event. */
  readonly effect: 'reads' | 'changes'
  readonly permission: Permission
  readonly sensitive?: Sensitive
  readonly data: z.ZodType<Data>
} & (
  | {
      /** Its answer may be a form: Teams must know before the press. */
      readonly opensForm: true
      handle(ask: Ask, data: Data, selected?: string): Promise<FormAnswer>
    }
  | {
      readonly opensForm?: undefined
      /** `selected`: the option chosen in a select block. */
      handle(ask: Ask, data: Data, selected?: string): Promise<Answer>
    }
)

export interface FormHandler<Data = unknown> {
  readonly permission: Permission
  /** It has a field for a person. Colleagues are searched for such forms alone, by those who may send them. */
  readonly searches?: true
  readonly data: z.ZodType<Data>
  /** Returns field errors (input is kept) or an answer. Changes at most once an inbound event. */
  handle(ask: Ask, data: Data, values: FormValues): Promise<FormAnswer | { readonly errors: FieldErrors }>
}

/** A file given to the bot in a direct message. */
export interface FileHandler {
  readonly permission: Permission
  /** By name and first bytes; the first feature that takes it gets it. */
  takes(name: string, bytes: Uint8Array): boolean
  handle(ask: Ask, name: string, bytes: Uint8Array): Promise<Answer>
}

/** One of the person's next things, for Home. */
export interface HomeItem {
  /** Sorted by this; null: no date, last. */
  readonly at: Temporal.Instant | null
  readonly text: string
  readonly detail?: string
  readonly button?: { readonly label: string; readonly action: Action }
}

/** What intake needs of a feature. */
export interface Answers {
  /** The heading over its commands in help. */
  readonly title?: Bilingual
  readonly commands?: readonly CommandHandler[]
  readonly questions?: readonly Question[]
  /** By action id. Wrap each in `action(…)` so that its data is typed. */
  readonly actions?: Readonly<Record<string, ActionHandler>>
  /** By form id; wrap in `form(…)`. */
  readonly forms?: Readonly<Record<string, FormHandler>>
  readonly files?: readonly FileHandler[]
  home?(ask: Ask): Promise<readonly HomeItem[]>
  /** Its Home items are for prospective hires (内定者) too. */
  readonly guests?: true
}

/** Keeps the data's type between schema and handler, and forgets it for the table of handlers. */
export const action = <Data>(handler: ActionHandler<Data>): ActionHandler =>
  handler as unknown as ActionHandler

/** As `action`, for forms. */
export const form = <Data>(handler: FormHandler<Data>): FormHandler => handler as unknown as FormHandler

/** A new message. */
export const say = (card: Card, again?: Action): Answer => ({
  replies: [{ type: 'card', card, place: 'new' }],
  ...(again && { again }),
})

/** The clicked message becomes this card. */
export const replaceWith = (card: Card, again?: Action): Answer => ({
  replies: [{ type: 'card', card, place: 'replace' }],
  ...(again && { again }),
})

export const openForm = (opened: Form): FormAnswer => ({ replies: [{ type: 'form', form: opened }] })

export const giveFile = (file: OutgoingFile): Answer => ({ replies: [{ type: 'file', file }] })
