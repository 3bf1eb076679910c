// The result takes effect: seats are given, the others wait in the order of their turns, and everybody is told.
import type { Tx } from '../../../db/transaction.ts'
import type { Core } from '../../feature.ts'
import { moveSignUps } from '../sign-up/move.ts'
import { freeSeats, lockSessions } from '../sign-up/seats.ts'
import { type By, lockSignUps } from '../sign-up/store.ts'
import type { Course, Move } from '../state.ts'
import { type Draw, type Judgement, type PublishedResult, publishDraw } from './draws.ts'
import { type Applicant, eventOf, type Proposal, propose } from './proposal.ts'

/** Locks what the result depends on, in the order that everybody keeps: sessions, then sign-ups. */
export async function lockApplicants(tx: Tx, course: Course): Promise<void> {
  await lockSessions(
    tx,
    course.sessions.map(({ id }) => id),
  )
  const rows = await tx.signUp.findMany({
    where: { courseId: course.id, status: { in: ['applied', 'nominated'] } },
    select: { id: true },
  })
  await lockSignUps(
    tx,
    rows.map(({ id }) => id),
  )
}

/** How many got a seat. The caller holds the locks and has asked whether it is time. */
export async function publish(
  core: Core,
  tx: Tx,
  course: Course,
  draw: Draw,
  by: By & { readonly today: Temporal.PlainDate; readonly passed: (reason: Judgement['reason']) => string },
): Promise<{ readonly seated: number; readonly waiting: number }> {
  const proposal = await propose(tx, course, draw, by)
  await writeRanks(tx, proposal)
  const free = new Map<number, number[]>()
  for (const [session, count] of proposal.seats) free.set(session, await freeSeats(tx, session, count))
  const moves = proposal.applicants.flatMap((applicant) => moveOf(applicant, free, by.passed))
  await publishDraw(tx, draw, resultOf(course, proposal), by.now)
  await moveSignUps(core, tx, moves, by)
  const seated = moves.filter(({ command }) => command.type === 'place').length
  return { seated, waiting: moves.filter(({ command }) => command.type === 'wait').length }
}

function moveOf(
  { signUp, result, judgement }: Applicant,
  free: Map<number, number[]>,
  passed: (reason: Judgement['reason']) => string,
): Move[] {
  if (!result) {
    const reason = passed(judgement?.reason ?? 'other')
    return signUp.status === 'applied' ? [{ signUp, command: { type: 'decline', reason } }] : []
  }
  if (result.seat) {
    const sessionId = Number(result.seat.session)
    const seat = free.get(sessionId)?.shift()
    if (seat === undefined) throw new Error(`session ${sessionId} has fewer seats than were given`)
    return [{ signUp, command: { type: 'place', sessionId, seat } }]
  }
  const [first] = result.waiting
  // A nominated person who got none is still nominated, and chooses once there are seats.
  if (signUp.status !== 'applied' || !first) return []
  return [{ signUp, command: { type: 'wait', sessionId: Number(first.session) } }]
}

/** The order of turns becomes the order of the waiting lists. */
async function writeRanks(tx: Tx, { applicants }: Proposal): Promise<void> {
  const rows = applicants.map(({ signUp }, place) => ({ id: signUp.id, rank: place + 1 }))
  await tx.$executeRaw`
    UPDATE sign_up u SET queue_rank = v.rank
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v(id int, rank int) WHERE u.id = v.id`
}

function resultOf(course: Course, { applicants, selection, seats }: Proposal): PublishedResult {
  return {
    event: eventOf(course.id),
    results: applicants.flatMap(({ signUp, result }) =>
      result
        ? [
            {
              signUp: signUp.id,
              person: signUp.personId,
              priority: result.priority,
              lot: result.lot,
              seat: result.seat ? { session: Number(result.seat.session), wish: result.seat.wish } : null,
            },
          ]
        : [],
    ),
    cutoffs: Object.fromEntries(selection.cutoffs),
    closed: [...seats].filter(([, count]) => count === 0).map(([session]) => session),
  }
}
