// The audit trail: who changed what of whom, written in the transaction that changes it, append only (a trigger).
import { Prisma } from './generated/client.ts'
import type { Database } from './open.ts'
import { fromDbInstant, toDbInstant } from './time.ts'
import type { Tx } from './transaction.ts'

/** chat: a person in Slack or Teams · cli: the command line (no actor) · system: the timer, an import, a rule */
export type AuditVia = 'chat' | 'cli' | 'system'

export type AuditEntry = {
  at: Temporal.Instant
  /** The acting person; null for the system itself and for the command line. */
  actorId: number | null
  via: AuditVia
  /** What was done, in the feature's words: 'interview.booked'. */
  action: string
  /** The thing: 'interview:12'. */
  subject: string
  subjectPersonId?: number | null
  /** Old and new values; never evaluation content, never a token. */
  change: Prisma.InputJsonValue
  /** The id that runs through a whole flow. */
  flow?: string | null
}

export type AuditRecord = Omit<Required<AuditEntry>, 'change'> & { id: number; change: Prisma.JsonValue }

export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.audit.create({ data: { ...entry, at: toDbInstant(entry.at) }, select: { id: true } })
}

/** Many entries at once: what one decision does to hundreds of people. */
export async function writeAudits(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const column = <Value>(of: (entry: AuditEntry) => Value): Value[] => entries.map(of)
  await tx.$executeRaw`
    INSERT INTO audit (at, actor_id, via, action, subject, subject_person_id, change, flow)
    SELECT v.at, v.actor_id, v.via, v.action, v.subject, v.subject_person_id, v.change::jsonb, v.flow
    FROM unnest(${column((entry) => toDbInstant(entry.at).toISOString())}::timestamptz[],
                ${column((entry) => entry.actorId)}::int[], ${column((entry) => entry.via)}::text[],
                ${column((entry) => entry.action)}::text[], ${column((entry) => entry.subject)}::text[],
                ${column((entry) => entry.subjectPersonId ?? null)}::int[],
                ${column((entry) => JSON.stringify(entry.change))}::text[],
                ${column((entry) => entry.flow ?? null)}::text[])
      AS v(at, actor_id, via, action, subject, subject_person_id, change, flow)`
}

export type AuditQuery = {
  subjectPersonId?: number
  /** From this moment on. */
  from?: Temporal.Instant
  /** Before this moment. */
  to?: Temporal.Instant
  limit: number
}

const via = (value: string): AuditVia => {
  if (value === 'chat' || value === 'cli' || value === 'system') return value
  throw new RangeError(`audit.via holds ${value}, which the database should have refused`)
}

/** The latest entries first. Who may read them is the caller's to check. */
export async function readAudit(db: Pick<Database, 'prisma'>, query: AuditQuery): Promise<AuditRecord[]> {
  const { subjectPersonId, from, to, limit } = query
  const rows = await db.prisma.audit.findMany({
    where: { subjectPersonId, at: { gte: from && toDbInstant(from), lt: to && toDbInstant(to) } },
    orderBy: [{ at: Prisma.SortOrder.desc }, { id: Prisma.SortOrder.desc }],
    take: limit,
  })
  return rows.map((row) => ({ ...row, via: via(row.via), at: fromDbInstant(row.at) }))
}
