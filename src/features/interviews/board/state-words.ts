import { formatDate, formatDateTime } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Turn } from '../reminders/matter.ts'
import type { Interview } from '../state.ts'
import { textsIn } from './texts.ts'

/** What the words of a state follow from; a row of a table has it as well as a whole interview. */
export interface Standing {
  readonly status: Interview['status']
  readonly opensOn: Temporal.PlainDate | null
  readonly deadline: Temporal.PlainDate
  readonly startsAt: Temporal.Instant | null
  readonly endsAt: Temporal.Instant | null
  readonly heldOn: Temporal.PlainDate | null
  /** Whose turn it is while waiting, where known. */
  readonly turn?: Turn | 'settle' | null
}

export interface Moment {
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
  readonly zone: string
  readonly language: Language
}

export const isOver = (endsAt: Temporal.Instant | null, now: Temporal.Instant): boolean =>
  endsAt !== null && Temporal.Instant.compare(endsAt, now) <= 0

/** The state in words: 「設定済 5月20日(木) 14:00」. Statuses only, never content. */
export function stateWords(standing: Standing, { now, today, zone, language }: Moment): string {
  const t = textsIn(language)
  const { status, opensOn, deadline, startsAt, endsAt, heldOn, turn } = standing
  switch (status) {
    case 'waiting': {
      if (opensOn && Temporal.PlainDate.compare(today, opensOn) < 0) return t.states.soon
      const words = turn === undefined ? t.states.offer : t.states[turn ?? 'answer']
      return Temporal.PlainDate.compare(deadline, today) < 0 ? t.late(words) : words
    }
    case 'booked':
      if (isOver(endsAt, now)) return t.states.confirming
      return startsAt ? t.bookedAt(formatDateTime(startsAt, zone, language)) : t.states.booked
    case 'held':
      return heldOn ? t.heldOn(formatDate(heldOn, language)) : t.states.held
    case 'unclear':
    case 'suspended':
    case 'exempt':
    case 'cancelled':
      return t.states[status]
    default:
      return status satisfies never
  }
}

/** The standing of a whole interview. */
export function standingOf(interview: Interview, turn?: Standing['turn']): Standing {
  const meeting = 'meeting' in interview ? interview.meeting : null
  return {
    status: interview.status,
    opensOn: interview.step?.opensOn ?? null,
    deadline: interview.deadline,
    startsAt: meeting?.startsAt ?? null,
    endsAt: meeting?.endsAt ?? null,
    heldOn: interview.status === 'held' ? interview.heldOn : null,
    ...(turn !== undefined && { turn }),
  }
}

/** Drawn counts of a board. `confirming` holds meetings that are over and records that HR checks. */
export interface Counts {
  readonly total: number
  readonly held: number
  readonly booked: number
  readonly waiting: number
  readonly confirming: number
  readonly suspended: number
}

export const noCounts: Counts = { total: 0, held: 0, booked: 0, waiting: 0, confirming: 0, suspended: 0 }

export const addCounts = (a: Counts, b: Counts): Counts => ({
  total: a.total + b.total,
  held: a.held + b.held,
  booked: a.booked + b.booked,
  waiting: a.waiting + b.waiting,
  confirming: a.confirming + b.confirming,
  suspended: a.suspended + b.suspended,
})

/** Where one interview counts; those that are exempt or cancelled count nowhere. */
export function countOf(
  { status, endsAt }: Pick<Standing, 'status' | 'endsAt'>,
  now: Temporal.Instant,
): Counts {
  switch (status) {
    case 'waiting':
    case 'held':
    case 'suspended':
      return { ...noCounts, total: 1, [status]: 1 }
    case 'booked':
      return isOver(endsAt, now)
        ? { ...noCounts, total: 1, confirming: 1 }
        : { ...noCounts, total: 1, booked: 1 }
    case 'unclear':
      return { ...noCounts, total: 1, confirming: 1 }
    case 'exempt':
    case 'cancelled':
      return noCounts
    default:
      return status satisfies never
  }
}
