import type { Prisma } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull, fromDbInstant, fromDbInstantOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { CancelReason, Course, CourseKind, Selection, Session, SignUp, SignUpState } from './state.ts'

const ofSession = {
  _count: { select: { seats: true, signUps: { where: { seatNumber: { not: null } } } } },
} satisfies Prisma.CourseSessionInclude
const ofCourse = {
  sessions: { include: ofSession, orderBy: [{ startsAt: 'asc' }, { ordinal: 'asc' }] },
} satisfies Prisma.CourseInclude

type CourseRow = Prisma.CourseGetPayload<{ include: typeof ofCourse }>
type SessionRow = Prisma.CourseSessionGetPayload<{ include: typeof ofSession }>
type SignUpRow = Prisma.SignUpGetPayload<object>

/** Courses by any condition, with their sessions and how many seats are held; by the end of the window, then code. */
export async function loadCourses(tx: Tx, where: Prisma.CourseWhereInput): Promise<Course[]> {
  const rows = await tx.course.findMany({
    where,
    include: ofCourse,
    orderBy: [{ closesOn: 'asc' }, { code: 'asc' }],
  })
  return rows.map(toCourse)
}

/** One course; undefined where there is none of this id. */
export const loadCourse = async (tx: Tx, id: number): Promise<Course | undefined> =>
  (await loadCourses(tx, { id }))[0]

/** Sign-ups by any condition, in the order of the waitlist: place in the draw, then time of application, then id. */
export async function loadSignUps(tx: Tx, where: Prisma.SignUpWhereInput): Promise<SignUp[]> {
  const rows = await tx.signUp.findMany({
    where,
    orderBy: [
      { queueRank: { sort: 'asc', nulls: 'last' } },
      { appliedAt: { sort: 'asc', nulls: 'last' } },
      { id: 'asc' },
    ],
  })
  const wishes = await wishesOf(tx, rows)
  return rows.map((row) => toSignUp(row, wishes.get(row.id) ?? []))
}

/** Ranked sessions, best first: as one value, since a lottery has thousands of them. */
async function wishesOf(
  tx: Tx,
  rows: readonly Pick<SignUpRow, 'id'>[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  if (rows.length === 0) return new Map()
  const [row] = await tx.$queryRaw<{ wishes: string | null }[]>`
    SELECT json_agg(json_build_array(w.sign_up_id, w.sessions))::text AS wishes
    FROM (SELECT sign_up_id, json_agg(session_id ORDER BY rank) AS sessions FROM sign_up_wish
          WHERE sign_up_id = ANY(${`{${rows.map(({ id }) => id).join(',')}}`}::int[]) GROUP BY sign_up_id) w`
  return new Map(row?.wishes ? (JSON.parse(row.wishes) as [number, number[]][]) : [])
}

const toSession = ({ _count, ...row }: SessionRow): Session => ({
  id: row.id,
  courseId: row.courseId,
  ordinal: row.ordinal,
  startsAt: fromDbInstant(row.startsAt),
  endsAt: fromDbInstant(row.endsAt),
  place: row.place,
  url: row.url,
  status: row.status as Session['status'],
  version: row.version,
  capacity: _count.seats,
  taken: _count.signUps,
})

const toCourse = (row: CourseRow): Course => ({
  ...row,
  kind: row.kind as CourseKind,
  selection: row.selection as Selection,
  opensOn: fromDbDate(row.opensOn),
  closesOn: fromDbDate(row.closesOn),
  deadline: fromDbDateOrNull(row.deadline),
  lecturerConfirmedAt: fromDbInstantOrNull(row.lecturerConfirmedAt),
  status: row.status as Course['status'],
  sessions: row.sessions.map(toSession),
})

/** A row that the checks of its table let through is one of these; anything else is a defect and thrown. */
function stateOf(row: SignUpRow): SignUpState {
  const { sessionId, seatNumber: seat } = row
  const missing = (what: string) => new Error(`sign-up ${row.id} is ${row.status} without ${what}`)
  const status = row.status as SignUpState['status']
  switch (status) {
    case 'nominated':
    case 'applied':
      return { status }
    case 'awaiting_approval':
      return { status, sessionId, seat, approverId: row.approverId }
    case 'confirmed':
      return { status, sessionId, seat }
    case 'offered':
      if (sessionId === null || seat === null || !row.offerUntil) throw missing('a seat')
      return { status, sessionId, seat, offerUntil: fromDbInstant(row.offerUntil) }
    case 'waitlisted':
      if (sessionId === null) throw missing('a session')
      return { status, sessionId }
    case 'declined':
      return { status, reasonGiven: row.declineReason }
    case 'cancelled':
      return { status, because: row.cancelReason as CancelReason }
    case 'attended':
    case 'completed':
      if (!row.doneOn) throw missing('a day')
      return { status, sessionId, doneOn: fromDbDate(row.doneOn) }
    case 'partly':
    case 'absent':
      return { status, sessionId, excused: row.excused }
    default:
      throw new Error(`sign-up ${row.id} has an unknown status: ${status satisfies never}`)
  }
}

/** A row as the sign-up it is. */
const toSignUp = (row: SignUpRow, wishes: readonly number[]): SignUp => ({
  id: row.id,
  courseId: row.courseId,
  personId: row.personId,
  mandatory: row.mandatory,
  reason: row.reason,
  appliedAt: fromDbInstantOrNull(row.appliedAt),
  queueRank: row.queueRank,
  wishes,
  recommendedById: row.recommendedById,
  surveyAnswered: row.surveyAnswered,
  quietUntil: fromDbDateOrNull(row.quietUntil),
  version: row.version,
  ...stateOf(row),
})
