// The law of the reminders once more, through the real database and the real handlers and listeners: whatever people
// do, what is planned is for the right person, in working hours, and of an interview that is still open.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { desk, type InterviewCity, interviewCity } from '../../../../test/support/interview-city.ts'
import {
  addPerson,
  addRoute,
  addSection,
  at,
  testCore,
  transfer,
} from '../../../../test/support/small-city.ts'
import { tellUntil } from '../../../../test/support/tell.ts'
import { fromDbDate, fromDbInstant, toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { createNotices } from '../../../delivery/planner.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { cityCalendar, isWorkingDay } from '../../../kernel/calendar.ts'
import { Refusal } from '../../../kernel/errors.ts'
import type { Core } from '../../feature.ts'
import { interviews } from '../index.ts'
import { ladderKinds } from './ladder.ts'
import { interviewOfReminder } from './matter.ts'
import { replan } from './replan.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const zone = 'Asia/Tokyo'
const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate()

type Move =
  | {
      readonly type: 'transfer' | 'leave' | 'book' | 'cancel' | 'answer' | 'later' | 'ask' | 'grant'
      readonly who: number
    }
  | { readonly type: 'offer'; readonly who: number; readonly days: number }
  | { readonly type: 'close' | 'reopen'; readonly who: number }

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom('transfer', 'leave', 'book', 'cancel', 'answer', 'later', 'ask', 'grant'),
      who: fc.nat(4),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('offer' as const),
      who: fc.nat(1),
      days: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('close' as const, 'reopen' as const), who: fc.nat(1) }),
  },
)

interface World {
  readonly core: Core
  readonly city: InterviewCity
  readonly other: { readonly section: number; readonly boss: number }
}

async function build(): Promise<World> {
  await truncateAll(db)
  const feature: { on?: ReturnType<typeof interviews>['on'] } = {}
  const core: Core = {
    ...testCore(db).core,
    notices: createNotices(),
    tell: async (event, tx, now) => feature.on?.(event, tx, now),
  }
  feature.on = interviews(core).on
  const city = await interviewCity(db, 3)
  const section = await addSection(db.prisma, '0200', '税務課')
  const boss = await addPerson(db.prisma, '山本 次郎', section, { title: '課長' })
  await addRoute(db.prisma, 'first', { sectionId: section }, boss)
  return { core, city, other: { section, boss } }
}

/** Does one thing; what a handler refuses changes nothing. */
async function act({ core, city, other }: World, made: Move, now: Temporal.Instant): Promise<void> {
  const d = desk(core, db)
  const tell = (event: DomainEvent) => inTransaction(db, (tx) => core.tell(event, tx, now))
  const today = dayOf(now)
  const place = made.who % city.staff.length
  const staff = city.staff[place] ?? 0
  const interview = city.interviews[place] ?? 0
  const bosses = [city.boss, other.boss]
  const row = await db.prisma.interview.findUniqueOrThrow({ where: { id: interview } })
  const data = { interview, version: row.version }
  switch (made.type) {
    case 'transfer': {
      const post = await db.prisma.post.findFirstOrThrow({ where: { personId: staff, validTo: null } })
      if (fromDbDate(post.validFrom).equals(today)) return
      await transfer(
        db.prisma,
        staff,
        post.sectionId === other.section ? city.section : other.section,
        today.toString(),
      )
      return tell({ type: 'transfer-effective', personIds: [staff], on: today })
    }
    case 'leave': {
      const person = [...city.staff, ...bosses][made.who] ?? staff
      const toOn = toDbDate(today.add({ days: 9 }))
      if ((await db.prisma.absence.count({ where: { personId: person, toOn: { gt: toDbDate(today) } } })) > 0)
        return
      await db.prisma.absence.create({
        data: { personId: person, kind: 'leave', fromOn: toDbDate(today), toOn },
      })
      return tell({ type: 'absence-changed', personIds: [person] })
    }
    case 'offer': {
      const startsAt = now.add({ hours: 24 * made.days })
      const ownerId = bosses[made.who] ?? city.boss
      const endsAt = startsAt.add({ minutes: 30 })
      const clash = await db.prisma.slot.count({
        where: { ownerId, startsAt: { lt: toDbInstant(endsAt) }, endsAt: { gt: toDbInstant(startsAt) } },
      })
      if (clash > 0) return
      await db.prisma.slot.create({
        data: { ownerId, stepId: city.step, startsAt: toDbInstant(startsAt), endsAt: toDbInstant(endsAt) },
      })
      return inTransaction(db, (tx) => replan(core, tx, city.interviews, now))
    }
    case 'book': {
      const slot = await db.prisma.slot.findFirst({
        where: { status: 'offered', startsAt: { gt: toDbInstant(now) } },
      })
      if (slot) await d.click(staff, 'interviews.take', { ...data, slot: slot.id }, now)
      return
    }
    case 'cancel':
      await d.click(staff, 'interviews.cancel', data, now)
      return
    case 'answer': {
      const who = made.who % 2 === 0 ? staff : city.boss
      await d.click(who, 'interviews.answer', { ...data, answer: made.who === 4 ? 'moved' : 'held' }, now)
      return
    }
    case 'later':
      await d.click(bosses[made.who % 2] ?? staff, 'interviews.later', { step: city.step }, now)
      return
    case 'ask': {
      const date = fromDbDate(row.deadline).add({ days: 7 }).toString()
      await d.submit(
        bosses[made.who % 2] ?? staff,
        'interviews.deadline-form',
        { step: city.step },
        { date },
        now,
      )
      return
    }
    case 'grant': {
      const asked = await db.prisma.deadlineRequest.findFirst({ where: { status: 'asked' } })
      if (asked) await d.click(city.hr, 'interviews.deadline-grant', { request: asked.id }, now)
      return
    }
    case 'close':
    case 'reopen':
      return inTransaction(db, async (tx) => {
        const status = made.type === 'close' ? 'closed' : 'open'
        await tx.cycle.updateMany({ where: { status: { not: status } }, data: { status } })
        await replan(core, tx, city.interviews, now)
      })
    default:
      made satisfies never
  }
}

