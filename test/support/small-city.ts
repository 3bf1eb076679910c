// A few people in a few sections, written straight into the tables, for tests of features that follow the directory.
import { toDbDate } from '../../src/db/time.ts'
import type { Tx } from '../../src/db/transaction.ts'
import type { WantedNotice } from '../../src/delivery/notice.ts'
import type { Core } from '../../src/features/feature.ts'
import type { Log } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'

export const day = (iso: string): Temporal.PlainDate => Temporal.PlainDate.from(iso)
/** A local time in Tokyo: at('2027-05-10T09:00'). */
export const at = (local: string): Temporal.Instant =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('Asia/Tokyo').toInstant()

const early = toDbDate(day('2020-04-01'))

export async function addSection(tx: Tx, code: string, name: string, parentId: number | null = null) {
  const made = await tx.section.create({ data: { code, name, parentId, validFrom: early } })
  return made.id
}

let numbered = 1000
export async function addPerson(
  tx: Tx,
  name: string,
  sectionId: number,
  more: { title?: string; gradeId?: number; hiredOn?: string; employmentKindId?: number } = {},
): Promise<number> {
  numbered += 1
  const made = await tx.person.create({
    data: {
      number: String(numbered),
      name,
      hiredOn: toDbDate(day(more.hiredOn ?? '2015-04-01')),
      employmentKindId: more.employmentKindId ?? null,
      posts: {
        create: { sectionId, title: more.title ?? '主事', gradeId: more.gradeId ?? null, validFrom: early },
      },
    },
  })
  return made.id
}

/** A route from the beginning on, or between two days. */
export async function addRoute(
  tx: Tx,
  role: 'first' | 'second' | 'supervisor',
  subject: { personId: number } | { sectionId: number },
  evaluatorId: number,
  from = '2020-04-01',
  to?: string,
) {
  await tx.route.create({
    data: {
      role,
      ...('personId' in subject
        ? { subjectPersonId: subject.personId }
        : { subjectSectionId: subject.sectionId }),
      evaluatorId,
      validFrom: toDbDate(day(from)),
      validTo: to ? toDbDate(day(to)) : null,
    },
  })
}

/** Ends a person's main post and gives another one, from `on` on. */
export async function transfer(tx: Tx, personId: number, sectionId: number, on: string) {
  await tx.post.updateMany({
    where: { personId, main: true, validTo: null },
    data: { validTo: toDbDate(day(on)) },
  })
  await tx.post.create({ data: { personId, sectionId, title: '主事', validFrom: toDbDate(day(on)) } })
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface TestCore {
  readonly core: Core
  /** What is planned by subject, after all reconciling so far. */
  readonly planned: Map<string, readonly WantedNotice[]>
}

/** A core whose planner only remembers, and which tells `hear` of domain events. */
export function testCore(db: Core['db'], hear?: (core: Core) => Core['tell']): TestCore {
  const planned = new Map<string, readonly WantedNotice[]>()
  const core: Core = {
    db,
    clock: { now: () => Temporal.Instant.from('2027-05-10T00:00:00Z') },
    zone: 'Asia/Tokyo',
    mark: secretOf(Buffer.alloc(32, 3)).mark,
    sealing: secretOf(Buffer.alloc(32, 3)),
    notices: {
      reconcile: async (_tx, subjects) => {
        for (const { subject, wanted } of subjects) planned.set(subject, wanted)
      },
    },
    tell: async (event, tx, now) => {
      await hear?.(core)(event, tx, now)
    },
    log: silent,
  }
  return { core, planned }
}
