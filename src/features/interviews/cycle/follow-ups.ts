import { writeAudit } from '../../../db/audit.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { workingDayOnOrAfter } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { localDay } from '../conductors/day.ts'
import { reassign } from '../conductors/reassign.ts'
import { replan } from '../reminders/replan.ts'
import { type Interview, interviewSubject } from '../state.ts'

/**
 * What follows once an interview is held: its follow-ups (so many weeks later, due on a working day of the person)
 * become interviews of their own. Call it in the transaction that makes it held; a second call changes nothing.
 */
export async function onHeld(
  core: Core,
  tx: Tx,
  interview: Extract<Interview, { status: 'held' }>,
  now: Temporal.Instant,
): Promise<void> {
  const row = await tx.interview.findUniqueOrThrow({
    where: { id: interview.id },
    select: { followUpWeeks: true, postId: true, followUps: { select: { id: true }, take: 1 } },
  })
  if (row.followUpWeeks.length === 0 || row.followUps.length > 0) return
  const { personId, kind, heldOn } = interview
  const today = localDay(core, now)
  const calendarOf = await calendarsOf(tx, [personId], await loadOrganisation(tx, today, [personId]))
  const ids: number[] = []
  for (const weeks of row.followUpWeeks) {
    const deadline = workingDayOnOrAfter(calendarOf(personId), heldOn.add({ weeks }))
    const made = await tx.interview.create({
      data: { kind, personId, postId: row.postId, deadline: toDbDate(deadline), followsId: interview.id },
      select: { id: true },
    })
    ids.push(made.id)
    await writeAudit(tx, {
      at: now,
      actorId: null,
      via: 'system',
      action: 'interview.follow-up',
      subject: interviewSubject(made.id),
      subjectPersonId: personId,
      change: { follows: interview.id, deadline: deadline.toString() },
    })
  }
  await reassign(core, tx, ids, now)
  await replan(core, tx, ids, now)
}
