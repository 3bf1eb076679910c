// The contract of a programme: one folder, one schema file, one line in index.ts. Put together from what intake and
// delivery each ask for.
import type { DescribeBookings } from '../agenda/feeds.ts'
import type { Fetched } from '../agenda/groupware/fetch.ts'
import type { Button } from '../cards/card.ts'
import type { ChatPlatform } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import type { Tx } from '../db/transaction.ts'
import type { Job } from '../delivery/jobs.ts'
import type { Notices, Tells } from '../delivery/notice.ts'
import type { GroupKind } from '../directory/audience/groups.ts'
import type { Closure } from '../directory/closures.ts'
import type { DomainEvent } from '../directory/events.ts'
import type { Answers, Ask } from '../intake/handler.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Bilingual, Language } from '../kernel/language.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'

export interface Feature extends Answers, Tells {
  /** The first part of its action, form and notice ids. */
  readonly name: string
  /** Follows the directory: same transaction, idempotent. */
  on?(event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void>
  /** What its bookings are called in people's calendars. */
  readonly bookings?: DescribeBookings
  readonly jobs?: readonly Job[]
  /** People whom it can name for an audience: the participants of a course. */
  readonly groups?: readonly GroupKind[]
  /**
   * What the bot does not know or could not do, for the part of the city that the asking HR officer looks after. `loud`:
   * quiet ones are not wanted, and need not be counted.
   */
  alarms?(tx: Tx, ask: Ask, which?: 'loud'): Promise<readonly Alarm[]>
  /** What of it falls on days on which everything is to rest, and what becomes of it: a line each, in the asker's language. */
  resting?(tx: Tx, days: Days, ask: Pick<Ask, 'language' | 'now'>): Promise<readonly string[]>
}

/** From the first to the day after the last. */
export type Days = Pick<Closure, 'from' | 'to'>

/** Something that HR should know, with what can be done about it. */
export interface Alarm {
  /** Since when; null: nobody knows, last. */
  readonly at: Temporal.Instant | null
  /** Since that day, not since a moment of it. */
  readonly wholeDay?: true
  readonly text: string
  readonly detail?: string
  readonly remedy: Button
  /** Home says it already, or it is a normal state: on the card alone. */
  readonly quiet?: true
}

/** What every feature is given. Directory and agenda are plain functions over `Tx`: import them. */
export interface Core {
  readonly db: Database
  readonly clock: Clock
  /** IANA zone of the organisation. */
  readonly zone: string
  readonly notices: Notices
  /** Tells all features, inside the caller's transaction. */
  tell(event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void>
  readonly log: Log
  /** HMAC under the installation's key: what is short and secret is kept as its mark alone. */
  readonly mark?: (text: string) => string
  /** What people entrust to each other is kept sealed, under a label of whose it is. */
  readonly sealing?: Pick<Secret, 'seal' | 'open'>
  /** What a kind of notice is called, of whichever feature it is. */
  noticeTitle?(kind: string): Bilingual | undefined
  /** Of all features. */
  groups?(): readonly GroupKind[]
  /** Of all features. */
  alarms?: NonNullable<Feature['alarms']>
  /** Of all features. */
  resting?: NonNullable<Feature['resting']>
  /** What bookings are called in people's calendars, of whichever feature they are. */
  readonly bookingTexts?: DescribeBookings
  /** The outside address; without it feeds and links are not offered. */
  readonly publicUrl?: string
  /** The address of somebody's own page, for a printed code: absent where there is no outside address. */
  paperLink?(paper: {
    /** Of their account on paper: a new one ends every code printed before. */
    readonly user: string
    readonly number: string
    readonly language: Language
    readonly until: Temporal.Instant
  }): string
  /** Calendars of people's groupware: absent where none is read from an address. */
  fetchCalendar?(address: string): Promise<Fetched>
  /** The chats that the city is connected to. What is said there goes through notices and answers alone. */
  readonly chats?: readonly Pick<
    ChatPlatform,
    'platform' | 'install' | 'review' | 'linkTo' | 'invite' | 'gather'
  >[]
}

export type FeatureFactory = (core: Core) => Feature
