// Nightly: what the city no longer keeps goes. Bounded, so that nobody waits long for it; what was not reached goes the
// next night. The trail says how much went, never what; each piece says it with what it takes, so that nothing goes unsaid.
import { writeAudit } from '../../db/audit.ts'
import type { Database } from '../../db/open.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { expire, type Limits } from './expire.ts'
import { dropNobodies, forgetPerson, guestsBefore, leaversBefore } from './forget.ts'
import { keptFrom, type PeriodName, readPeriods } from './periods.ts'

/** Each takes about forty statements. */
const leaversANight = 200

export interface Night {
  /** Rows that went, by table. */
  readonly gone: Readonly<Record<string, number>>
  /** People who became nobody. */
  readonly forgotten: number
}

/** Keeps to the city's periods at `now`. May be stopped at any await and repeated: it goes on where it was. */
export async function keepToPeriods(
  db: Database,
  zone: string,
  now: Temporal.Instant,
  limits: Limits & { readonly leavers?: number } = {},
): Promise<Night> {
  const { leavers = leaversANight, stopping = () => false } = limits
  const periods = await readPeriods(db.prisma)
  const from = (period: PeriodName) => {
    const kept = periods.get(period)
    if (kept === undefined) throw new RangeError(`no period is called ${period}`)
    return keptFrom(now, zone, kept)
  }
  const tell = (tx: Tx, rows: Readonly<Record<string, number>>, people = 0) =>
    writeAudit(tx, {
      at: now,
      actorId: null,
      via: 'system',
      action: 'records.expired',
      subject: 'records',
      change: { rows, leavers: people },
    })
  const gone = await expire(db, from, tell, limits)
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  let forgotten = 0
  const { named, nameless } = await leaversBefore(db.prisma, from('leavers'), leavers)
  const guests = await guestsBefore(db.prisma, from('guests'), today, leavers)
  for (const id of new Set([...guests, ...named])) {
    if (stopping()) break
    await inTransaction(db, async (tx) => {
      await forgetPerson(tx, id, today)
      await tell(tx, {}, 1)
    })
    forgotten += 1
  }
  // Asking fifty tables takes a while even where there is nobody to ask about.
  const dropped = nameless || forgotten > 0 ? await dropNobodies(db, leavers, tell) : 0
  if (dropped > 0) gone.person = dropped
  return { gone, forgotten }
}
