// The last seat of a training, pressed for by twenty at the same moment.
import { toDbDate, toDbInstant } from '../../../src/db/time.ts'
import { at, type BenchCity, type Staff } from '../city.ts'
import { type Bench, median, timed } from '../figure.ts'

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
