// Reads calendars again and again, one at a time, each by one process; what cannot be read is left alone for longer.
import { replaceBusyTimes } from '../../agenda/busy-times.ts'
import { readCalendar } from '../../agenda/groupware/read.ts'
import type { Span } from '../../agenda/span.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Job } from '../../delivery/jobs.ts'
import type { Core } from '../feature.ts'

const everyMs = 60 * 60_000
/** Longer than a reading may take: who died over it is followed by another. */
const leaseMs = 5 * 60_000
const longestMs = 24 * 60 * 60_000

export const addressLabel = (personId: number): string => `groupware address ${personId}`

interface Taken {
  readonly id: number
  readonly person_id: number
  readonly address: Uint8Array
  readonly failures: number
}

async function take(core: Core, now: Temporal.Instant): Promise<Taken | undefined> {
  const { rows } = await core.db.pool.query<Taken>(
    `UPDATE busy_source SET next_at = $2
     WHERE id = (SELECT s.id FROM busy_source s JOIN person p ON p.id = s.person_id
                 WHERE s.kind = 'feed' AND s.next_at <= $1 AND (p.left_on IS NULL OR p.left_on > $3::date)
                 ORDER BY s.next_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
     RETURNING id, person_id, address, failures`,
    [
      toDbInstant(now),
      toDbInstant(now.add({ milliseconds: leaseMs })),
      now.toZonedDateTimeISO(core.zone).toPlainDate().toString(),
    ],
  )
  return rows[0]
}

type Read = { readonly spans: readonly Span[] } | { readonly problem: string }

async function read(core: Core, { address, person_id }: Taken, now: Temporal.Instant): Promise<Read> {
  let url: string
  try {
    url = core.sealing?.open(address, addressLabel(person_id)).toString('utf8') ?? ''
  } catch {
    // Sealed under another key, after a restored backup: the person gives it once more.
    return { problem: 'address' }
  }
  const fetched = await core.fetchCalendar?.(url)
  if (fetched?.type !== 'ok') return { problem: fetched?.why ?? 'unreachable' }
  const calendar = await readCalendar(fetched.bytes, core.zone, now)
  return calendar.type === 'ok' ? { spans: calendar.spans } : { problem: calendar.why }
}

/** Reads one that is due. False: none is. */
async function refreshNext(core: Core): Promise<boolean> {
  const now = core.clock.now()
  const taken = await take(core, now)
  if (!taken) return false
  const result = await read(core, taken, now)
  await inTransaction(core.db, async (tx) => {
    // Gone meanwhile, or in the place of another address: what was read is nobody's.
    await tx.$queryRaw`SELECT id FROM busy_source WHERE id = ${taken.id} FOR UPDATE`
    const source = await tx.busySource.findUnique({ where: { id: taken.id } })
    if (!source) return
    const failures = 'problem' in result ? taken.failures + 1 : 0
    const wait = Math.min(everyMs * 2 ** Math.max(0, failures - 1), longestMs)
    await tx.busySource.update({
      where: { id: taken.id },
      data: {
        failures,
        problem: 'problem' in result ? result.problem : null,
        nextAt: toDbInstant(now.add({ milliseconds: wait })),
        ...('spans' in result && { readAt: toDbInstant(now) }),
      },
    })
    // What was read before stays where it cannot be read just now.
    if ('spans' in result)
      await replaceBusyTimes(tx, { id: taken.id, personId: taken.person_id }, result.spans)
  })
  return true
}

export const refreshing = (core: Core): Job => ({
  name: 'groupware.refresh',
  cron: '*/2 * * * *',
  beside: async (_, stopping) => {
    while (!stopping.aborted && (await refreshNext(core))) core.log.debug('a calendar was read')
  },
})
