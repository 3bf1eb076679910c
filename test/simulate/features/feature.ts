// What a programme brings into the simulated year: what its people do, what HR does, and what must hold. One file a
// programme, one line in index.ts; the engine (year, people, observer, state) knows no programme.
import type { Action, Card } from '../../../src/cards/card.ts'
import type { InboundEvent, Reply } from '../../../src/chat/chat.ts'
import type { NoticeDetail } from '../../../src/delivery/notice.ts'
import type { World } from '../world.ts'

export interface Staff {
  readonly id: number
  readonly number: string
  readonly platform: 'slack' | 'teams'
  readonly conducts: boolean
}

/** What somebody says or presses, without who and when. */
export type Said = Pick<InboundEvent, 'type'> & Record<string, unknown>

/** The personnel office, through which programmes act on the city. */
export interface Desk {
  readonly world: World
  readonly year: number
  /** Everybody with an account. */
  readonly staff: readonly Staff[]
  readonly hr: Staff
  tell(person: Staff, said: Said): Promise<readonly Reply[]>
  /** HR presses the first button with this action in what was answered. */
  press(replies: readonly Reply[], actionId: string): Promise<readonly Reply[]>
  /** HR sends the form that was answered, as it was offered but for `values`. */
  submit(replies: readonly Reply[], values: Readonly<Record<string, string>>): Promise<readonly Reply[]>
  /** The staff list as HR has it, titles first. */
  rows: readonly (readonly string[])[]
  /** HR imports that list. */
  importList(effectiveOn: string, all: boolean): Promise<void>
  /** Whoever has no account yet gets one. */
  accounts(): Promise<void>
}

/** A notice at the moment it arrives. */
export interface Told {
  readonly kind: string
  readonly subject: string
  readonly recipient: number
  readonly detail: NoticeDetail
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
}

export interface Message {
  readonly card: Card
  readonly text: string
  readonly token: string
  readonly now: Temporal.Instant
}

export const findingKinds = ['lost', 'doubled', 'misdirected', 'untimely', 'broken'] as const
/** `broken`: a programme does not keep what it promises. */
export type FindingKind = (typeof findingKinds)[number]

export interface Wrong {
  readonly what: FindingKind
  readonly text: string
}

/** Something that must be so by the evening. */
export interface Promised {
  readonly text: string
  kept(): Promise<boolean>
}

export interface SimulatedFeature {
  /** The kinds of its notices begin with it and a dot. */
  readonly name: string
  /** How much people like to press what; what nobody names is left alone. */
  readonly liking?: Readonly<Record<string, number>>
  /** Where it depends on more than the action's name. */
  likes?(action: Action): number | undefined
  /** Who may have something to do here on a day; others do not act. */
  busy?(day: Temporal.PlainDate): Promise<readonly number[]>
  /** The ways in which somebody may begin, each as likely as the other. */
  openings?(person: Staff, hr: boolean): Promise<readonly Said[]>
  /** A question for the moment at which its timer has something to do that no notice tells of. */
  readonly wakes?: string
  /** Before the year is lived through. */
  start?(): Promise<void>
  /** What HR does on a day, before noon. */
  office?(day: string): Promise<void>
  /** What HR does in the afternoon, where chance has it. */
  afternoon?(day: string): Promise<void>
  /** Undefined: the notice may be told. Otherwise what is wrong with it, in a few words. */
  verdict?(told: Told): Promise<string | undefined>
  /** What a message says that is not so (any more). */
  fresh?(message: Message): Promise<readonly string[]>
  /** What must have happened by the evening. */
  morning?(): Promise<readonly Promised[]>
  /** Asked every evening, and at the end. */
  check?(): Promise<readonly Wrong[]>
  /** Asked when the year is over. */
  end?(): Promise<readonly Wrong[]>
  /**
   * Its rows without the numbers that rows happen to have: questions that give one text a row. Two runs that went the
   * same way compare equal, whatever was undone and done again in one of them.
   */
  readonly state?: readonly string[]
  /** Its notices by what they are about: a question that gives `name` and `status`. */
  readonly notices?: string
}
