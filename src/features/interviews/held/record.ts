// What a judgement does to an interview: recorded as held, back to finding a time, or put to HR.
import { type AuditVia, writeAudit } from '../../../db/audit.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { readSetting } from '../../../directory/settings.ts'
import { addWorkingDays, type WorkingCalendar } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { lockInterviews } from '../booking/store.ts'
import { reassign } from '../conductors/reassign.ts'
import { releaseMeetings } from '../conductors/release.ts'
import { onHeld } from '../cycle/follow-ups.ts'
import { loadInterviews } from '../load.ts'
import { replan } from '../reminders/replan.ts'
import { type Interview, interviewSubject, type Meeting, meetingSubject } from '../state.ts'
import { heldKinds } from './kinds.ts'
import { type Answers, type Judgement, judge } from './rules.ts'
import { answerDays } from './settings.ts'

export interface By {
  readonly actorId: number | null
  readonly via: AuditVia
  readonly flow: string | null
  readonly now: Temporal.Instant
}

type Met = Interview & { readonly status: 'booked' | 'unclear' }

function answersOf(
  interview: Interview,
  meeting: Meeting,
  city: WorkingCalendar,
  days: number,
  zone: string,
): Answers {
  const endDay = meeting.endsAt.toZonedDateTimeISO(zone).toPlainDate()
  return {
    personId: interview.personId,
    conductorId: meeting.conductorId,
    answers: meeting.answers,
    lastDay: addWorkingDays(city, endDay, days),
  }
}

/** The judgement over a meeting's answers today; the days to answer are the city's. */
export async function judgeNow(
  core: Core,
  tx: Tx,
  interview: Met,
  meeting: Meeting,
  now: Temporal.Instant,
): Promise<Judgement> {
  const days = await readSetting(tx, answerDays)
  const { city } = await loadCalendars(tx)
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  return judge(answersOf(interview, meeting, city, days, core.zone), today)
}

/** Records the interview (and what the same meeting serves) as held on the day of the meeting. */
export async function recordHeld(core: Core, tx: Tx, interview: Met, by: By): Promise<void> {
  const { meeting } = interview
  const ids = await sharing(tx, interview)
  const on = (meeting?.startsAt ?? by.now).toZonedDateTimeISO(core.zone).toPlainDate()
  await tx.interview.updateMany({
    where: { id: { in: ids } },
    data: { status: 'held', heldOn: toDbDate(on), version: { increment: 1 } },
  })
  if (meeting) await tx.meeting.update({ where: { id: meeting.id }, data: { status: 'held' } })
  await audit(tx, interview, 'interview.held', { on: on.toString() }, by)
  await replan(core, tx, ids, by.now)
  const today = by.now.toZonedDateTimeISO(core.zone).toPlainDate()
  for (const held of await loadInterviews(tx, { id: { in: ids } }, today))
    if (held.status === 'held') await onHeld(core, tx, held, by.now)
}

/** Back to finding a time, and both are told so, in the same words. Reminders start anew (generation). */
export async function backToWaiting(core: Core, tx: Tx, interview: Met, by: By): Promise<void> {
  const { meeting } = interview
  const ids = await sharing(tx, interview)
  await releaseMeetings(tx, ids, 'waiting', 'withdrawn')
  await tx.interview.updateMany({ where: { id: { in: ids } }, data: { generation: { increment: 1 } } })
  await audit(tx, interview, 'interview.again', {}, by)
  if (meeting) {
    const both = [...new Set([interview.personId, meeting.conductorId])]
    await core.notices.reconcile(
      tx,
      [
        {
          subject: meetingSubject(meeting.id),
          wanted: both.map((recipientId) => ({
            kind: heldKinds.again,
            recipientId,
            rung: 'again',
            anchor: `${interview.version}`,
            dueAt: by.now,
            detail: { interview: interview.id },
          })),
        },
      ],
      by.now,
    )
  }
  // While its meeting was over the interview kept its people; now whoever conducts it today takes it up.
  await reassign(core, tx, ids, by.now)
  await replan(core, tx, ids, by.now)
}

/** Onto HR's list, and nobody else's: the trail does not say whether the answers differed or stayed out. */
async function putToHr(core: Core, tx: Tx, interview: Met, by: By): Promise<void> {
  if (interview.status === 'unclear') return
  const ids = await sharing(tx, interview)
  await tx.interview.updateMany({
    where: { id: { in: ids } },
    data: { status: 'unclear', version: { increment: 1 } },
  })
  await audit(tx, interview, 'interview.unclear', {}, by)
  await replan(core, tx, ids, by.now)
}

export async function apply(core: Core, tx: Tx, interview: Met, judgement: Judgement, by: By): Promise<void> {
  switch (judgement.type) {
    case 'wait':
      return
    case 'held':
      return recordHeld(core, tx, interview, by)
    case 'again':
      return backToWaiting(core, tx, interview, by)
    case 'unclear':
      return putToHr(core, tx, interview, by)
    default:
      judgement satisfies never
  }
}

/**
 * Each morning: meetings whose answers have stayed out too long go to HR, all of them at once. Whatever both said was
 * judged when they said it. Running it twice changes nothing.
 */
export async function judgeSilence(core: Core, tx: Tx, now: Temporal.Instant): Promise<void> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const days = await readSetting(tx, answerDays)
  const { city } = await loadCalendars(tx)
  // So many working days are at least as many days.
  const bound = today.subtract({ days }).toZonedDateTime(core.zone).toInstant()
  const over = { status: 'booked', meeting: { endsAt: { lt: toDbInstant(bound) } } }
  const found = await tx.interview.findMany({ where: over, select: { id: true } })
  if (found.length === 0) return
  await lockInterviews(
    tx,
    found.map((row) => row.id),
  )
  const interviews = await loadInterviews(tx, { id: { in: found.map((row) => row.id) }, ...over }, today)
  const silent = interviews.filter((each) => {
    if (each.status !== 'booked') return false
    return judge(answersOf(each, each.meeting, city, days, core.zone), today).type === 'unclear'
  })
  if (silent.length === 0) return
  const ids = silent.map((each) => each.id)
  await tx.interview.updateMany({
    where: { id: { in: ids } },
    data: { status: 'unclear', version: { increment: 1 } },
  })
  const by: By = { actorId: null, via: 'system', flow: null, now }
  for (const interview of silent) await audit(tx, interview, 'interview.unclear', {}, by)
  await replan(core, tx, ids, now)
}

async function sharing(tx: Tx, interview: Met): Promise<number[]> {
  if (!interview.meeting) return [interview.id]
  const where = { meetingId: interview.meeting.id }
  const rows = await tx.interview.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } })
  return rows.map((row) => row.id)
}

const audit = (tx: Tx, interview: Interview, action: string, change: Record<string, string>, by: By) =>
  writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: by.via,
    flow: by.flow,
    action,
    subject: interviewSubject(interview.id),
    subjectPersonId: interview.personId,
    change,
  })
