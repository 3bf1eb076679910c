// The last seat of a training, pressed for by twenty at the same moment; the selection of a large one.
import { toDbDate, toDbInstant } from '../../../src/db/time.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import { loadCourse } from '../../../src/features/trainings/load.ts'
import { propose } from '../../../src/features/trainings/selection/proposal.ts'
import { select } from '../../../src/matching/selection.ts'
import { at, type BenchCity, type Staff } from '../city.ts'
import { type Bench, median, medianOf, timed } from '../figure.ts'
import type { Announcing } from './announcements.ts'

const PEOPLE = 20
const TURNS = 7

/** A course of one seat, open to everybody, and twenty people who want it. */
async function addCourse({ db }: BenchCity, turn: number): Promise<number> {
  const course = await db.prisma.course.create({
    data: {
      fiscalYear: 2027,
      code: `BENCH-${turn}`,
      series: 'BENCH',
      name: '防災研修',
      kind: 'specialist',
      approvalNeeded: false,
      opensOn: toDbDate(Temporal.PlainDate.from('2027-05-01')),
      closesOn: toDbDate(Temporal.PlainDate.from('2027-05-31')),
      status: 'published',
      target: {},
      sessions: {
        create: {
          ordinal: 1,
          startsAt: toDbInstant(at('2027-06-10T13:30')),
          endsAt: toDbInstant(at('2027-06-10T16:00')),
          seats: { create: { number: 1 } },
        },
      },
    },
    select: { id: true },
  })
  return course.id
}

/** From the first press to the last answer, through intake like everybody; the median of a few such moments. */
export const lastSeat: Bench<BenchCity & { readonly staff: Staff }> = {
  name: 'last-seat-20-at-once',
  unit: 'ms',
  target: 1_000,
  async measure(scene) {
    const { db, staff, tell } = scene
    const taken: number[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      const course = await addCourse(scene, turn)
      const people = staff.people.slice(turn * PEOPLE, (turn + 1) * PEOPLE)
      const press = (person: number) =>
        tell(person, { type: 'click', action: { id: 'trainings.apply', data: { course } } })
      taken.push(await timed(() => Promise.all(people.map(press))))
      const seated = await db.prisma.signUp.count({ where: { courseId: course, status: 'confirmed' } })
      const waiting = await db.prisma.signUp.count({ where: { courseId: course, status: 'waitlisted' } })
      if (seated !== 1 || waiting !== PEOPLE - 1)
        throw new Error(`${seated} have the one seat, ${waiting} wait`)
    }
    return { value: median(taken.slice(1)) }
  },
}

const APPLICANTS = 5_000
const SESSIONS = 40
const SEATS = 100

/** A lottery with forty sessions of a hundred seats, for which five thousand people have named three each. */
async function addLottery({ db }: Announcing): Promise<number> {
  const first = at('2027-06-07T13:30')
  const { id } = await db.prisma.course.create({
    data: {
      fiscalYear: 2027,
      code: 'LOTTERY',
      series: 'LOTTERY',
      name: '人権研修',
      kind: 'mandatory',
      selection: 'lottery',
      opensOn: toDbDate(Temporal.PlainDate.from('2027-04-12')),
      closesOn: toDbDate(Temporal.PlainDate.from('2027-05-10')),
      status: 'published',
      target: {},
      sessions: {
        create: Array.from({ length: SESSIONS }, (_, n) => ({
          ordinal: n + 1,
          startsAt: toDbInstant(first.add({ hours: 24 * n })),
          endsAt: toDbInstant(first.add({ hours: 24 * n + 2 })),
          seats: { create: Array.from({ length: SEATS }, (_, seat) => ({ number: seat + 1 })) },
        })),
      },
    },
    select: { id: true },
  })
  // Some sessions are liked better than others, and every fifth person must take part.
  for (const statement of [
    `INSERT INTO sign_up (course_id, person_id, status, mandatory, applied_at)
     SELECT ${id}, p, 'applied', p % 5 = 0, '2027-05-01' FROM generate_series(1, ${APPLICANTS}) p`,
    `INSERT INTO sign_up_wish (sign_up_id, rank, session_id)
     SELECT u.id, r.rank, s.id FROM sign_up u
     JOIN (VALUES (1, 0), (2, 7), (3, 19)) r(rank, step) ON true
     JOIN course_session s ON s.course_id = u.course_id
       AND s.ordinal = ((u.person_id % 13) * 3 + r.step) % ${SESSIONS} + 1
     WHERE u.course_id = ${id}`,
    'VACUUM ANALYZE',
  ])
    await db.pool.query(statement)
  return id
}

/** From HR's click to everybody's place with its reason: read, put into classes, drawn, seated. */
export const selectSeats: Bench<Announcing> = {
  name: 'select-5000-over-40',
  unit: 'ms',
  target: 1_000,
  control: 'the draw alone',
  async measure(scene) {
    const { db } = scene
    const id = await addLottery(scene)
    const on = { now: at('2027-05-14T10:00'), today: Temporal.PlainDate.from('2027-05-14') }
    const draw = { seed: '7f3a', judgements: [] }
    const proposal = () =>
      inTransaction(db, async (tx) => {
        const course = await loadCourse(tx, id)
        if (!course) throw new Error('no course')
        return propose(tx, course, draw, on)
      })
    const { applicants } = await proposal()
    const seated = applicants.filter(({ result }) => result?.seat).length
    if (applicants.length !== APPLICANTS || seated === 0 || seated > SESSIONS * SEATS)
      throw new Error(`${seated} of ${applicants.length} have a seat`)
    const value = await medianOf(5, proposal)
    const sessions = Array.from({ length: SESSIONS }, (_, n) => ({ id: String(n), seats: SEATS }))
    const people = applicants.map(({ number, result }, n) => ({
      number,
      priority: result?.priority ?? 1,
      wishes: [n % SESSIONS, (n + 7) % SESSIONS, (n + 19) % SESSIONS].map(String),
    }))
    const control = await medianOf(5, async () =>
      select({ seed: draw.seed, event: 'bench' }, people, sessions),
    )
    return { value, control }
  },
}