/** What the law says of everything that the ladder has planned. */
async function lawful({ city }: World): Promise<void> {
  const kinds: string[] = Object.values(ladderKinds)
  const planned = await db.prisma.notice.findMany({ where: { status: 'planned', kind: { in: kinds } } })
  const rows = await db.prisma.interview.findMany({
    include: {
      participants: true,
      meeting: { include: { confirmations: true } },
      step: { include: { cycle: true } },
    },
  })
  const absences = await db.prisma.absence.findMany()
  for (const notice of planned) {
    const due = fromDbInstant(notice.dueAt)
    const day = dayOf(due)
    const time = due.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' })
    const said = notice.key
    expect(isWorkingDay(cityCalendar, day), said).toBe(true)
    expect(time >= '08:30' && time < '17:15', said).toBe(true)
    const on = toDbDate(day)
    const away = absences.some(
      (a) => a.personId === notice.recipientId && a.fromOn <= on && (!a.toOn || a.toOn > on),
    )
    expect(away, said).toBe(false)
    const row = rows.find(({ id }) => id === interviewOfReminder(notice.subject))
    expect(row?.step?.cycle.status, said).toBe('open')
    const conducts = row?.participants.some(
      (p) =>
        p.personId === notice.recipientId &&
        p.role === 'conductor' &&
        p.fromOn <= on &&
        (!p.toOn || p.toOn > on),
    )
    switch (notice.kind) {
      case ladderKinds.offer:
        expect([row?.status, conducts], said).toEqual(['waiting', true])
        break
      case ladderKinds.pick:
        expect([row?.status, notice.recipientId], said).toEqual(['waiting', row?.personId])
        break
      case ladderKinds.phone:
        expect([row?.status, notice.recipientId], said).toEqual(['waiting', city.hr])
        break
      case ladderKinds.upcoming:
      case ladderKinds.ask:
        expect(row?.status, said).toBe('booked')
        expect([row?.personId, row?.meeting?.conductorId], said).toContain(notice.recipientId)
        break
      default:
        throw new Error(`nobody asked for ${notice.kind}`)
    }
  }
}

it('what is planned stays lawful, and nothing is told twice or of what is closed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5 * 24 }), move), { minLength: 3, maxLength: 8 }),
      async (moves) => {
        const world = await build()
        let now = at('2027-05-06T08:00')
        await inTransaction(db, (tx) => replan(world.core, tx, world.city.interviews, now))
        await lawful(world)
        const told = new Set<string>()
        for (const [hours, made] of moves) {
          const until = now.add({ hours })
          for (
            let day = dayOf(now).add({ days: 1 });
            Temporal.PlainDate.compare(day, dayOf(until)) <= 0;
            day = day.add({ days: 1 })
          ) {
            const opens = day.toZonedDateTime({ timeZone: zone, plainTime: '00:05' }).toInstant()
            if (Temporal.Instant.compare(opens, until) > 0) break
            for (const one of await tellUntil(db, interviews(world.core).notices ?? [], opens)) {
              const key = `${one.kind} ${one.to} ${one.at} ${one.words}`
              expect(told.has(key), key).toBe(false)
              told.add(key)
            }
            await inTransaction(db, (tx) => world.core.tell({ type: 'day-opened', on: day }, tx, opens))
          }
          await tellUntil(db, interviews(world.core).notices ?? [], until)
          now = until
          try {
            await act(world, made, now)
          } catch (error) {
            if (!(error instanceof Refusal)) throw error
          }
          await lawful(world)
        }
      },
    ),
    { numRuns: 15 },
  )
}, 240_000)
