// Words used in this feature:
// course     研修: one line of a year's plan (研修計画).
// session    one time it is held; seat: a place in it; the capacity is how many seats it has.
// sign-up    one person's way through a course: nominated or applied, confirmed, attended, completed.
// nomination a person whom a course's rule names; it counts once HR has accepted it.
// waitlist   who waits for a seat of a session, in order; offer: a seat held for the next one until a moment.
// series     the same course over the years.

export const courseKinds = [
  'grade',
  'mandatory',
  'specialist',
  'dispatch',
  'ojt',
  'elearning',
  'career',
  'dx',
  'lecture',
] as const

/** 階層別, 必修, 専門・職種別, 派遣, OJT, e-learning, キャリア, DX, 出前講座 */
export type CourseKind = (typeof courseKinds)[number]

/** Who gets the seats: whoever comes first; a lottery after the window; HR, who chooses (派遣). */
export type Selection = 'first_come' | 'lottery' | 'hr'

export interface Session {
  readonly id: number
  readonly courseId: number
  readonly ordinal: number
  readonly startsAt: Temporal.Instant
  readonly endsAt: Temporal.Instant
  readonly place: string
  readonly url: string
  readonly status: 'planned' | 'held' | 'cancelled'
  readonly version: number
  readonly capacity: number
  /** Seats held, offered ones and those that wait for an approval among them. */
  readonly taken: number
}

export interface Course {
  readonly id: number
  readonly fiscalYear: number
  readonly code: string
  readonly series: string
  readonly name: string
  readonly nameEn: string
  readonly kind: CourseKind
  readonly aims: string
  readonly teachers: string
  readonly materialsUrl: string
  /** The shape of directory/audience.ts; null: nobody signs up unasked. */
  readonly target: unknown
  /** zod: NominationRule in nomination/rule.ts; null: nobody is nominated by rule. */
  readonly nomination: unknown
  readonly mandatory: boolean
  readonly approvalNeeded: boolean
  readonly selection: Selection
  /** The selection's own. */
  readonly priority: unknown
  /** The sign-up window, both days included. */
  readonly opensOn: Temporal.PlainDate
  readonly closesOn: Temporal.PlainDate
  readonly deadline: Temporal.PlainDate | null
  readonly minutes: number | null
  readonly surveyWanted: boolean
  /** Days after its end within which the report (復命) is due; null: none. */
  readonly reportDays: number | null
  readonly sectionId: number | null
  /** The occupation that it is for and whose officers run it; null: all. */
  readonly occupation: string | null
  readonly lecturerSectionId: number | null
  readonly lecturerConfirmedAt: Temporal.Instant | null
  readonly status: 'draft' | 'published' | 'closed' | 'cancelled'
  readonly version: number
  /** In order of time; cancelled ones too. */
  readonly sessions: readonly Session[]
}

/** Without sessions it is done at one's own time, and there are no seats (e-learning). */
export const isOnDemand = (course: Pick<Course, 'sessions'>): boolean => course.sessions.length === 0

/** Seats go to whoever comes first; otherwise they are given out after the window. */
export const isFirstCome = (course: Pick<Course, 'selection'>): boolean => course.selection === 'first_come'

export type WindowState = 'ahead' | 'open' | 'over'

/** Where a day lies to the sign-up window. */
export function windowOf(
  course: Pick<Course, 'opensOn' | 'closesOn'>,
  today: Temporal.PlainDate,
): WindowState {
  if (Temporal.PlainDate.compare(today, course.opensOn) < 0) return 'ahead'
  return Temporal.PlainDate.compare(today, course.closesOn) > 0 ? 'over' : 'open'
}

export type CancelReason =
  /** The person's own wish. */
  | 'self'
  /** The offered seat was not taken in time. */
  | 'offer_expired'
  | 'course_cancelled'
  | 'session_cancelled'
  /** HR took the person off. */
  | 'hr'
  /** The person is no longer here, or on leave. */
  | 'left'
  /** The window closed and nobody had decided. */
  | 'not_decided'

/** What differs by status: a state that makes no sense cannot be written (and the table's checks say the same). */
export type SignUpState =
  | { readonly status: 'nominated' }
  /** A first-come seat is held meanwhile where there was one. No approver: HR decides. */
  | {
      readonly status: 'awaiting_approval'
      readonly sessionId: number | null
      readonly seat: number | null
      readonly approverId: number | null
    }
  /** Seats are given out after the window. */
  | { readonly status: 'applied' }
  /** Without a session: on demand. */
  | { readonly status: 'confirmed'; readonly sessionId: number | null; readonly seat: number | null }
  | {
      readonly status: 'offered'
      readonly sessionId: number
      readonly seat: number
      readonly offerUntil: Temporal.Instant
    }
  | { readonly status: 'waitlisted'; readonly sessionId: number }
  | { readonly status: 'declined'; readonly reasonGiven: string }
  | { readonly status: 'cancelled'; readonly because: CancelReason }
  | { readonly status: 'attended'; readonly sessionId: number | null; readonly doneOn: Temporal.PlainDate }
  | { readonly status: 'partly'; readonly sessionId: number | null; readonly excused: boolean | null }
  | { readonly status: 'absent'; readonly sessionId: number | null; readonly excused: boolean | null }
  | { readonly status: 'completed'; readonly sessionId: number | null; readonly doneOn: Temporal.PlainDate }

