// Words used in this feature:
// cycle     評価サイクル: the plan of a period; its steps have windows, deadlines and record dates.
// step      one prescribed interview of the cycle (期首面談 …).
// interview one person's turn at one step, or a 育成面談 / 復職面談 of their own.
// conductor who holds the interview (an evaluator by the step's rule); observer: may sit in (another evaluator).
// slot      an hour that a conductor offers.    meeting  the hour that was booked.
// held      both sides said that it took place.

export type StepKind = 'goal' | 'mid' | 'evaluation' | 'feedback' | 'other'

/** Whose evaluator conducts: the one on the record date (評価基準日) or the present one. */
export type ConductorRule = 'record_date' | 'present'

export interface Cycle {
  readonly id: number
  readonly name: string
  readonly nameEn: string
  readonly status: 'draft' | 'open' | 'closed' | 'cancelled'
  readonly generation: number
}

export interface Step {
  readonly id: number
  readonly ordinal: number
  readonly kind: StepKind
  readonly name: string
  readonly nameEn: string
  readonly opensOn: Temporal.PlainDate
  readonly deadline: Temporal.PlainDate
  readonly recordDate: Temporal.PlainDate
  readonly conductorRule: ConductorRule
  readonly minutes: number
  readonly prepare: string
  readonly prepareEn: string
  /** One meeting may serve it together with a step of another cycle that says so too. */
  readonly shared?: boolean
  /** 開示: results are disclosed on this day; the days of complaint (苦情) begin on the day after. */
  readonly disclosedOn?: Temporal.PlainDate | null
  readonly status: 'open' | 'cancelled'
}

/** Said by one side of a meeting; the other side sees it only when both have answered or the time has passed. */
export type HeldAnswer = 'held' | 'moved' | 'not_held'

export interface Meeting {
  readonly id: number
  readonly startsAt: Temporal.Instant
  readonly endsAt: Temporal.Instant
  readonly place: string
  /** Who was conductor when it was booked; transfers after that do not change it. */
  readonly conductorId: number
  readonly answers: readonly { readonly personId: number; readonly answer: HeldAnswer }[]
}

interface InterviewBase {
  readonly id: number
  readonly kind: 'step' | 'development' | 'return'
  readonly cycle: Cycle | null
  readonly step: Step | null
  readonly personId: number
  readonly postId: number | null
  readonly deadline: Temporal.PlainDate
  /** A button that names an older version is stale. */
  readonly version: number
  readonly generation: number
  /** Nobody is reminded before this day. */
  readonly quietUntil: Temporal.PlainDate | null
  /** In force on the day it was loaded for; usually one. */
  readonly conductorIds: readonly number[]
  readonly observerIds: readonly number[]
}

export type Interview = InterviewBase &
  (
    | { readonly status: 'waiting' }
    | { readonly status: 'booked'; readonly meeting: Meeting }
    | { readonly status: 'held'; readonly meeting: Meeting | null; readonly heldOn: Temporal.PlainDate }
    /** Answers differ, or stayed out past the deadline: a question of record for HR alone. */
    | { readonly status: 'unclear'; readonly meeting: Meeting | null }
    | { readonly status: 'suspended' }
    | { readonly status: 'exempt' }
    | { readonly status: 'cancelled' }
  )

/** An hour that begins sooner than this is no longer picked: nobody is surprised by a visitor. */
export const shortestNotice = { hours: 1 }

/** Still to be held: someone has something to do. */
export const isOpen = (interview: Interview): boolean =>
  interview.status === 'waiting' || interview.status === 'booked' || interview.status === 'unclear'

/** "interview:12": how audit, notices and bookings name it. */
export const interviewSubject = (id: number): string => `interview:${id}`
export const meetingSubject = (id: number): string => `meeting:${id}`
