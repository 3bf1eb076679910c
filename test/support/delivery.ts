// A small delivery for tests: notice kinds that say their rungs, people with accounts, clocks that are moved.
import type { Platform } from '../../src/chat/chat.ts'
import type { Database } from '../../src/db/open.ts'
import { toDbDate } from '../../src/db/time.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { LeaseClock } from '../../src/delivery/lease-clock.ts'
import type { NoticeKind, WantedNotice } from '../../src/delivery/notice.ts'
import { createNotices } from '../../src/delivery/planner.ts'
import type { Log } from '../../src/kernel/log.ts'

/** Wednesday 10 March 2027, 10:00 in Tokyo: a working moment. */
export const wednesday = Temporal.Instant.from('2027-03-10T10:00:00+09:00')

export const at = (local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('Asia/Tokyo').toInstant()

/** The same law for every zone a test may run in. */
export const tokyo = 'Asia/Tokyo'

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A kind whose part lists the subjects and rungs it was given: tests read back what was told. */
export const plainKind = (kind: string, more: Partial<NoticeKind> = {}): NoticeKind => ({
  kind,
  priority: 1,
  ifUnknown: 'repeat',
  hours: 'any',
  draw: async (_tx, notices) => ({
    summary: `${kind} ${notices.length}`,
    blocks: notices.map((notice) => ({
      type: 'text',
      text: `${notice.kind}|${notice.subject}|${notice.id}`,
    })),
  }),
  ...more,
})

/** Makes people with one account each; their ids run from `first`. */
export async function addPeople(db: Database, count: number, platform: Platform = 'slack', first = 1) {
  const ids = Array.from({ length: count }, (_, index) => first + index)
  await db.prisma.person.createMany({
    data: ids.map((id) => ({
      id,
      number: `P${id}`,
      name: `山田 ${id}`,
      hiredOn: toDbDate(Temporal.PlainDate.from('2020-04-01')),
    })),
  })
  await db.prisma.identity.createMany({
    data: ids.map((id) => ({ personId: id, platform, tenant: 'T1', userId: `U${id}` })),
  })
  return ids
}

const notices = createNotices()

/** Wants these notices of one subject. */
export const want = (
  db: Database,
  subject: string,
  wanted: readonly Partial<WantedNotice>[],
  now: Temporal.Instant,
) =>
  inTransaction(db, (tx) =>
    notices.reconcile(
      tx,
      [
        {
          subject,
          wanted: wanted.map((each) => ({
            kind: 'test.plain',
            recipientId: 1,
            rung: 'now',
            anchor: 'a',
            dueAt: now,
            ...each,
          })),
        },
      ],
      now,
    ),
  )

/** Status of every notice by its key. */
export async function statuses(db: Database): Promise<Record<string, string>> {
  const rows = await db.prisma.notice.findMany({ orderBy: { id: 'asc' } })
  return Object.fromEntries(rows.map((row) => [row.key, row.status]))
}

/** A lease clock of its own, moved by hand. */
export class MovableLeaseClock implements LeaseClock {
  #now = Temporal.Instant.from('2030-01-01T00:00:00Z')
  async now() {
    return this.#now
  }
  advance(ms: number) {
    this.#now = this.#now.add({ milliseconds: ms })
  }
}

/** Numbers 0 ≤ x < 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