export type SignUpStatus = SignUpState['status']

export type SignUp = {
  readonly id: number
  readonly courseId: number
  readonly personId: number
  readonly mandatory: boolean
  /** Why the person was nominated: a code of nomination/rule.ts. */
  readonly reason: string | null
  readonly appliedAt: Temporal.Instant | null
  /** The place in the draw; the waitlist goes by it, then by `appliedAt`, then by id. */
  readonly queueRank: number | null
  /** Ranked sessions, best first; empty where it is first come. */
  readonly wishes: readonly number[]
  /** Who recommended the person when approving (推薦). */
  readonly recommendedById: number | null
  readonly surveyAnswered: boolean
  readonly quietUntil: Temporal.PlainDate | null
  /** A button that names an older version is stale. */
  readonly version: number
} & SignUpState

/** What can happen to a sign-up. `seat`: a free one that the caller has found under the session's lock; null: none. */
export type SignUpCommand =
  /** The supervisor agrees. `gives`: seats go to whoever comes first; else they are given out later. */
  | { readonly type: 'approve'; readonly gives: 'now' | 'later'; readonly seat: number | null }
  | { readonly type: 'decline'; readonly reason: string }
  /** A nominated person chooses a session, or one with a seat another one. On demand: null. */
  | { readonly type: 'choose'; readonly sessionId: number | null; readonly seat: number | null }
  /** The selection gives a seat, or a place on the waitlist of a session. */
  | { readonly type: 'place'; readonly sessionId: number; readonly seat: number }
  | { readonly type: 'wait'; readonly sessionId: number }
  /** `sessionId`: of another wish than the one they wait for. */
  | {
      readonly type: 'offer'
      readonly seat: number
      readonly until: Temporal.Instant
      readonly sessionId?: number
    }
  | { readonly type: 'accept' }
  /** The offer has run out. */
  | { readonly type: 'lapse' }
  /** The person's own wish. */
  | { readonly type: 'withdraw' }
  /** Ends it whatever the person wishes: HR, the course or the session is cancelled, the person left. */
  | { readonly type: 'end'; readonly because: Exclude<CancelReason, 'self' | 'offer_expired'> }
  | { readonly type: 'attend'; readonly on: Temporal.PlainDate; readonly sessionId?: number }
  | {
      readonly type: 'miss'
      readonly part: boolean
      readonly excused: boolean | null
      readonly sessionId?: number
    }
  | { readonly type: 'complete'; readonly on: Temporal.PlainDate }

/** A sign-up, as it was loaded, and what is to happen to it. */
export interface Move {
  readonly signUp: SignUp
  readonly command: SignUpCommand
}

/** Why a command does not fit: the handler puts it into words. */
export type SignUpRefusal =
  /** Nothing of the kind is to be done in this state. */
  | 'not-now'
  /** Must take part: another session can be chosen, HR can be asked. */
  | 'mandatory'
  | 'offer-over'
  | 'offer-running'

export type SignUpOutcome =
  | { readonly type: 'moved'; readonly to: SignUpState }
  | { readonly type: 'refused'; readonly why: SignUpRefusal }

const moved = (to: SignUpState): SignUpOutcome => ({ type: 'moved', to })
const refused = (why: SignUpRefusal): SignUpOutcome => ({ type: 'refused', why })

/** The session that a state is about; null where there is none. */
export const sessionOf = (state: SignUpState): number | null =>
  'sessionId' in state ? state.sessionId : null

/** The seat that a state holds; null where it holds none (a seat that was sat on is past). */
export const seatOf = (state: SignUpState): number | null => ('seat' in state ? state.seat : null)

/** Still to be attended or settled; a state that is not is history. */
export function isLive(state: Pick<SignUpState, 'status'>): boolean {
  switch (state.status) {
    case 'nominated':
    case 'awaiting_approval':
    case 'applied':
    case 'confirmed':
    case 'offered':
    case 'waitlisted':
      return true
    case 'declined':
    case 'cancelled':
    case 'attended':
    case 'partly':
    case 'absent':
    case 'completed':
      return false
    default:
      return state.status satisfies never
  }
}

/** Nothing more is asked of the person, save a report. */
export const isDone = (state: Pick<SignUpState, 'status'>): boolean =>
  state.status === 'attended' || state.status === 'completed'

/**
 * What becomes of a sign-up. Pure: who may is asked elsewhere, and a seat named in a command is free (the caller holds
 * the session's lock; the keys of `seat` refuse anything else).
 */
