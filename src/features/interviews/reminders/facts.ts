// What the ladder and its cards need from the tables: always the same few queries, for one interview or for all.
import {
  fromDbDate,
  fromDbDateOrNull,
  fromDbInstant,
  fromDbInstantOrNull,
  toDbDate,
} from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { attendees, loadSessions } from '../../../directory/assembly.ts'
import { calendarsOf, loadCalendars } from '../../../directory/calendars.ts'
import { atRest } from '../../../directory/closures.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { addWorkingDays, type WorkingCalendar } from '../../../kernel/calendar.ts'
import { shortestNotice } from '../state.ts'
import type { Matter, PeopleFacts } from './matter.ts'

/** Up to this many people their own posts and routes are read, above it everybody's. */
const manyPeople = 400
/** Working days (of the city) in which HR answers who asked for a later deadline, before reminders go on. */
const daysToAnswer = 3
/** So many days before its session a manager prepares for the assembly. */
const assemblyAhead = 14

export interface Facts {
  readonly matters: readonly Matter[]
  readonly people: PeopleFacts
  readonly organisation: Organisation
}

/** The interviews of these ids that exist, with everybody whom a reminder of them could reach. */
export async function loadFacts(
  tx: Tx,
  interviewIds: readonly number[],
  now: Temporal.Instant,
  zone: string,
): Promise<Facts> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const ids = [...new Set(interviewIds)]
  const rows = ids.length > 0 ? await loadMatters(tx, ids, now) : []

  const absences = await tx.absence.findMany({
    where: { OR: [{ toOn: null }, { toOn: { gt: toDbDate(today) } }] },
    select: { personId: true, deputyId: true, fromOn: true, toOn: true },
  })
  const left = await tx.person.findMany({
    where: { leftOn: { not: null } },
    select: { id: true, leftOn: true },
  })
  const officers = await tx.roleGrant.findMany({
    where: { role: 'hr', ...inForce(today) },
    select: { personId: true, sectionId: true },
    orderBy: { id: 'asc' },
  })

  const readers = new Set<number>(officers.map(({ personId }) => personId))
  for (const { deputyId } of absences) if (deputyId) readers.add(deputyId)
  for (const row of rows) {
    readers.add(row.personId)
    if (row.meeting) readers.add(row.meeting.conductorId)
    for (const { personId } of row.conductors) readers.add(personId)
  }
  const organisation = await loadOrganisation(tx, today, readers.size > manyPeople ? undefined : [...readers])
  const superiorOf = (id: number) =>
    organisation.evaluator(id, 'supervisor') ?? organisation.evaluator(id, 'first')
  for (const id of [...readers]) {
    const superior = superiorOf(id)
    if (superior !== null) readers.add(superior)
  }
  const calendars = await loadCalendars(tx)
  const calendarOf = remembered(await calendarsOf(tx, [...readers], organisation, calendars))

  const sessions = await loadSessions(tx, today.subtract({ months: 1 }))
  const attending = sessions.length > 0 ? await attendees(tx, today, [...readers]) : new Set<number>()
  const closed = sessions.map(({ name, from, to }) => ({ from, to, reason: name }))
  const withoutAssembly = remembered((calendar: WorkingCalendar) => atRest(calendar, closed))
  const near = today.add({ days: assemblyAhead })
  const next = sessions.find(
    ({ from, to }) =>
      Temporal.PlainDate.compare(to, today) > 0 && Temporal.PlainDate.compare(from, near) <= 0,
  )

  const awayOf = Map.groupBy(
    absences.map((row) => ({ ...row, from: fromDbDate(row.fromOn), to: fromDbDateOrNull(row.toOn) })),
    (row) => row.personId,
  )
  const leftOn = new Map(left.map((row) => [row.id, fromDbDateOrNull(row.leftOn)]))
  const bySection = Map.groupBy(officers, (officer) => officer.sectionId)
  const desk = (sectionId: number | null) => (bySection.get(sectionId) ?? []).map(({ personId }) => personId)

  const people: PeopleFacts = {
    calendarOf,
    askedOn: (id) => (attending.has(id) ? withoutAssembly(calendarOf(id)) : calendarOf(id)),
    assemblyOf: (id) => (attending.has(id) ? next : undefined),
    superiorOf,
    awayOn: (id, day) => {
      const last = leftOn.get(id)
      if (last && Temporal.PlainDate.compare(last, day) <= 0) return { deputyId: null }
      return awayOf
        .get(id)
        ?.find(
          ({ from, to }) =>
            Temporal.PlainDate.compare(from, day) <= 0 &&
            (to === null || Temporal.PlainDate.compare(to, day) > 0),
        )
    },
    hrOf: remembered((id) => {
      const post = organisation.mainPost(id)
      const near = (post ? organisation.chain(post.sectionId) : []).find(({ id }) => desk(id).length > 0)
      return near ? desk(near.id) : desk(null)
    }),
  }
  const matters = rows.map(
    ({ askedAt, ...row }): Matter => ({
      ...row,
      askedUntil:
        askedAt &&
        addWorkingDays(calendars.city, askedAt.toZonedDateTimeISO(zone).toPlainDate(), daysToAnswer),
    }),
  )
  return { matters, people, organisation }
}

type Loaded = Omit<Matter, 'askedUntil'> & { readonly askedAt: Temporal.Instant | null }

