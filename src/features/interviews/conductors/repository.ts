// What the rules of this folder need from the tables, for one interview or for twelve thousand: plain SQL with
// arrays where Prisma's own statements would run into the limit of bound values.
import { fromDbDate, fromDbInstantOrNull, toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { isHeadTitle } from '../../../directory/heads.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { readSetting } from '../../../directory/settings.ts'
import type { ConductorRule } from '../state.ts'
import type { Assignment, Matter, Moves, OpenRow, ParticipantRole, Situation } from './rules.ts'
import { assign, dayOfRule, postOf } from './rules.ts'
import { substitutionRule } from './settings.ts'

/** Up to this many people their own posts and routes are read, above it everybody's. */
const manyPeople = 400

/** Absences that have begun and go on, by person: the deputy and the first day back. */
async function loadBegunAbsences(tx: Tx, today: Temporal.PlainDate) {
  const rows = await tx.absence.findMany({
    where: { fromOn: { lte: toDbDate(today) }, OR: [{ toOn: null }, { toOn: { gt: toDbDate(today) } }] },
    select: { personId: true, deputyId: true, toOn: true },
  })
  return rows.map((row) => ({ ...row, back: row.toOn && fromDbDate(row.toOn) }))
}

/** Who holds the post of a section's head besides their own (事務取扱) on a day; of several the one of the highest grade. */
async function actingHeads(tx: Tx, today: Temporal.PlainDate): Promise<ReadonlyMap<number, number>> {
  const posts = await tx.post.findMany({
    where: { acting: true, ...inForce(today) },
    select: { personId: true, sectionId: true, title: true, grade: { select: { rank: true } } },
    orderBy: { id: 'desc' },
  })
  const heads = posts.filter(({ title }) => isHeadTitle(title))
  heads.sort((a, b) => (a.grade?.rank ?? 0) - (b.grade?.rank ?? 0))
  return new Map(heads.map(({ sectionId, personId }) => [sectionId, personId]))
}

/**
 * The world that `assign` asks, for these matters, as of `today`. With `day` a later one: those absent now who will
 * still be absent then (leaves that have not begun stay unseen).
 */
async function situations(
  tx: Tx,
  matters: readonly Matter[],
  today: Temporal.PlainDate,
  organisations: Organisations,
) {
  for (const matter of matters) await organisations.load(dayOfRule(matter, today))
  const absences = await loadBegunAbsences(tx, today)
  const left = await tx.person.findMany({
    where: {
      leftOn: { lte: toDbDate(today) },
      OR: [{ routesTo: { some: {} } }, { deputyFor: { some: {} } }, { posts: { some: { acting: true } } }],
    },
    select: { id: true },
  })
  const substitution = await readSetting(tx, substitutionRule)
  const acting = await actingHeads(tx, today)
  const shared = {
    today,
    organisationOn: organisations.on,
    left: new Set(left.map((person) => person.id)),
    substitution,
    acting,
  }
  const absentOn = (day: Temporal.PlainDate): Situation => ({
    ...shared,
    absent: new Map(
      absences
        .filter(({ back }) => back === null || Temporal.PlainDate.compare(back, day) > 0)
        .map(({ personId, deputyId }) => [personId, { deputyId }]),
    ),
  })
  const byDay = new Map<string, Situation>()
  return (day: Temporal.PlainDate): Situation => {
    const key = day.toString()
    const known = byDay.get(key) ?? absentOn(day)
    byDay.set(key, known)
    return known
  }
}

/**
 * Who conducts each matter today, in the same order. `meetsOn`: the day of a meeting ahead, for which an evaluator
 * who is back by then is not absent.
 */
export async function assignAll(
  tx: Tx,
  matters: readonly (Matter & { readonly meetsOn?: Temporal.PlainDate | null })[],
  today: Temporal.PlainDate,
): Promise<Assignment[]> {
  if (matters.length === 0) return []
  const organisations = organisationsOf(tx, matters)
  const dated = await whereNamed(tx, matters, today, organisations)
  const situation = await situations(tx, dated, today, organisations)
  return dated.map((matter, at) => ({
    ...assign(matter, situation(matter.meetsOn ?? today)),
    ...(matter !== matters[at] && { namedLater: true as const }),
  }))
}

/** Each day is asked for once. */
function organisationsOf(tx: Tx, matters: readonly Matter[]) {
  const people = new Set(matters.map((matter) => matter.personId))
  const ids = people.size > manyPeople ? undefined : [...people]
  const known = new Map<string, Organisation>()
  return {
    on: (day: Temporal.PlainDate): Organisation => {
      const found = known.get(day.toString())
      if (!found) throw new Error(`The organisation of ${day} was not loaded`)
      return found
    },
    load: async (day: Temporal.PlainDate): Promise<Organisation> => {
      const found = known.get(day.toString()) ?? (await loadOrganisation(tx, day, ids))
      known.set(day.toString(), found)
      return found
    },
  }
}
type Organisations = ReturnType<typeof organisationsOf>

/** So many later days are looked at one by one; what is still without anybody then goes by today. */
const mostDays = 12

/**
 * A record date (評価基準日) on which nobody had named an evaluator yet (before the first list, before the person came)
 * gives way to the first day after it on which somebody had.
 */
async function whereNamed<M extends Matter>(
  tx: Tx,
  matters: readonly M[],
  today: Temporal.PlainDate,
  organisations: Organisations,
): Promise<readonly M[]> {
  const named = async (matter: M, day: Temporal.PlainDate) => {
    const organisation = await organisations.load(day)
    return organisation.evaluator(matter.personId, 'first', postOf(matter, organisation)) !== null
  }
  const open = new Set<M>()
  for (const matter of matters) {
    const day = dayOfRule(matter, today)
    if (!day.equals(today) && !(await named(matter, day))) open.add(matter)
  }
  if (open.size === 0) return matters
  const earliest = [...open].map((matter) => dayOfRule(matter, today)).sort(Temporal.PlainDate.compare)[0]
  const days = await routeDays(
    tx,
    [...open].map(({ personId }) => personId),
    earliest ?? today,
    today,
  )
  const found = new Map<M, Temporal.PlainDate>()
  for (const day of [...days.slice(0, mostDays), today])
    for (const matter of open) {
      if (Temporal.PlainDate.compare(dayOfRule(matter, today), day) >= 0 || !(await named(matter, day)))
        continue
      found.set(matter, day)
      open.delete(matter)
    }
  return matters.map((matter) => {
    const recordDate = found.get(matter)
    return recordDate ? { ...matter, recordDate } : matter
  })
}

/** The days after `since` on which first evaluators of these people, or of sections, begin. */
async function routeDays(
  tx: Tx,
  personIds: readonly number[],
  since: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<readonly Temporal.PlainDate[]> {
  const rows = await tx.$queryRaw<{ day: Date }[]>`
    SELECT DISTINCT valid_from AS day FROM route
     WHERE role = 'first' AND valid_from > ${since.toString()}::date AND valid_from <= ${today.toString()}::date
       AND (subject_section_id IS NOT NULL OR subject_person_id = ANY(${[...new Set(personIds)]}::int[]))
     ORDER BY day`
  return rows.map(({ day }) => fromDbDate(day))
}

/** An open interview with what its assignment depends on. */
export interface Assignable extends Matter {
  readonly id: number
  readonly status: string
  readonly generation: number
  readonly meetingId: number | null
  readonly startsAt: Temporal.Instant | null
  readonly meetingConductorId: number | null
  readonly rows: readonly OpenRow[]
}

/** Of these, the interviews that are still to be held, in a running cycle or outside any; locked. */
export async function loadAssignable(tx: Tx, interviewIds: readonly number[]): Promise<Assignable[]> {
  const ids = [...new Set(interviewIds)]
  if (ids.length === 0) return []
  type Row = {
    id: number
    status: string
    generation: number
    person_id: number
    post_id: number | null
    conductor_rule: string | null
    record_date: Date | null
    meeting_id: number | null
    starts_at: Date | null
    conductor_id: number | null
  }
  const rows = await tx.$queryRaw<Row[]>`
    SELECT i.id, i.status, i.generation, i.person_id, i.post_id, s.conductor_rule, s.record_date,
           m.id AS meeting_id, m.starts_at, m.conductor_id
    FROM interview i
    LEFT JOIN step s ON s.id = i.step_id
    LEFT JOIN cycle c ON c.id = s.cycle_id
    LEFT JOIN meeting m ON m.id = i.meeting_id
    WHERE i.id = ANY(${ids}::int[]) AND i.status IN ('waiting', 'booked', 'suspended')
      AND (s.id IS NULL OR (s.status = 'open' AND c.status = 'open'))
    ORDER BY i.id FOR UPDATE OF i`
  type ParticipantRow = { id: number; interview_id: number; person_id: number; role: string; from_on: Date }
  const participants = await tx.$queryRaw<ParticipantRow[]>`
    SELECT id, interview_id, person_id, role, from_on FROM participant
    WHERE interview_id = ANY(${ids}::int[]) AND to_on IS NULL ORDER BY id`
  const openRows = Map.groupBy(participants, (row) => row.interview_id)
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    generation: row.generation,
    personId: row.person_id,
    postId: row.post_id,
    rule: (row.conductor_rule ?? 'present') as ConductorRule,
    recordDate: row.record_date && fromDbDate(row.record_date),
    meetingId: row.meeting_id,
    startsAt: fromDbInstantOrNull(row.starts_at),
    meetingConductorId: row.conductor_id,
    rows: (openRows.get(row.id) ?? []).map((open) => ({
      id: open.id,
      personId: open.person_id,
      role: open.role as ParticipantRole,
      fromOn: fromDbDate(open.from_on),
    })),
  }))
}

