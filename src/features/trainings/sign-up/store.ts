// How sign-ups are written: every column follows from the state, so that no row says two things.
import { type AuditVia, writeAudits } from '../../../db/audit.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadSignUps } from '../load.ts'
import { type SignUp, type SignUpState, seatOf, sessionOf, signUpSubject } from '../state.ts'

/** Who does it: a person, or the system itself (a rule, the timer). */
export interface By {
  readonly actorId: number | null
  readonly via: AuditVia
  readonly flow?: string | null
  readonly now: Temporal.Instant
}

export const systemBy = (now: Temporal.Instant): By => ({ actorId: null, via: 'system', now })

interface Columns {
  readonly status: string
  readonly sessionId: number | null
  readonly seatNumber: number | null
  readonly approverId: number | null
  readonly offerUntil: string | null
  readonly declineReason: string
  readonly cancelReason: string | null
  readonly excused: boolean | null
  readonly doneOn: string | null
}

const columnsOf = (state: SignUpState): Columns => ({
  status: state.status,
  sessionId: sessionOf(state),
  seatNumber: seatOf(state),
  approverId: 'approverId' in state ? state.approverId : null,
  offerUntil: 'offerUntil' in state ? toDbInstant(state.offerUntil).toISOString() : null,
  declineReason: 'reasonGiven' in state ? state.reasonGiven : '',
  cancelReason: 'because' in state ? state.because : null,
  excused: 'excused' in state ? state.excused : null,
  doneOn: 'doneOn' in state ? state.doneOn.toString() : null,
})

/** Locks sign-ups until the transaction ends, lowest id first; sessions are locked before them. */
export async function lockSignUps(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.$queryRaw`SELECT id FROM sign_up WHERE id = ANY(${[...ids]}::int[]) ORDER BY id FOR UPDATE`
}

/** Whether a change is worth keeping a decider for. */
const decides = new Set([
  'confirmed',
  'applied',
  'declined',
  'waitlisted',
  'attended',
  'partly',
  'absent',
  'completed',
])

export interface Change {
  readonly signUp: SignUp
  readonly to: SignUpState
  /** What was done, for the trail: "approve". */
  readonly action: string
}

/**
 * Writes new states; each counts up its version. Those that somebody else has changed meanwhile are left alone: the
 * ids that were written are returned.
 */
export async function writeStates(tx: Tx, changes: readonly Change[], by: By): Promise<ReadonlySet<number>> {
  if (changes.length === 0) return new Set()
  const rows = changes.map(({ signUp, to }) => ({
    id: signUp.id,
    version: signUp.version,
    ...columnsOf(to),
    decided: decides.has(to.status),
  }))
  const at = toDbInstant(by.now).toISOString()
  const written = await tx.$queryRaw<{ id: number }[]>`
    UPDATE sign_up u
    SET status = v.status, session_id = v."sessionId", seat_number = v."seatNumber", approver_id = v."approverId",
        offer_until = v."offerUntil", decline_reason = v."declineReason", cancel_reason = v."cancelReason",
        excused = v.excused, done_on = v."doneOn", version = u.version + 1,
        decided_by_id = CASE WHEN v.decided THEN ${by.actorId}::int ELSE u.decided_by_id END,
        decided_at = CASE WHEN v.decided THEN ${at}::timestamptz ELSE u.decided_at END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS v(id int, version int, status text, "sessionId" int, "seatNumber" int, "approverId" int,
           "offerUntil" timestamptz, "declineReason" text, "cancelReason" text, excused boolean, "doneOn" date,
           decided boolean)
    WHERE u.id = v.id AND u.version = v.version
    RETURNING u.id`
  const ids = new Set(written.map(({ id }) => id))
  await writeAudits(
    tx,
    changes
      .filter(({ signUp }) => ids.has(signUp.id))
      .map(({ signUp, to, action }) => ({
        ...auditOf(by, signUp.id, signUp.personId),
        action: `trainings.${action}`,
        change: { course: signUp.courseId, from: signUp.status, to: to.status, session: sessionOf(to) },
      })),
  )
  return ids
}