export function transition(
  signUp: Pick<SignUp, 'mandatory'> & SignUpState,
  command: SignUpCommand,
  now: Temporal.Instant,
): SignUpOutcome {
  switch (command.type) {
    case 'approve':
      return approve(signUp, command)
    case 'decline':
      return ['awaiting_approval', 'applied', 'waitlisted'].includes(signUp.status)
        ? moved({ status: 'declined', reasonGiven: command.reason })
        : refused('not-now')
    case 'choose':
      if (signUp.status !== 'nominated' && signUp.status !== 'confirmed' && signUp.status !== 'waitlisted')
        return refused('not-now')
      if (command.sessionId === null) return moved({ status: 'confirmed', sessionId: null, seat: null })
      return command.seat === null
        ? moved({ status: 'waitlisted', sessionId: command.sessionId })
        : moved({ status: 'confirmed', sessionId: command.sessionId, seat: command.seat })
    case 'place':
      return ['applied', 'waitlisted', 'nominated'].includes(signUp.status)
        ? moved({ status: 'confirmed', sessionId: command.sessionId, seat: command.seat })
        : refused('not-now')
    case 'wait':
      return signUp.status === 'applied'
        ? moved({ status: 'waitlisted', sessionId: command.sessionId })
        : refused('not-now')
    case 'offer':
      return signUp.status === 'waitlisted'
        ? moved({
            status: 'offered',
            sessionId: command.sessionId ?? signUp.sessionId,
            seat: command.seat,
            offerUntil: command.until,
          })
        : refused('not-now')
    case 'accept':
      if (signUp.status !== 'offered') return refused('not-now')
      return Temporal.Instant.compare(now, signUp.offerUntil) < 0
        ? moved({ status: 'confirmed', sessionId: signUp.sessionId, seat: signUp.seat })
        : refused('offer-over')
    case 'lapse':
      if (signUp.status !== 'offered') return refused('not-now')
      if (Temporal.Instant.compare(now, signUp.offerUntil) < 0) return refused('offer-running')
      return giveUp(signUp, 'offer_expired')
    case 'withdraw':
      return isLive(signUp) ? giveUp(signUp, 'self') : refused('not-now')
    case 'end':
      return end(signUp, command.because)
    case 'attend':
    case 'miss':
    case 'complete':
      return record(signUp, command)
    default:
      return command satisfies never
  }
}

function approve(signUp: SignUpState, command: SignUpCommand & { type: 'approve' }): SignUpOutcome {
  if (signUp.status !== 'awaiting_approval') return refused('not-now')
  if (command.gives === 'later') return moved({ status: 'applied' })
  const { sessionId } = signUp
  if (sessionId === null) return moved({ status: 'confirmed', sessionId, seat: null })
  const seat = signUp.seat ?? command.seat
  return seat === null
    ? moved({ status: 'waitlisted', sessionId })
    : moved({ status: 'confirmed', sessionId, seat })
}

/** Whoever must take part gives the session back and remains nominated; who only has the nomination keeps it. */
function giveUp(
  signUp: Pick<SignUp, 'mandatory'> & SignUpState,
  because: 'self' | 'offer_expired',
): SignUpOutcome {
  if (!signUp.mandatory) return moved({ status: 'cancelled', because })
  return signUp.status === 'nominated' ? refused('mandatory') : moved({ status: 'nominated' })
}

function end(
  signUp: Pick<SignUp, 'mandatory'> & SignUpState,
  because: Exclude<CancelReason, 'self' | 'offer_expired'>,
): SignUpOutcome {
  if (!isLive(signUp)) return refused('not-now')
  // The duty outlives the session: another one is to be chosen.
  if (because === 'session_cancelled' && signUp.mandatory) return moved({ status: 'nominated' })
  return moved({ status: 'cancelled', because })
}

/** What was is recorded, and may be put right afterwards. */
function record(
  signUp: SignUpState,
  command: SignUpCommand & { type: 'attend' | 'miss' | 'complete' },
): SignUpOutcome {
  // Somebody refused or cancelled who came all the same gets a sign-up of their own.
  if (signUp.status === 'declined' || signUp.status === 'cancelled') return refused('not-now')
  const sessionId = ('sessionId' in command ? command.sessionId : undefined) ?? sessionOf(signUp)
  switch (command.type) {
    case 'attend':
      return moved({ status: 'attended', sessionId, doneOn: command.on })
    case 'miss':
      return moved({ status: command.part ? 'partly' : 'absent', sessionId, excused: command.excused })
    case 'complete':
      return moved({ status: 'completed', sessionId, doneOn: command.on })
    default:
      return command satisfies never
  }
}

/** "course:3", "session:5", "sign-up:12": how audit, notices and bookings name them. */
export const courseSubject = (id: number): string => `course:${id}`
export const sessionSubject = (id: number): string => `session:${id}`
export const signUpSubject = (id: number): string => `sign-up:${id}`