/** Ends, removes and begins participant rows as of `today`. */
export async function saveMoves(
  tx: Tx,
  moves: readonly (Moves & { readonly interviewId: number })[],
  today: Temporal.PlainDate,
): Promise<void> {
  const end = moves.flatMap((move) => move.end)
  const remove = moves.flatMap((move) => move.remove)
  const day = today.toString()
  if (end.length > 0) {
    await tx.$executeRaw`UPDATE participant SET to_on = ${day}::date WHERE id = ANY(${end}::int[])`
  }
  if (remove.length > 0) await tx.$executeRaw`DELETE FROM participant WHERE id = ANY(${remove}::int[])`
  await beginParticipants(
    tx,
    moves.flatMap((move) => move.begin.map((row) => ({ ...row, interviewId: move.interviewId }))),
    today,
  )
}

/** New participant rows from `from` on, thousands at once. */
export async function beginParticipants(
  tx: Tx,
  rows: readonly {
    readonly interviewId: number
    readonly personId: number
    readonly role: ParticipantRole
  }[],
  from: Temporal.PlainDate,
): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    INSERT INTO participant (interview_id, person_id, role, from_on)
    SELECT *, ${from.toString()}::date FROM unnest(
      ${rows.map((row) => row.interviewId)}::int[],
      ${rows.map((row) => row.personId)}::int[],
      ${rows.map((row) => row.role)}::text[])`
}

/** Buttons that were shown before this are stale. */
export async function bumpVersions(tx: Tx, interviewIds: readonly number[]): Promise<void> {
  if (interviewIds.length === 0) return
  await tx.$executeRaw`UPDATE interview SET version = version + 1 WHERE id = ANY(${[...interviewIds]}::int[])`
}

/** Open interviews of these people, or that these people conduct or observe. */
export async function openInterviewsAround(tx: Tx, personIds: readonly number[]): Promise<number[]> {
  if (personIds.length === 0) return []
  const ids = [...new Set(personIds)]
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT i.id FROM interview i
    WHERE i.status IN ('waiting', 'booked', 'suspended') AND (i.person_id = ANY(${ids}::int[]) OR EXISTS (
      SELECT 1 FROM participant p
      WHERE p.interview_id = i.id AND p.to_on IS NULL AND p.person_id = ANY(${ids}::int[])))
    ORDER BY i.id`
  return rows.map((row) => row.id)
}

