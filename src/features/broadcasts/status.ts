// How an announcement went for each of its recipients: read from the notices that carried it.
import { fromDbInstantOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OutboxReason } from '../../delivery/outbox.ts'

/**
 * arrived · waits: for its turn or for working hours · failed: could not be told · withdrawn: cancelled before it went,
 * or overtaken
 */
export const ends = ['arrived', 'waits', 'failed', 'withdrawn'] as const
export type End = (typeof ends)[number]

/** What a list of recipients shows: all, one end, or who was reached and has not said so. */
export const filters = ['all', 'silent', 'acknowledged', ...ends] as const
export type Filter = (typeof filters)[number]

export interface Counts extends Readonly<Record<End, number>> {
  readonly all: number
  readonly acknowledged: number
  /** Arrived and not acknowledged. */
  readonly silent: number
}

export interface RecipientStatus {
  readonly personId: number
  readonly number: string
  readonly name: string
  readonly section: string
  readonly end: End
  readonly reason: OutboxReason | null
  readonly arrivedAt: Temporal.Instant | null
  readonly acknowledgedAt: Temporal.Instant | null
}

interface Row {
  readonly person_id: number
  readonly number: string
  readonly name: string
  readonly section: string | null
  readonly end: End
  readonly reason: OutboxReason | null
  readonly arrived_at: Date | null
  readonly acknowledged_at: Date | null
}

/** Everybody's end in one statement; a message that went out once has arrived, whatever came of another try. */
const endsOf = (tx: Tx, id: number) => tx.$queryRaw<{ what: string; n: number }[]>`
  WITH told AS (
    SELECT r.person_id, r.acknowledged_at,
           bool_or(n.status = 'sent') AS arrived, bool_or(n.status IN ('planned', 'queued')) AS waits,
           bool_or(n.status = 'failed') AS failed
    FROM broadcast_recipient r
    LEFT JOIN notice n ON n.subject = 'broadcast:' || r.broadcast_id || ':' || r.person_id
    WHERE r.broadcast_id = ${id}::int GROUP BY r.person_id, r.acknowledged_at)
  SELECT CASE WHEN arrived OR acknowledged_at IS NOT NULL THEN 'arrived' WHEN waits THEN 'waits'
              WHEN failed THEN 'failed' ELSE 'withdrawn' END
         || CASE WHEN acknowledged_at IS NULL THEN '' ELSE '+' END AS what, count(*)::int AS n
  FROM told GROUP BY 1`

/** How many of each; `planning`: recipients whose notice is still to be planned wait. */
export async function loadCounts(tx: Tx, id: number, planning: boolean): Promise<Counts> {
  const rows = await endsOf(tx, id)
  const found = new Map(rows.map(({ what, n }) => [what, n]))
  const of = (what: string) => found.get(what) ?? 0
  const unplanned = planning ? of('withdrawn') : 0
  return {
    all: rows.reduce((sum, { n }) => sum + n, 0),
    arrived: of('arrived') + of('arrived+'),
    waits: of('waits') + of('waits+') + unplanned,
    failed: of('failed') + of('failed+'),
    withdrawn: of('withdrawn') + of('withdrawn+') - unplanned,
    acknowledged: of('arrived+'),
    silent: of('arrived'),
  }
}

/** Recipients in the order of section and number, with how it ended for each. Without a limit: all of them. */
export async function loadRecipients(
  tx: Tx,
  id: number,
  filter: Filter,
  today: Temporal.PlainDate,
  page?: { readonly limit: number; readonly offset: number },
): Promise<{ readonly recipients: readonly RecipientStatus[]; readonly all: number }> {
  const day = today.toString()
  const rows = await tx.$queryRaw<(Row & { all: number })[]>`
    WITH told AS (
      SELECT r.person_id, r.acknowledged_at, min(n.settled_at) FILTER (WHERE n.status = 'sent') AS arrived_at,
             bool_or(n.status IN ('planned', 'queued')) AS waits, bool_or(n.status = 'failed') AS failed,
             (array_agg(CASE WHEN o.status = 'sent' THEN 'unknown' ELSE o.reason END ORDER BY n.id DESC)
               FILTER (WHERE n.status = 'failed'))[1] AS reason
      FROM broadcast_recipient r
      LEFT JOIN notice n ON n.subject = 'broadcast:' || r.broadcast_id || ':' || r.person_id
      LEFT JOIN outbox o ON o.id = n.outbox_id
      WHERE r.broadcast_id = ${id}::int GROUP BY r.person_id, r.acknowledged_at),
    ended AS (
      SELECT t.*, CASE WHEN arrived_at IS NOT NULL OR acknowledged_at IS NOT NULL THEN 'arrived'
                       WHEN waits THEN 'waits' WHEN failed THEN 'failed' ELSE 'withdrawn' END AS end FROM told t)
    SELECT e.person_id, p.number, p.name, s.name AS section, e.end,
           CASE WHEN e.end = 'failed' THEN e.reason END AS reason, e.arrived_at, e.acknowledged_at,
           (count(*) OVER ())::int AS all
    FROM ended e JOIN person p ON p.id = e.person_id
    LEFT JOIN post o ON o.person_id = p.id AND o.main AND o.valid_from <= ${day}::date
                        AND (o.valid_to IS NULL OR o.valid_to > ${day}::date)
    LEFT JOIN section s ON s.id = o.section_id
    WHERE CASE ${filter}::text WHEN 'all' THEN true
               WHEN 'silent' THEN e.end = 'arrived' AND e.acknowledged_at IS NULL
               WHEN 'acknowledged' THEN e.acknowledged_at IS NOT NULL
               ELSE e.end = ${filter}::text END
    ORDER BY s.code COLLATE "C", p.number COLLATE "C"
    LIMIT ${page?.limit ?? null}::int OFFSET ${page?.offset ?? 0}::int`
  return {
    recipients: rows.map((row) => ({
      personId: row.person_id,
      number: row.number,
      name: row.name,
      section: row.section ?? '',
      end: row.end,
      reason: row.reason,
      arrivedAt: fromDbInstantOrNull(row.arrived_at),
      acknowledgedAt: fromDbInstantOrNull(row.acknowledged_at),
    })),
    all: rows[0]?.all ?? 0,
  }
}

/** Who has not reacted: has it and was asked to say so, or could not be told. Not who still waits for it. */
export async function unmoved(
  tx: Tx,
  id: number,
  acknowledge: boolean,
  on: Temporal.PlainDate,
): Promise<readonly number[]> {
  const day = on.toString()
  const rows = await tx.$queryRaw<{ person_id: number }[]>`
    SELECT r.person_id FROM broadcast_recipient r JOIN person p ON p.id = r.person_id
    JOIN notice n ON n.subject = 'broadcast:' || r.broadcast_id || ':' || r.person_id
    WHERE r.broadcast_id = ${id}::int AND r.acknowledged_at IS NULL
      AND (p.left_on IS NULL OR p.left_on > ${day}::date)
    GROUP BY r.person_id
    HAVING NOT bool_or(n.status IN ('planned', 'queued'))
       AND CASE WHEN bool_or(n.status = 'sent') THEN ${acknowledge}::boolean ELSE bool_or(n.status = 'failed') END
    ORDER BY r.person_id`
  return rows.map((row) => row.person_id)
}
