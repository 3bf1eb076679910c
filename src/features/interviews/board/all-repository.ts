// HR's board in figures: counted by the database, one statement a card, for a part of the section tree.
import { fromDbDate, fromDbDateOrNull, fromDbInstantOrNull, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Interview } from '../state.ts'
import type { Counts, Standing } from './state-words.ts'

/** A step of HR's board; 0 stands for the interviews without a step. */
export interface StepChoice {
  readonly id: number
  readonly name: string
  readonly nameEn: string
  readonly cycle: string
  readonly cycleEn: string
  readonly opensOn: Temporal.PlainDate
  readonly open: boolean
}

/** How many steps can be chosen from; the latest. */
const mostSteps = 23

/** Steps of open and closed cycles, the latest first. */
export async function loadSteps(tx: Tx): Promise<StepChoice[]> {
  const rows = await tx.step.findMany({
    where: { status: 'open', cycle: { status: { in: ['open', 'closed'] } } },
    include: { cycle: { select: { name: true, nameEn: true, status: true } } },
    orderBy: [{ opensOn: 'desc' }, { id: 'desc' }],
    take: mostSteps,
  })
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    nameEn: row.nameEn,
    cycle: row.cycle.name,
    cycleEn: row.cycle.nameEn,
    opensOn: fromDbDate(row.opensOn),
    open: row.cycle.status === 'open',
  }))
}

/** Which interviews: of a step (0: without one), of these sections (null: of all; 0 among them: people without one). */
export interface Scope {
  readonly step: number
  readonly sections: readonly number[] | null
}

