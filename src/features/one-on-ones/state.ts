// Words used here: series (a pair with a rhythm), lead (supervisor or trainer), member (whose time it is), meeting (one
// time of it), topic (what somebody would like to talk about), wish (the response hoped for).
import type { Cadence, Rhythm } from './cadence.ts'

export interface SeriesFields extends Rhythm {
  readonly time: Temporal.PlainTime
  readonly minutes: number
  readonly place: string
}

export interface Series extends SeriesFields {
  readonly id: number
  readonly kind: 'line' | 'ojt'
  readonly leadId: number
  readonly memberId: number
  readonly version: number
  readonly cadence: Cadence
  readonly state:
    | { readonly type: 'active' }
    | { readonly type: 'paused'; readonly until: Temporal.PlainDate }
    | { readonly type: 'ended'; readonly on: Temporal.PlainDate; readonly why: EndReason }
}

export type EndReason = 'asked' | 'transfer' | 'left'

export const meetingStates = ['planned', 'unplaced', 'held', 'not_held', 'skipped'] as const
export type MeetingState = (typeof meetingStates)[number]

export interface Meeting {
  readonly id: number
  readonly seriesId: number
  readonly due: Temporal.PlainDate
  readonly start: Temporal.Instant
  readonly end: Temporal.Instant
  readonly status: MeetingState
  readonly version: number
  readonly answers: readonly { readonly personId: number; readonly held: boolean }[]
}

export const wishes = ['listen', 'advise', 'decide'] as const
export type Wish = (typeof wishes)[number]

export interface Topic {
  readonly id: number
  readonly authorId: number
  readonly text: string
  readonly wish: Wish
  readonly done: boolean
}

export const meetingSubject = (id: number): string => `one-on-one:${id}`
export const seriesSubject = (id: number): string => `one-on-one-series:${id}`

export const weeksSubject = (id: number): string => `one-on-one-weeks:${id}`

export const isPair = (series: Pick<Series, 'leadId' | 'memberId'>, personId: number): boolean =>
  series.leadId === personId || series.memberId === personId

export const otherOf = (series: Pick<Series, 'leadId' | 'memberId'>, personId: number): number =>
  series.leadId === personId ? series.memberId : series.leadId

/** After the change of supervisor it is the member's alone; nobody else reads what was said in it. */
export const mayRead = (series: Series, personId: number): boolean =>
  series.state.type === 'ended' ? series.memberId === personId : isPair(series, personId)

/**
 * What one or two answers come to: held when somebody says so and nobody denies it; while the two differ it stays
 * planned, and nobody else is asked.
 */
export function outcome(answers: readonly { readonly held: boolean }[]): 'planned' | 'held' | 'not_held' {
  const yes = answers.some(({ held }) => held)
  const no = answers.some(({ held }) => !held)
  if (yes === no) return 'planned'
  return yes ? 'held' : 'not_held'
}

/** How many of the latest meetings in a row were skipped. `statuses`: oldest first, those that are over or skipped. */
export function skipsInRow(statuses: readonly MeetingState[]): number {
  const last = statuses.findLastIndex((status) => status !== 'skipped')
  return statuses.length - 1 - last
}

/** From how many skips in a row on the two are asked whether the rhythm still suits them. */
export const SKIPS_TOLD = 4

/** Groups with fewer members are told of to nobody. */
export const LEAST_TOLD = 5

export interface SectionRate {
  readonly sectionId: number
  readonly members: number
  readonly planned: number
  readonly held: number
  /** Over, and nobody has said whether they were held, or the two differ. */
  readonly open: number
}

/** Sections with at least LEAST_TOLD members, in the order given; the others are left out and counted nowhere. */
export function tellable(rates: readonly SectionRate[]): SectionRate[] {
  return rates.filter(({ members }) => members >= LEAST_TOLD)
}
