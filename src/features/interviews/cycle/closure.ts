// Days of rest for everybody: what was under way on them is due as many working days later, by each one's own calendar.
import { fromDbDate, toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { calendarsOf, loadCalendars } from '../../../directory/calendars.ts'
import { deadlineAfter } from '../../../directory/closures.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { replan } from '../reminders/replan.ts'
import { interviewSubject } from '../state.ts'

type ClosureChanged = DomainEvent & { readonly type: 'closure-changed' }

interface OpenInterview {
  readonly id: number
  readonly person_id: number
  readonly deadline: Date
}

/** Moves deadlines of steps, interviews and answers to arrangements, and plans what is told anew. */
export async function followClosure(
  core: Core,
  event: DomainEvent,
  tx: Tx,
  now: Temporal.Instant,
): Promise<void> {
  if (event.type !== 'closure-changed') return
  const was = await loadCalendars(tx, event.was)
  const is = await loadCalendars(tx, event.is)
  await moveSteps(tx, event, was.city, is.city)
  await moveArrangements(tx, event, was.city, is.city)

  const open = await openDuring(tx, event)
  const people = [...new Set(open.map((row) => row.person_id))]
  const org = await loadOrganisation(tx, now.toZonedDateTimeISO(core.zone).toPlainDate(), people)
  const before = await calendarsOf(tx, people, org, was)
  const after = await calendarsOf(tx, people, org, is)
  const known = new Map<WorkingCalendar, Map<number, string>>()
  const moved = open.flatMap(({ id, person_id: person, deadline }) => {
    const calendar = before(person)
    const answers = known.get(calendar) ?? new Map<number, string>()
    known.set(calendar, answers)
    const from = fromDbDate(deadline)
    const to =
      answers.get(deadline.getTime()) ?? deadlineAfter(calendar, after(person), event.from, from).toString()
    answers.set(deadline.getTime(), to)
    return to === from.toString() ? [] : [{ id, person, from: from.toString(), to }]
  })
  // Thousands at once, as one text: Prisma looks at each element of a list by itself.
  const rows = JSON.stringify(moved)
  await tx.$executeRaw`
    UPDATE interview i SET deadline = x."to"::date
      FROM jsonb_to_recordset(${rows}::jsonb) AS x(id int, "to" text) WHERE i.id = x.id`
  await tx.$executeRaw`
    INSERT INTO audit (at, actor_id, via, action, subject, subject_person_id, change, flow)
    SELECT ${toDbInstant(now).toISOString()}::timestamptz, ${event.actorId}::int, 'chat', 'interview.deadline-moved',
           ${interviewSubject(0).slice(0, -1)} || x.id, x.person, jsonb_build_object('from', x."from", 'to', x."to"), ${event.flow}
      FROM jsonb_to_recordset(${rows}::jsonb) AS x(id int, person int, "from" text, "to" text)`
  await replan(
    core,
    tx,
    open.map(({ id }) => id),
    now,
  )
}

/** Interviews that could have been held on those days and are not held yet. */
const openDuring = (tx: Tx, { from, to }: ClosureChanged) => tx.$queryRaw<OpenInterview[]>`
  SELECT i.id, i.person_id, i.deadline
    FROM interview i
    LEFT JOIN step s ON s.id = i.step_id
    LEFT JOIN cycle c ON c.id = s.cycle_id
   WHERE i.status IN ('waiting', 'booked', 'suspended', 'unclear') AND i.deadline >= ${from.toString()}::date
     AND (s.id IS NULL OR (s.status = 'open' AND c.status = 'open' AND s.opens_on < ${to.toString()}::date))
   ORDER BY i.id`

async function moveSteps(tx: Tx, { from, to }: ClosureChanged, was: WorkingCalendar, is: WorkingCalendar) {
  const steps = await tx.step.findMany({
    where: {
      status: 'open',
      cycle: { status: 'open' },
      deadline: { gte: toDbDate(from) },
      opensOn: { lt: toDbDate(to) },
    },
    select: { id: true, deadline: true },
  })
  for (const { id, deadline } of steps)
    await tx.step.update({
      where: { id },
      data: { deadline: toDbDate(deadlineAfter(was, is, from, fromDbDate(deadline))) },
    })
}

/** Staff have as many days to say what suits them. */
async function moveArrangements(tx: Tx, { from }: ClosureChanged, was: WorkingCalendar, is: WorkingCalendar) {
  const collecting = await tx.arrangement.findMany({
    where: { status: 'collecting', answerBy: { gte: toDbDate(from) } },
    select: { id: true, answerBy: true },
  })
  for (const { id, answerBy } of collecting)
    await tx.arrangement.update({
      where: { id },
      data: { answerBy: toDbDate(deadlineAfter(was, is, from, fromDbDate(answerBy))) },
    })
}
