import type { Database } from '../../../src/db/open.ts'
import { gather } from '../../../src/delivery/gather.ts'
import { databaseLeaseClock } from '../../../src/delivery/lease-clock.ts'
import type { NoticeKind } from '../../../src/delivery/notice.ts'
import { claim, settle } from '../../../src/delivery/outbox.ts'
import { createNotices } from '../../../src/delivery/planner.ts'
import { batch, type Contender, loops } from './contender.ts'

const kind: NoticeKind = {
  kind: 'bench.told',
  priority: 1,
  ifUnknown: 'repeat',
  hours: 'any',
  draw: async () => ({ summary: 'told', blocks: [] }),
}

/** Notices to as many people; each becomes a message. What is recorded as sent is message, notice and place. */
export function ours(db: Database): Contender {
  const notices = createNotices()
  const leaseClock = databaseLeaseClock(db)
  const now = Temporal.Instant.from('2027-05-12T01:00:00Z')
  const kinds = new Map([[kind.kind, kind]])
  const due = { limit: batch, leaseMs: 120_000 }

  async function drainSome(): Promise<number> {
    const claimed = await claim(db, now, await leaseClock.now(), due)
    const written = await settle(
      db,
      claimed.map((each) => ({
        claimed: each,
        ending: {
          to: 'sent' as const,
          platform: 'slack' as const,
          conversation: `D${each.recipientId}`,
          messageRef: each.token,
          known: true,
        },
      })),
      now,
    )
    if (written.size < claimed.length) throw new Error('a lease was lost')
    return claimed.length
  }

  return {
    name: 'hagukumi',
    async enqueue(tx, first, count) {
      const subjects = Array.from({ length: count }, (_, index) => ({
        subject: `bench:${first + index}`,
        wanted: [{ kind: kind.kind, recipientId: first + index, rung: '-7', anchor: 'bench', dueAt: now }],
      }))
      await notices.reconcile(tx, subjects, now)
    },
    ready: async () => {
      await gather({ db, zone: 'Asia/Tokyo', kinds }, now)
    },
    async drain(count) {
      let done = 0
      await Promise.all(
        Array.from({ length: loops }, async () => {
          for (let some = await drainSome(); some > 0; some = await drainSome()) done += some
        }),
      )
      if (done !== count) throw new Error(`${done} of ${count} were drained`)
    },
    clear: async () => {
      await db.pool.query('TRUNCATE notice, outbox RESTART IDENTITY')
    },
    close: async () => {},
  }
}
