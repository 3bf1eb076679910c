// Announcements are kept for the months that the city sets; the trail of who sent what to how many stays.
import { toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { readSetting } from '../../directory/settings.ts'
import { sizesSetting } from './settings.ts'

/** Days for which a list of staff numbers waits to be used. */
const listDays = 7

/** Removes what has not been touched since then, with its recipients; what is on its way stays. Returns how many. */
export async function forget(tx: Tx, now: Temporal.Instant, zone: string): Promise<number> {
  const fewDays = toDbInstant(now.subtract({ hours: 24 * listDays }))
  await tx.broadcastList.deleteMany({ where: { createdAt: { lt: fewDays } } })
  const { keptMonths } = await readSetting(tx, sizesSetting)
  const before = now.toZonedDateTimeISO(zone).subtract({ months: keptMonths }).toInstant()
  const { count } = await tx.broadcast.deleteMany({
    where: { status: { in: ['draft', 'sent', 'cancelled'] }, updatedAt: { lt: toDbInstant(before) } },
  })
  return count
}
