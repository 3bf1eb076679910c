// Two sections with their managers and some staff, and courses to sign up for.
import type { Database } from '../../src/db/open.ts'
import { toDbDate, toDbInstant } from '../../src/db/time.ts'
import type { Tx } from '../../src/db/transaction.ts'
import { grant } from './interview-city.ts'
import { addPerson, addRoute, addSection, at, day } from './small-city.ts'

export interface TrainingCity {
  readonly section: number
  readonly other: number
  readonly boss: number
  readonly deputy: number
  readonly hr: number
  readonly staff: readonly number[]
}

export async function trainingCity(db: Database, size = 4): Promise<TrainingCity> {
  const tx = db.prisma
  const section = await addSection(tx, '0100', '総務課')
  const other = await addSection(tx, '0200', '税務課')
  const boss = await addPerson(tx, '佐藤 一郎', section, { title: '課長' })
  const deputy = await addPerson(tx, '鈴木 二郎', section, { title: '課長補佐' })
  await addRoute(tx, 'first', { sectionId: section }, boss)
  const hr = await addPerson(tx, '人事 太郎', other, { title: '主査' })
  await grant(db, hr, 'hr')
  const staff: number[] = []
  for (let n = 1; n <= size; n++) staff.push(await addPerson(tx, `職員${n} 花子`, section))
  return { section, other, boss, deputy, hr, staff }
}

let numbered = 0

interface CourseOptions {
  readonly code?: string
  readonly name?: string
  readonly capacities?: readonly number[]
  readonly approvalNeeded?: boolean
  readonly mandatory?: boolean
  readonly selection?: 'first_come' | 'lottery' | 'hr'
  readonly kind?: string
  readonly opensOn?: string
  readonly closesOn?: string
  readonly deadline?: string
  /** The first session's day; the others follow a week apart. */
  readonly firstDay?: string
  readonly status?: string
  readonly target?: object | null
  readonly nomination?: object
  readonly sectionId?: number
  readonly fiscalYear?: number
  readonly series?: string
}

/** A published course whose window is open from 6 to 28 May 2027, with a session in June for each capacity. */
export async function addCourse(
  tx: Tx,
  options: CourseOptions = {},
): Promise<{ id: number; sessions: number[] }> {
  numbered += 1
  const code = options.code ?? `K${numbered}`
  const course = await tx.course.create({
    data: {
      fiscalYear: options.fiscalYear ?? 2027,
      code,
      series: options.series ?? code,
      name: options.name ?? `防災研修${numbered}`,
      kind: options.kind ?? 'specialist',
      approvalNeeded: options.approvalNeeded ?? false,
      mandatory: options.mandatory ?? false,
      selection: options.selection ?? 'first_come',
      opensOn: toDbDate(day(options.opensOn ?? '2027-05-06')),
      closesOn: toDbDate(day(options.closesOn ?? '2027-05-28')),
      deadline: options.deadline ? toDbDate(day(options.deadline)) : null,
      status: options.status ?? 'published',
      ...(options.target !== null && { target: options.target ?? {} }),
      ...(options.nomination && { nomination: options.nomination }),
      sectionId: options.sectionId ?? null,
    },
  })
  const first = day(options.firstDay ?? '2027-06-10')
  const sessions: number[] = []
  for (const [n, capacity] of (options.capacities ?? [2]).entries()) {
    const date = first.add({ days: 7 * n })
    const session = await tx.courseSession.create({
      data: {
        courseId: course.id,
        ordinal: n + 1,
        startsAt: toDbInstant(at(`${date}T13:30`)),
        endsAt: toDbInstant(at(`${date}T16:00`)),
        place: '第1研修室',
        seats: { create: Array.from({ length: capacity }, (_, i) => ({ number: i + 1 })) },
      },
    })
    sessions.push(session.id)
  }
  return { id: course.id, sessions }
}

export const statusesOf = async (tx: Tx, courseId: number): Promise<string[]> =>
  (await tx.signUp.findMany({ where: { courseId }, orderBy: { id: 'asc' } })).map(({ status }) => status)
