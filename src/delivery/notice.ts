// What a feature hands to delivery: kinds of notices it plans, and how each is drawn at the moment it is sent.
// Words used here: notice (something a person is to be told, without text), part (its drawn form), digest (the one
// message that carries all parts that fall due together for a person), outbox (a message on its way).
import type { Block } from '../cards/card.ts'
import type { Tx } from '../db/transaction.ts'
import type { PersonRef } from '../directory/actor.ts'
import type { Bilingual, Language } from '../kernel/language.ts'

/** Small facts beside the subject that the renderer needs (a rung, who asked); never text, never names. */
export type NoticeDetail = Readonly<Record<string, string | number | boolean>>

/** A notice as a feature's reminder rule wants it. */
export interface WantedNotice {
  /** The registered kind: "interviews.pick". */
  readonly kind: string
  readonly recipientId: number
  /** Which step of a ladder: "-7", "ask", "+3". With `anchor` it makes the notice unique for its subject and person. */
  readonly rung: string
  /** The date counted from plus the generation of the subject: a moved deadline reminds again. */
  readonly anchor: string
  readonly dueAt: Temporal.Instant
  readonly detail?: NoticeDetail
}

/** `kind:subject:recipient:rung:anchor` — the law that nothing is told twice. */
export const noticeKey = (subject: string, wanted: WantedNotice): string =>
  `${wanted.kind}:${subject}:${wanted.recipientId}:${wanted.rung}:${wanted.anchor}`

/** A notice that is due, as its kind draws it. */
export interface DueNotice {
  readonly id: number
  readonly kind: string
  readonly subject: string
  readonly recipientId: number
  readonly dueAt: Temporal.Instant
  readonly detail: NoticeDetail
}

export interface Recipient extends PersonRef {
  readonly language: Language
}

/** One kind's share of a message. */
export interface Part {
  /** The line a notification previews, when this part leads; names no staff. */
  readonly summary: string
  readonly blocks: readonly Block[]
  /** Notices that the world has overtaken: they are settled as obsolete, not sent. */
  readonly obsolete?: readonly number[]
}

export interface NoticeKind {
  readonly kind: string
  /** What it is called in lists of what was sent: 「日程選びの案内」; without one it is "another notice" there. */
  readonly title?: Bilingual
  /** 1 a personal reminder, 2 a digest line, 3 a broadcast. The most urgent part decides for the message. */
  readonly priority: 1 | 2 | 3
  /** Where a platform cannot be asked whether an unknown send arrived. */
  readonly ifUnknown: 'repeat' | 'flag'
  /** `working`: moved into working hours of a working day of the recipient. `any`: the sender insists. */
  readonly hours: 'working' | 'any'
  /**
   * Draws all due notices of this kind for one recipient, together, as the world is now (stale rungs of one matter
   * merge into one line). `null`: all are obsolete, say nothing.
   */
  draw(tx: Tx, notices: readonly DueNotice[], to: Recipient, now: Temporal.Instant): Promise<Part | null>
}

/** The planner: features reconcile what they want told; nothing is scanned. */
export interface Notices {
  /**
   * Makes the planned notices of each subject equal to what is wanted: adds missing ones, moves changed ones,
   * cancels those no longer wanted. Sent ones are history and stay. A wanted notice that is already past when it is
   * first wanted is left out (a late joiner is not told of past rungs). Bulk: thousands of subjects in one call.
   * Something told once ("a slot was booked": dueAt = now) takes a subject of its own ("meeting:5"): the next
   * reconcile of a subject withdraws whatever is not wanted any more and has not gone out yet.
   */
  reconcile(
    tx: Tx,
    subjects: readonly { readonly subject: string; readonly wanted: readonly WantedNotice[] }[],
    now: Temporal.Instant,
  ): Promise<void>
}

/** What delivery needs of a feature. */
export interface Tells {
  readonly notices?: readonly NoticeKind[]
}
