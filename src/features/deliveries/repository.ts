// What HR's delivery page reads, for the part of the city that the reader may see.
import { fromDbInstant, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OutboxReason } from '../../delivery/outbox.ts'

/** Sections whose people are shown. */
export type Part = 'all' | ReadonlySet<number>

export const pageSize = 8
const failedDays = 60
const chartDays = 7

export interface DayCount {
  readonly on: Temporal.PlainDate
  readonly sent: number
  readonly failed: number
}

/** `no-address`: the mail server knows no such address. */
export type FailedReason = OutboxReason | 'no-address'

export interface Failed {
  readonly personId: number
  readonly at: Temporal.Instant
  readonly reason: FailedReason | null
  /** Some of it may have arrived. */
  readonly doubtful: boolean
  readonly kinds: readonly { readonly kind: string; readonly count: number }[]
  /** Changes when what has failed does: a button that carries another one is stale. */
  readonly mark: string
}

export interface Overview {
  readonly days: readonly DayCount[]
  readonly waiting: number
  readonly planned: number
  readonly failed: readonly Failed[]
  readonly failedPeople: number
}

interface Asked {
  readonly part: Part
  readonly now: Temporal.Instant
  readonly zone: string
}

const reached = ({ part, now, zone }: Asked) => ({
  everybody: part === 'all',
  sections: part === 'all' ? [] : [...part],
  today: now.toZonedDateTimeISO(zone).toPlainDate().toString(),
})

/** Messages sent and failed on each of the last seven days, and what waits; one statement. */
async function counts(tx: Tx, asked: Asked) {
  const { everybody, sections, today } = reached(asked)
  const { now, zone } = asked
  const first = Temporal.PlainDate.from(today).subtract({ days: chartDays - 1 })
  const from = toDbInstant(first.toZonedDateTime(zone).toInstant())
  const rows = await tx.$queryRaw<{ what: string; n: number }[]>`
    WITH part AS MATERIALIZED (
      SELECT DISTINCT person_id FROM post p WHERE p.section_id = ANY(${sections}::int[])
        AND p.valid_from <= ${today}::date AND (p.valid_to IS NULL OR p.valid_to > ${today}::date))
    SELECT CASE WHEN status IN ('sent', 'refused', 'dead')
                THEN (settled_at AT TIME ZONE ${zone}::text)::date || CASE WHEN status = 'sent' THEN '+' ELSE '-' END
                ELSE 'waiting' END AS what, count(*)::int AS n
    FROM outbox o
    WHERE (settled_at >= ${from}::timestamptz AND status <> 'obsolete' OR settled_at IS NULL)
      AND (${everybody}::boolean OR o.recipient_id IN (SELECT person_id FROM part))
    GROUP BY 1
    UNION ALL
    SELECT 'planned', count(*)::int FROM notice n
    WHERE status = 'planned' AND due_at < ${toDbInstant(now.add({ hours: 24 }))}::timestamptz
      AND (${everybody}::boolean OR n.recipient_id IN (SELECT person_id FROM part))`
  const found = new Map(rows.map(({ what, n }) => [what, n]))
  return {
    waiting: found.get('waiting') ?? 0,
    planned: found.get('planned') ?? 0,
    days: Array.from({ length: chartDays }, (_, index): DayCount => {
      const on = first.add({ days: index })
      return { on, sent: found.get(`${on}+`) ?? 0, failed: found.get(`${on}-`) ?? 0 }
    }),
  }
}

/**
 * People who were not reached, the latest first, those who have left aside. `personId`: that person alone. `alarms`: the
 * oldest first, without those who have no account: that is a normal state, and the page of those not reached has it.
 */