async function loadMatters(tx: Tx, ids: readonly number[], now: Temporal.Instant): Promise<Loaded[]> {
  type Row = {
    id: number
    step_id: number | null
    person_id: number
    status: string
    deadline: Date
    generation: number
    quiet_until: Date | null
    opens_on: Date | null
    step_status: string | null
    cycle_status: string | null
    cycle_generation: number | null
    meeting_id: number | null
    starts_at: Date | null
    ends_at: Date | null
    conductor_id: number | null
    asked_at: Date | null
  }
  const rows = await tx.$queryRaw<Row[]>`
    SELECT i.id, i.step_id, i.person_id, i.status, i.deadline, i.generation, i.quiet_until,
           s.opens_on, s.status AS step_status, c.status AS cycle_status, c.generation AS cycle_generation,
           m.id AS meeting_id, m.starts_at, m.ends_at, m.conductor_id,
           (SELECT max(d.asked_at) FROM deadline_request d
             WHERE d.interview_id = i.id AND d.status = 'asked') AS asked_at
    FROM interview i
    LEFT JOIN step s ON s.id = i.step_id
    LEFT JOIN cycle c ON c.id = s.cycle_id
    LEFT JOIN meeting m ON m.id = i.meeting_id
    WHERE i.id = ANY(${ids}::int[]) ORDER BY i.deadline, i.id`
  const participants = Map.groupBy(
    await tx.$queryRaw<{ interview_id: number; person_id: number; from_on: Date; to_on: Date | null }[]>`
      SELECT interview_id, person_id, from_on, to_on FROM participant
      WHERE interview_id = ANY(${ids}::int[]) AND role = 'conductor' AND (to_on IS NULL OR to_on > from_on)
      ORDER BY id`,
    (row) => row.interview_id,
  )
  const answers = Map.groupBy(
    await tx.$queryRaw<{ meeting_id: number; person_id: number }[]>`
      SELECT meeting_id, person_id FROM confirmation
      WHERE meeting_id = ANY(${rows.flatMap((row) => row.meeting_id ?? [])}::int[])`,
    (row) => row.meeting_id,
  )
  const conductors = [...new Set([...participants.values()].flat().map((row) => row.person_id))]
  const slots = await tx.$queryRaw<{ owner_id: number; step_id: number | null; last: Date }[]>`
    SELECT owner_id, step_id, max(starts_at) AS last FROM slot
    WHERE status = 'offered' AND arrangement_id IS NULL
      AND owner_id = ANY(${conductors}::int[]) AND starts_at > ${now.toString()}::timestamptz
    GROUP BY owner_id, step_id`
  const lastOffer = new Map(
    slots.map((slot) => [
      `${slot.owner_id}:${slot.step_id}`,
      fromDbInstant(slot.last).subtract(shortestNotice),
    ]),
  )
  const arranged = await tx.$queryRaw<
    { id: number; step_id: number; owner_id: number; status: string; answer_by: Date }[]
  >`
    SELECT id, step_id, owner_id, status, answer_by FROM arrangement
    WHERE status IN ('collecting', 'proposed') AND owner_id = ANY(${conductors}::int[]) ORDER BY id`
  const arrangements = new Map(arranged.map((row) => [`${row.owner_id}:${row.step_id}`, row]))
  const answered = new Set(
    (
      await tx.$queryRaw<{ arrangement_id: number; interview_id: number }[]>`
        SELECT arrangement_id, interview_id FROM arrangement_answer
        WHERE arrangement_id = ANY(${arranged.map((row) => row.id)}::int[])`
    ).map((row) => `${row.arrangement_id}:${row.interview_id}`),
  )

  const days = new Map<number, Temporal.PlainDate>()
  /** One object for each day, however many matters have it. */
  const dayOf = (value: Date): Temporal.PlainDate => {
    const day = days.get(value.getTime()) ?? fromDbDate(value)
    days.set(value.getTime(), day)
    return day
  }
  return rows.map((row) => {
    const terms = (participants.get(row.id) ?? []).map((term) => ({
      personId: term.person_id,
      from: dayOf(term.from_on),
      to: term.to_on && dayOf(term.to_on),
    }))
    const offers = terms.flatMap(({ personId }) =>
      [row.step_id, null].flatMap((step) => lastOffer.get(`${personId}:${step}`) ?? []),
    )
    const arrangement = terms.flatMap(
      ({ personId }) => arrangements.get(`${personId}:${row.step_id}`) ?? [],
    )[0]
    return {
      id: row.id,
      stepId: row.step_id,
      personId: row.person_id,
      status: row.status as Matter['status'],
      running: row.step_id === null || (row.step_status === 'open' && row.cycle_status === 'open'),
      opensOn: row.opens_on && dayOf(row.opens_on),
      deadline: dayOf(row.deadline),
      generation: `${row.cycle_generation ?? 0}.${row.generation}`,
      quietUntil: fromDbDateOrNull(row.quiet_until),
      conductors: terms,
      offeredUntil: offers.sort(Temporal.Instant.compare).at(-1) ?? null,
      arrangement: arrangement
        ? {
            id: arrangement.id,
            status: arrangement.status as 'collecting' | 'proposed',
            answerBy: fromDbDate(arrangement.answer_by),
            answered: answered.has(`${arrangement.id}:${row.id}`),
          }
        : null,
      meeting:
        row.meeting_id !== null && row.starts_at && row.ends_at && row.conductor_id !== null
          ? {
              id: row.meeting_id,
              startsAt: fromDbInstant(row.starts_at),
              endsAt: fromDbInstant(row.ends_at),
              conductorId: row.conductor_id,
              answeredBy: (answers.get(row.meeting_id) ?? []).map((answer) => answer.person_id),
            }
          : null,
      askedAt: fromDbInstantOrNull(row.asked_at),
    }
  })
}

function remembered<Key, Value>(find: (id: Key) => Value): (id: Key) => Value {
  const known = new Map<Key, Value>()
  return (id) => {
    const found = known.get(id) ?? find(id)
    known.set(id, found)
    return found
  }
}