const auditOf = (by: By, id: number, personId: number) => ({
  at: by.now,
  actorId: by.actorId,
  via: by.via,
  flow: by.flow ?? null,
  subject: signUpSubject(id),
  subjectPersonId: personId,
})

export interface NewSignUp {
  readonly courseId: number
  readonly personId: number
  readonly mandatory: boolean
  readonly reason: string | null
  readonly state: SignUpState
  /** Ranked sessions, best first. */
  readonly wishes?: readonly number[]
  /** Who was passed over did not apply. */
  readonly applied?: boolean
}

/**
 * Adds sign-ups, in the order given. Whoever has a live one in the course already is passed over (sign_up_one_live), so
 * a double click adds one.
 */
export async function addSignUps(
  tx: Tx,
  made: readonly NewSignUp[],
  action: string,
  by: By,
): Promise<SignUp[]> {
  if (made.length === 0) return []
  const at = toDbInstant(by.now)
  const rows = made.map(({ state, wishes: _, applied = true, ...rest }) => ({
    ...rest,
    ...columnsOf(state),
    appliedAt: applied ? at.toISOString() : null,
  }))
  const added = await tx.$queryRaw<{ id: number; person_id: number; course_id: number }[]>`
    INSERT INTO sign_up (course_id, person_id, mandatory, reason, status, session_id, seat_number, approver_id,
                         offer_until, decline_reason, cancel_reason, excused, done_on, applied_at)
    SELECT v."courseId", v."personId", v.mandatory, v.reason, v.status, v."sessionId", v."seatNumber", v."approverId",
           v."offerUntil", v."declineReason", v."cancelReason", v.excused, v."doneOn", v."appliedAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS v("courseId" int, "personId" int, mandatory boolean, reason text, status text, "sessionId" int,
           "seatNumber" int, "approverId" int, "offerUntil" timestamptz, "declineReason" text, "cancelReason" text,
           excused boolean, "doneOn" date, "appliedAt" timestamptz)
    ON CONFLICT (course_id, person_id) WHERE status NOT IN ('declined', 'cancelled', 'absent', 'partly') DO NOTHING
    RETURNING id, person_id, course_id`
  const idOf = new Map(added.map((row) => [`${row.course_id}:${row.person_id}`, row.id]))
  const wishes = made.flatMap(({ courseId, personId, wishes: ranked = [] }) => {
    const signUpId = idOf.get(`${courseId}:${personId}`)
    return signUpId ? ranked.map((sessionId, n) => ({ signUpId, sessionId, rank: n + 1 })) : []
  })
  if (wishes.length > 0) await tx.signUpWish.createMany({ data: wishes })
  await writeAudits(
    tx,
    made.flatMap(({ courseId, personId, state, reason }) => {
      const id = idOf.get(`${courseId}:${personId}`)
      if (!id) return []
      const change = {
        course: courseId,
        to: state.status,
        session: sessionOf(state),
        ...(reason && { reason }),
      }
      return [{ ...auditOf(by, id, personId), action: `trainings.${action}`, change }]
    }),
  )
  return loadSignUps(tx, { id: { in: [...idOf.values()] } })
}

/** Ranked sessions anew, best first; the caller has checked them. */
export async function writeWishes(tx: Tx, signUpId: number, sessions: readonly number[]): Promise<void> {
  await tx.signUpWish.deleteMany({ where: { signUpId } })
  if (sessions.length > 0)
    await tx.signUpWish.createMany({
      data: sessions.map((sessionId, n) => ({ signUpId, sessionId, rank: n + 1 })),
    })
}

/** "Remind me tomorrow." */
export async function writeQuiet(tx: Tx, signUpId: number, until: Temporal.PlainDate): Promise<void> {
  await tx.signUp.update({ where: { id: signUpId }, data: { quietUntil: toDbDate(until) } })
}
