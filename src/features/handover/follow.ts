// What transfers and departures do to handovers.
import { writeAudit } from '../../db/audit.ts'
import { fromDbDateOrNull, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { deadlineAfter } from '../../directory/closures.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { leadsOf } from '../../directory/lines.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import type { Core } from '../feature.ts'
import { settle } from './change.ts'
import { kinds, planHandover, tell } from './plan.ts'
import { handoverSubject } from './state.ts'
import { endHandover, loadHandovers, moveHandover } from './store.ts'

export const following =
  (core: Core) =>
  async (event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void> => {
    switch (event.type) {
      case 'transfer-effective':
        return offer(core, tx, event.personIds, event.on, now)
      case 'people-changed':
        return leavers(core, tx, event.personIds, now)
      case 'absence-changed':
      case 'calendars-changed':
      case 'day-opened':
        return
      case 'closure-changed':
        return closures(core, tx, event, now)
      default:
        event satisfies never
    }
  }

/**
 * Where somebody left a section on that day, its chief is offered a checklist. Only what has come into effect is looked
 * at: nobody hears of a transfer before its day.
 */
async function offer(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  on: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  if (Temporal.PlainDate.compare(on, today) > 0) return
  const ended = await tx.post.findMany({
    where: { personId: { in: [...personIds] }, main: true, validTo: toDbDate(on) },
    select: { personId: true, sectionId: true },
  })
  if (ended.length === 0) return
  const org = await loadOrganisation(tx, today)
  // A new title or grade in the same section hands nothing over.
  const vacated = new Set(
    ended.flatMap(({ personId, sectionId }) =>
      org.mainPost(personId)?.sectionId === sectionId ? [] : [sectionId],
    ),
  )
  const staff = await tx.post.findMany({
    where: { AND: [inForce(today), { main: true, sectionId: { in: [...vacated] } }] },
    select: { personId: true, sectionId: true },
    orderBy: { id: 'asc' },
  })
  for (const [sectionId, posts] of Map.groupBy(staff, (post) => post.sectionId)) {
    const [chief] = posts.flatMap(({ personId }) => leadsOf(org, personId).slice(0, 1))
    if (chief !== undefined)
      await tell(core, tx, kinds.transfer, `handover-transfer:${sectionId}:${on}`, [chief], now)
  }
}

/** Days of rest: both have as many working days to finish. */
async function closures(
  core: Core,
  tx: Tx,
  { was, is, from, actorId, flow }: Extract<DomainEvent, { type: 'closure-changed' }>,
  now: Temporal.Instant,
): Promise<void> {
  const before = (await loadCalendars(tx, was)).city
  const after = (await loadCalendars(tx, is)).city
  for (const row of await loadHandovers(tx, { status: 'open', dueOn: { gte: toDbDate(from) } })) {
    const due = deadlineAfter(before, after, from, row.due)
    if (due.equals(row.due)) continue
    await moveHandover(tx, row.id, due)
    await writeAudit(tx, {
      at: now,
      actorId,
      via: 'chat',
      action: 'handover.moved',
      subject: handoverSubject(row.id),
      subjectPersonId: row.toId,
      change: { from: row.due.toString(), to: due.toString() },
      flow,
    })
    await planHandover(core, tx, { ...row, due }, now)
  }
}

/** Without a successor there is nothing to go on with; without the predecessor the successor's ticks are enough. */
async function leavers(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const ids = [...personIds]
  const rows = await loadHandovers(tx, {
    status: 'open',
    OR: [{ fromId: { in: ids } }, { toId: { in: ids } }],
  })
  if (rows.length === 0) return
  const people = await tx.person.findMany({
    where: { id: { in: rows.flatMap(({ fromId, toId }) => [fromId, toId]) } },
    select: { id: true, leftOn: true },
  })
  const left = new Set(
    people.flatMap(({ id, leftOn }) => {
      const day = fromDbDateOrNull(leftOn)
      return day && Temporal.PlainDate.compare(day, today) <= 0 ? [id] : []
    }),
  )
  for (const row of rows) {
    if (left.has(row.toId)) {
      await endHandover(tx, row.id, 'cancelled', today)
      await planHandover(core, tx, { ...row, status: 'cancelled' }, now)
    } else if (left.has(row.fromId)) await settle(core, tx, row.id, today, now)
  }
}