export async function loadFailed(
  tx: Tx,
  asked: Asked,
  page: { readonly limit: number; readonly offset: number },
  { personId = null, alarms = false }: { readonly personId?: number | null; readonly alarms?: boolean } = {},
): Promise<{ readonly failed: readonly Failed[]; readonly people: number }> {
  const { everybody, sections, today } = reached(asked)
  const since = toDbInstant(asked.now.subtract({ hours: 24 * failedDays }))
  const rows = await tx.$queryRaw<
    {
      recipient_id: number
      at: Date
      reason: FailedReason | null
      doubtful: boolean
      kinds: { kind: string; count: number }[]
      mark: string
      people: number
    }[]
  >`
    WITH failed AS (
      SELECT n.id, n.recipient_id, n.kind, n.settled_at,
             -- held back because nobody could say whether it had arrived, while the rest of its message went out
             CASE WHEN o.status = 'sent' THEN 'unknown'
                  WHEN o.reason = 'no-account' AND o.platform = 'email' THEN 'no-address' ELSE o.reason END AS reason,
             coalesce(o.reason = 'no-account' AND o.platform IS NULL, false) AS nowhere
      FROM notice n LEFT JOIN outbox o ON o.id = n.outbox_id JOIN person p ON p.id = n.recipient_id
      WHERE n.status = 'failed' AND n.settled_at >= ${since}::timestamptz
        AND (p.left_on IS NULL OR p.left_on > ${today}::date)
        AND (${personId}::int IS NULL OR n.recipient_id = ${personId}::int)
        AND (${everybody}::boolean OR EXISTS (
          SELECT FROM post t WHERE t.person_id = n.recipient_id AND t.section_id = ANY(${sections}::int[])
            AND t.valid_from <= ${today}::date AND (t.valid_to IS NULL OR t.valid_to > ${today}::date))))
    SELECT recipient_id, CASE WHEN ${alarms}::boolean THEN min(settled_at) ELSE max(settled_at) END AS at, (array_agg(reason ORDER BY settled_at DESC, id DESC))[1] AS reason,
           coalesce(bool_or(reason = 'unknown'), false) AS doubtful, count(*) || '.' || max(id) AS mark,
           (SELECT jsonb_agg(jsonb_build_object('kind', k.kind, 'count', k.n) ORDER BY k.kind)
            FROM (SELECT g.kind, count(*)::int AS n FROM failed g WHERE g.recipient_id = f.recipient_id GROUP BY 1) k)
             AS kinds,
           (count(*) OVER ())::int AS people
    FROM failed f GROUP BY recipient_id
    HAVING NOT (${alarms}::boolean AND bool_and(nowhere))
    ORDER BY CASE WHEN ${alarms}::boolean THEN min(settled_at) END, max(settled_at) DESC, recipient_id
    LIMIT ${page.limit} OFFSET ${page.offset}`
  return {
    failed: rows.map(({ recipient_id, at, reason, doubtful, kinds, mark }) => ({
      personId: recipient_id,
      at: fromDbInstant(at),
      reason,
      doubtful,
      kinds,
      mark,
    })),
    people: rows[0]?.people ?? 0,
  }
}

export async function loadOverview(tx: Tx, asked: Asked, page: number): Promise<Overview> {
  const found = await loadFailed(tx, asked, { limit: pageSize, offset: (page - 1) * pageSize })
  return { ...(await counts(tx, asked)), failed: found.failed, failedPeople: found.people }
}

/** What was taken in and given up since then: how many, the first and the last. */
export async function inboxGivenUp(tx: Tx, after: Temporal.Instant | null) {
  const from = after ? toDbInstant(after) : null
  const [row] = await tx.$queryRaw<{ n: number; first: Date | null; last: Date | null }[]>`
    SELECT count(*)::int AS n, min(received_at) AS first, max(received_at) AS last FROM inbox
     WHERE status = 'failed' AND (${from}::timestamptz IS NULL OR received_at > ${from}::timestamptz)`
  if (!row?.first || !row.last) return undefined
  return { count: row.n, first: fromDbInstant(row.first), last: fromDbInstant(row.last) }
}