/** Open interviews of these people themselves. */
export async function openInterviewsOf(tx: Tx, personIds: readonly number[]): Promise<number[]> {
  if (personIds.length === 0) return []
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM interview
    WHERE status IN ('waiting', 'booked', 'suspended') AND person_id = ANY(${[...new Set(personIds)]}::int[])
    ORDER BY id`
  return rows.map((row) => row.id)
}

/** Everybody whom a route, past or present, names under one of these evaluators (directly or by section). */
export async function peopleUnder(tx: Tx, evaluatorIds: readonly number[]): Promise<number[]> {
  if (evaluatorIds.length === 0) return []
  return peopleOfRoutes(tx, { evaluatorId: { in: [...new Set(evaluatorIds)] } })
}

/** Everybody in sections whose own routes begin or end on this day, or the post of whose head somebody holds besides. */
export async function peopleOfSectionRoutesChanging(tx: Tx, on: Temporal.PlainDate): Promise<number[]> {
  const turning = { OR: [{ validFrom: toDbDate(on) }, { validTo: toDbDate(on) }] }
  const routed = await peopleOfRoutes(tx, { subjectSectionId: { not: null }, ...turning })
  const held = await tx.post.findMany({ where: { acting: true, ...turning }, select: { sectionId: true } })
  return [
    ...new Set([
      ...routed,
      ...(await peopleBelow(
        tx,
        held.map(({ sectionId }) => sectionId),
      )),
    ]),
  ]
}

async function peopleOfRoutes(tx: Tx, where: NonNullable<Parameters<Tx['route']['findMany']>[0]>['where']) {
  const routes = await tx.route.findMany({
    ...(where && { where }),
    select: { subjectPersonId: true, subjectSectionId: true },
  })
  const direct = routes.flatMap((route) => route.subjectPersonId ?? [])
  const sections = routes.flatMap((route) => route.subjectSectionId ?? [])
  return [...new Set([...direct, ...(await peopleBelow(tx, sections))])]
}

/** Everybody who ever had a post in these sections or below them. */
async function peopleBelow(tx: Tx, sections: readonly number[]): Promise<number[]> {
  if (sections.length === 0) return []
  const below = await tx.$queryRaw<{ person_id: number }[]>`
    WITH RECURSIVE below AS (
      SELECT id FROM section WHERE id = ANY(${[...sections]}::int[])
      UNION SELECT s.id FROM section s JOIN below b ON s.parent_id = b.id)
    SELECT DISTINCT p.person_id FROM post p JOIN below b ON b.id = p.section_id`
  return below.map((row) => row.person_id)
}
