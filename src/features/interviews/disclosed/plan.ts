// On the day of disclosure (開示) whoever it concerns is told once. Planned some weeks ahead, so that HR sees it among
// what will go out; every morning anew, for whoever joined or left meanwhile.
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { openingsOf } from '../../../delivery/hours.ts'
import type { Core } from '../../feature.ts'

export const disclosedKind = 'interviews.disclosed'
const prefix = 'disclosed:'
export const stepOfSubject = (subject: string): number => Number(subject.slice(prefix.length))

/** So many days ahead it is planned, and so many days after it still told, should nothing have run on the day. */
const AHEAD_DAYS = 30
const LATE_DAYS = 7

/** Of everybody whom a result concerns; on leave too, since the days of complaint run. */
export const concerned = { notIn: ['exempt', 'cancelled'] }

/** Makes what is planned of disclosures follow from the steps: of all that are near, or of this one. Returns how many people. */
export async function planDisclosures(
  core: Core,
  tx: Tx,
  now: Temporal.Instant,
  stepId?: number,
): Promise<number> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const near = {
    gte: toDbDate(today.subtract({ days: LATE_DAYS })),
    lte: toDbDate(today.add({ days: AHEAD_DAYS })),
  }
  const steps = await tx.step.findMany({
    where: stepId === undefined ? { disclosedOn: near } : { id: stepId },
    select: {
      id: true,
      status: true,
      disclosedOn: true,
      cycle: { select: { status: true } },
      interviews: { where: { status: concerned }, select: { personId: true } },
    },
    orderBy: { id: 'asc' },
  })
  let count = 0
  for (const { id, status, disclosedOn, cycle, interviews } of steps) {
    const people = [...new Set(interviews.map(({ personId }) => personId))]
    const told = status === 'open' && (cycle.status === 'open' || cycle.status === 'closed') && disclosedOn
    if (told) count += people.length
    const isNear = disclosedOn && disclosedOn >= near.gte && disclosedOn <= near.lte
    const wanted = told && isNear ? await wantedOf(core, tx, disclosedOn, people, now) : []
    await core.notices.reconcile(tx, [{ subject: `${prefix}${id}`, wanted }], now)
  }
  return count
}

async function wantedOf(
  core: Core,
  tx: Tx,
  disclosedOn: Date,
  people: readonly number[],
  now: Temporal.Instant,
) {
  const day = Temporal.PlainDate.from(disclosedOn.toISOString().slice(0, 10))
  const start = day.toZonedDateTime(core.zone).toInstant()
  const soon = now.add({ minutes: 1 })
  const opens = await openingsOf(
    tx,
    people,
    core.zone,
    Temporal.Instant.compare(start, soon) > 0 ? start : soon,
  )
  return people.map((recipientId) => ({
    kind: disclosedKind,
    recipientId,
    rung: 'day',
    anchor: day.toString(),
    dueAt: opens(recipientId),
  }))
}
