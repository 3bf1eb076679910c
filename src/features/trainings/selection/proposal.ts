// Who would get which seat as things stand now. With the seed fixed beforehand the same applicants always give the same
// result, so that it is worked out anew whenever it is looked at, and kept only when it is published.
import { fromDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadMembers } from '../../../directory/audience/query.ts'
import { yearOfService } from '../../../directory/audience.ts'
import { type Result, type Selection, select } from '../../../matching/selection.ts'
import { loadSignUps } from '../load.ts'
import { isAhead } from '../sign-up/card.ts'
import type { Course, SignUp } from '../state.ts'
import type { Draw, Judgement } from './draws.ts'
import { type Candidate, classOf, ruleOf } from './rule.ts'

/** What a lottery number is made of, beside the seed and the staff number. */
export const eventOf = (courseId: number): string => `course-${courseId}`

/** Before the first class: whom HR has preferred. */
export const PREFERRED = 0

export interface Applicant {
  readonly signUp: SignUp
  /** Staff number. */
  readonly number: string
  readonly candidate: Candidate
  readonly judgement: Judgement | undefined
  /** Undefined: passed over by HR. */
  readonly result: Result | undefined
  /** Among those who get no seat: whoever has one is taken off the waiting lists of what they liked better. */
  readonly waitingPlace?: number
}

export interface Proposal {
  /** In the order of their turns; those passed over last. */
  readonly applicants: readonly Applicant[]
  readonly selection: Selection
  /** Seats that were free of each session still to come. */
  readonly seats: ReadonlyMap<number, number>
}

/** Those who want a seat: applied, or nominated (all sessions in their order, unless they said otherwise). */
const applying = ['applied', 'nominated']

export async function propose(
  tx: Tx,
  course: Course,
  draw: Pick<Draw, 'seed' | 'judgements'>,
  on: { readonly now: Temporal.Instant; readonly today: Temporal.PlainDate },
): Promise<Proposal> {
  const sessions = course.sessions.filter((session) => isAhead(session, on.now))
  const ahead = new Set(sessions.map(({ id }) => id))
  const seats = new Map(sessions.map(({ id, capacity, taken }) => [id, Math.max(0, capacity - taken)]))
  const signUps = await loadSignUps(tx, { courseId: course.id, status: { in: applying } })
  const candidates = await candidatesOf(tx, course, signUps, on.today)
  const rule = ruleOf(course)
  const judged = new Map(draw.judgements.map((each) => [each.signUp, each]))
  const known = signUps.flatMap((signUp) => {
    const facts = candidates.get(signUp.personId)
    return facts ? [{ signUp, ...facts, judgement: judged.get(signUp.id) }] : []
  })
  const selection = select(
    { seed: draw.seed, event: eventOf(course.id) },
    known
      .filter(({ judgement }) => judgement?.as !== 'pass')
      .map(({ signUp, number, candidate, judgement }) => ({
        number,
        priority: judgement?.as === 'prefer' ? PREFERRED : classOf(rule, candidate),
        wishes: (signUp.wishes.length > 0 ? signUp.wishes : [...ahead])
          .filter((id) => ahead.has(id))
          .map(String),
      })),
    sessions.map(({ id }) => ({ id: String(id), seats: seats.get(id) ?? 0 })),
  )
  const order = new Map(selection.results.map((result, place) => [result.number, { result, place }]))
  const applicants = known
    .map((each): Applicant => ({ ...each, result: order.get(each.number)?.result }))
    .toSorted((a, b) => (order.get(a.number)?.place ?? Infinity) - (order.get(b.number)?.place ?? Infinity))
  const waiting = new Map<string, number>()
  const placed = applicants.map((each): Applicant => {
    const [first] = each.result?.waiting ?? []
    if (!first || each.result?.seat || each.signUp.status !== 'applied') return each
    const waitingPlace = (waiting.get(first.session) ?? 0) + 1
    waiting.set(first.session, waitingPlace)
    return { ...each, waitingPlace }
  })
  return { applicants: placed, selection, seats }
}

async function candidatesOf(
  tx: Tx,
  course: Course,
  signUps: readonly SignUp[],
  today: Temporal.PlainDate,
): Promise<ReadonlyMap<number, { readonly number: string; readonly candidate: Candidate }>> {
  const ids = signUps.map(({ personId }) => personId)
  const mandatory = new Set(signUps.filter((each) => each.mandatory).map(({ personId }) => personId))
  const recommended = new Set(
    signUps.filter(({ recommendedById }) => recommendedById !== null).map(({ personId }) => personId),
  )
  const people = await tx.person.findMany({
    where: { id: { in: ids } },
    select: { id: true, number: true, hiredOn: true },
  })
  const members = new Map(
    (await loadMembers(tx, today, { personIds: ids })).map((one) => [one.personId, one]),
  )
  const done = await tx.signUp.findMany({
    where: {
      personId: { in: ids },
      status: { in: ['attended', 'completed'] },
      course: { series: course.series, id: { not: course.id } },
    },
    select: { personId: true },
  })
  const completed = new Set(done.map(({ personId }) => personId))
  return new Map(
    people.map(({ id, number, hiredOn }) => {
      const main = members.get(id)?.posts.find((post) => post.main)
      const candidate: Candidate = {
        mandatory: mandatory.has(id),
        completed: completed.has(id),
        recommended: recommended.has(id),
        rank: main?.gradeRank ?? null,
        year: hiredOn ? yearOfService(fromDbDate(hiredOn), today) : null,
      }
      return [id, { number, candidate }]
    }),
  )
}