/** Counts by the section of the post that each interview is for; null: people without a section today. */
export async function countBySection(
  tx: Tx,
  { step, sections }: Scope,
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<ReadonlyMap<number | null, Counts>> {
  const at = toDbInstant(now)
  const rows = await tx.$queryRaw<({ section_id: number | null } & Counts)[]>`
    SELECT coalesce(own.section_id, main.section_id) AS section_id, count(*)::int AS total,
           count(*) FILTER (WHERE i.status = 'held')::int AS held,
           count(*) FILTER (WHERE i.status = 'booked' AND m.ends_at > ${at}::timestamptz)::int AS booked,
           count(*) FILTER (WHERE i.status = 'waiting')::int AS waiting,
           count(*) FILTER (WHERE i.status = 'unclear'
             OR (i.status = 'booked' AND m.ends_at <= ${at}::timestamptz))::int AS confirming,
           count(*) FILTER (WHERE i.status = 'suspended')::int AS suspended
    FROM interview i
    LEFT JOIN meeting m ON m.id = i.meeting_id
    LEFT JOIN post own ON own.id = i.post_id
    LEFT JOIN post main ON main.person_id = i.person_id AND main.main AND main.valid_from <= ${today.toString()}::date
      AND (main.valid_to IS NULL OR main.valid_to > ${today.toString()}::date)
    WHERE i.status NOT IN ('exempt', 'cancelled')
      AND (i.step_id = ${step} OR (${step} = 0 AND i.step_id IS NULL))
      AND (${sections === null}::boolean
        OR coalesce(own.section_id, main.section_id, 0) = ANY(${[...(sections ?? [])]}::int[]))
    GROUP BY 1`
  return new Map(rows.map(({ section_id, ...counts }) => [section_id, counts]))
}

/** One line of a list or of the spreadsheet. */
export interface Line extends Standing {
  readonly id: number
  readonly personId: number
  readonly number: string
  readonly name: string
  readonly title: string
  readonly sectionId: number | null
  readonly stepId: number | null
  readonly kind: Interview['kind']
  readonly conductors: readonly string[]
}

export type Which = 'all' | 'gap' | 'overdue'

/**
 * Lines in the order of sections and people. `gap`: nobody conducts it today; `overdue`: without a date past the
 * deadline; both only in running cycles. `step: null` is every step.
 */
export async function loadLines(
  tx: Tx,
  scope: { readonly step: number | null; readonly sections: readonly number[] | null },
  which: Which,
  today: Temporal.PlainDate,
  page?: { readonly offset: number; readonly limit: number },
): Promise<{ readonly lines: readonly Line[]; readonly total: number }> {
  const { step, sections } = scope
  const day = today.toString()
  type Row = {
    id: number
    person_id: number
    number: string
    name: string
    title: string | null
    section_id: number | null
    step_id: number | null
    kind: string
    status: string
    deadline: Date
    opens_on: Date | null
    starts_at: Date | null
    ends_at: Date | null
    held_on: Date | null
    conductor_id: number | null
    total: number
  }
  const rows = await tx.$queryRaw<Row[]>`
    SELECT i.id, i.person_id, pe.number, pe.name, coalesce(own.title, main.title) AS title,
           coalesce(own.section_id, main.section_id) AS section_id, i.step_id, i.kind, i.status, i.deadline,
           st.opens_on, m.starts_at, m.ends_at, i.held_on, m.conductor_id,
           (count(*) OVER ())::int AS total
    FROM interview i
    JOIN person pe ON pe.id = i.person_id
    LEFT JOIN step st ON st.id = i.step_id
    LEFT JOIN cycle cy ON cy.id = st.cycle_id
    LEFT JOIN meeting m ON m.id = i.meeting_id
    LEFT JOIN post own ON own.id = i.post_id
    LEFT JOIN post main ON main.person_id = i.person_id AND main.main AND main.valid_from <= ${day}::date
      AND (main.valid_to IS NULL OR main.valid_to > ${day}::date)
    LEFT JOIN section se ON se.id = coalesce(own.section_id, main.section_id)
    WHERE i.status NOT IN ('exempt', 'cancelled')
      AND (${step ?? -1} = -1 OR i.step_id = ${step ?? -1} OR (${step ?? -1} = 0 AND i.step_id IS NULL))
      AND (${sections === null}::boolean
        OR coalesce(own.section_id, main.section_id, 0) = ANY(${[...(sections ?? [])]}::int[]))
      AND (${which} = 'all' OR (i.status = 'waiting'
        AND (st.id IS NULL OR (st.status = 'open' AND cy.status = 'open'))
        AND CASE ${which} WHEN 'gap' THEN NOT EXISTS (
          SELECT FROM participant p WHERE p.interview_id = i.id AND p.role = 'conductor'
            AND p.from_on <= ${day}::date AND (p.to_on IS NULL OR p.to_on > ${day}::date)) ELSE i.deadline < ${day}::date END))
    ORDER BY se.code NULLS LAST, pe.number, i.deadline, i.id
    LIMIT ${page?.limit ?? 100_000} OFFSET ${page?.offset ?? 0}`
  const conductors = await conductorNames(tx, rows, today)
  return {
    lines: rows.map((row) => ({
      id: row.id,
      personId: row.person_id,
      number: row.number,
      name: row.name,
      title: row.title ?? '',
      sectionId: row.section_id,
      stepId: row.step_id,
      kind: row.kind as Interview['kind'],
      status: row.status as Interview['status'],
      deadline: fromDbDate(row.deadline),
      opensOn: fromDbDateOrNull(row.opens_on),
      startsAt: fromDbInstantOrNull(row.starts_at),
      endsAt: fromDbInstantOrNull(row.ends_at),
      heldOn: fromDbDateOrNull(row.held_on),
      conductors: conductors(row),
    })),
    total: rows[0]?.total ?? 0,
  }
}

/** Who sits with somebody at a meeting, else whoever conducts the interview today. */
async function conductorNames(
  tx: Tx,
  rows: readonly { readonly id: number; readonly conductor_id: number | null }[],
  today: Temporal.PlainDate,
): Promise<(row: { readonly id: number; readonly conductor_id: number | null }) => readonly string[]> {
  const day = today.toString()
  const present = await tx.$queryRaw<{ interview_id: number; person_id: number }[]>`
    SELECT p.interview_id, p.person_id FROM unnest(${rows.map(({ id }) => id)}::int[]) w(id)
    JOIN participant p ON p.interview_id = w.id
    WHERE p.role = 'conductor' AND p.from_on <= ${day}::date AND (p.to_on IS NULL OR p.to_on > ${day}::date)
    ORDER BY p.id`
  const ofInterview = Map.groupBy(present, (row) => row.interview_id)
  const ids = new Set([
    ...present.map((row) => row.person_id),
    ...rows.flatMap((row) => row.conductor_id ?? []),
  ])
  const people = await tx.$queryRaw<{ id: number; name: string }[]>`
    SELECT id, name FROM person WHERE id = ANY(${[...ids]}::int[])`
  const names = new Map(people.map((person) => [person.id, person.name]))
  return ({ id, conductor_id }) => {
    const sitting =
      conductor_id === null ? (ofInterview.get(id) ?? []).map((row) => row.person_id) : [conductor_id]
    return sitting.flatMap((each) => names.get(each) ?? [])
  }
}

/** How many need attention: nobody to conduct them, records to be checked, past the deadline without a date. */
export async function countAttention(
  tx: Tx,
  sections: readonly number[] | null,
  today: Temporal.PlainDate,
): Promise<{ readonly gap: number; readonly unclear: number; readonly overdue: number }> {
  const day = today.toString()
  const [row] = await tx.$queryRaw<{ gap: number; unclear: number; overdue: number }[]>`
    SELECT count(*) FILTER (WHERE i.status = 'waiting' AND NOT EXISTS (
             SELECT FROM participant p WHERE p.interview_id = i.id AND p.role = 'conductor'
               AND p.from_on <= ${day}::date AND (p.to_on IS NULL OR p.to_on > ${day}::date)))::int AS gap,
           count(*) FILTER (WHERE i.status = 'unclear')::int AS unclear,
           count(*) FILTER (WHERE i.status = 'waiting' AND i.deadline < ${day}::date)::int AS overdue
    FROM interview i
    LEFT JOIN step st ON st.id = i.step_id
    LEFT JOIN cycle cy ON cy.id = st.cycle_id
    LEFT JOIN post own ON own.id = i.post_id
    LEFT JOIN post main ON main.person_id = i.person_id AND main.main AND main.valid_from <= ${day}::date
      AND (main.valid_to IS NULL OR main.valid_to > ${day}::date)
    WHERE i.status IN ('waiting', 'unclear') AND (st.id IS NULL OR (st.status = 'open' AND cy.status = 'open'))
      AND (${sections === null}::boolean
        OR coalesce(own.section_id, main.section_id, 0) = ANY(${[...(sections ?? [])]}::int[]))`
  return row ?? { gap: 0, unclear: 0, overdue: 0 }
}
