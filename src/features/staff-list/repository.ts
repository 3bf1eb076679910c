// The tables of this feature: lists on their way in, and what reading them needs to know of the directory.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { AuditVia } from '../../db/audit.ts'
import { fromDbDate, fromDbInstant, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { inForce } from '../../directory/load.ts'
import { currentFlow } from '../../kernel/flow.ts'
import { cutText } from '../../kernel/words.ts'
import type { Counts, Waiting } from './preview.ts'
import type { Known } from './understand.ts'

const summarySchema = z.object({
  /** What the file was read as. */
  kind: z.string(),
  rows: z.number(),
  consent: z.boolean(),
  mark: z.string(),
  counts: z.record(z.string(), z.number()),
})
export type Summary = Omit<z.infer<typeof summarySchema>, 'counts'> & { readonly counts: Counts }

export interface ImportRow {
  readonly id: number
  readonly status: 'preview' | 'scheduled' | 'applied' | 'cancelled'
  readonly fileName: string
  readonly effectiveOn: Temporal.PlainDate
  readonly summary: Summary
  readonly createdById: number | null
  readonly createdAt: Temporal.Instant
  readonly appliedAt: Temporal.Instant | null
  /** 内示: until then nobody but the officers sees it. */
  readonly releaseAt: Temporal.Instant | null
  /** Person ids. */
  readonly officers: readonly number[]
  /** Its time came, and it was not what had been looked at any more. */
  readonly heldAt: Temporal.Instant | null
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** One change of the directory at a time: what was compared is what is written. Held to the transaction's end. */
export const lockDirectory = (tx: Tx): Promise<unknown> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.staff-list'))`

/** Numbers of the employed and codes of the sections, on a day. */
export async function loadKnown(tx: Tx, on: Temporal.PlainDate): Promise<Known> {
  const people = await tx.person.findMany({
    where: { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    select: { number: true },
  })
  const sections = await tx.section.findMany({ where: inForce(on), select: { code: true, name: true } })
  return {
    numbers: new Set(people.map((person) => person.number)),
    sectionCodes: new Map(sections.map((section) => [section.name, section.code])),
  }
}

export interface NewImport {
  readonly fileName: string
  readonly fileHash: string
  readonly effectiveOn: Temporal.PlainDate
  readonly waiting: Waiting
  readonly summary: Summary
  readonly createdById: number | null
}

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as never

export async function addImport(tx: Tx, made: NewImport, now: Temporal.Instant): Promise<number> {
  const row = await tx.staffImport.create({
    data: {
      status: 'preview',
      fileName: cutText(made.fileName, 200),
      fileHash: made.fileHash,
      effectiveOn: toDbDate(made.effectiveOn),
      rows: json(made.waiting),
      summary: json(made.summary),
      createdById: made.createdById,
      createdAt: toDbInstant(now),
    },
    select: { id: true },
  })
  return row.id
}

const columns = {
  id: true,
  status: true,
  fileName: true,
  effectiveOn: true,
  summary: true,
  createdById: true,
  createdAt: true,
  appliedAt: true,
  releaseAt: true,
  officers: true,
  heldAt: true,
} as const

interface StoredImport {
  readonly id: number
  readonly status: string
  readonly fileName: string
  readonly effectiveOn: Date
  readonly summary: unknown
  readonly createdById: number | null
  readonly createdAt: Date
  readonly appliedAt: Date | null
  readonly releaseAt: Date | null
  readonly officers: readonly number[]
  readonly heldAt: Date | null
}

const read = (row: StoredImport): ImportRow => ({
  ...row,
  status: row.status as ImportRow['status'],
  effectiveOn: fromDbDate(row.effectiveOn),
  summary: summarySchema.parse(row.summary) as unknown as Summary,
  createdAt: fromDbInstant(row.createdAt),
  appliedAt: row.appliedAt && fromDbInstant(row.appliedAt),
  releaseAt: row.releaseAt && fromDbInstant(row.releaseAt),
  heldAt: row.heldAt && fromDbInstant(row.heldAt),
})

export async function findImport(tx: Tx, id: number): Promise<ImportRow | undefined> {
  const row = await tx.staffImport.findUnique({ where: { id }, select: columns })
  return row ? read(row) : undefined
}

/** The list as it waits; undefined once applied or cancelled. Only this program writes it. */
export async function findWaiting(tx: Tx, id: number): Promise<Waiting | undefined> {
  const row = await tx.staffImport.findUnique({ where: { id }, select: { rows: true } })
  return (row?.rows ?? undefined) as Waiting | undefined
}

/**
 * Who may see a list that waits (HR officers of the whole city: the caller's to check): whoever gave it, and, once it
 * has a release, the officers named for it. Nobody else learns that it is there.
 */
export function mayOpen({ status, createdById, officers }: ImportRow, personId: number): boolean {
  switch (status) {
    case 'scheduled':
      return officers.includes(personId)
    case 'preview':
      return createdById === personId
    case 'applied':
    case 'cancelled':
      return true
    default:
      return status satisfies never
  }
}

/** Lists that wait and that this person may see, the latest first. */
export async function waitingImports(tx: Tx, personId: number): Promise<readonly ImportRow[]> {
  const rows = await tx.staffImport.findMany({
    where: { status: { in: ['preview', 'scheduled'] } },
    orderBy: { id: 'desc' },
    take: 50,
    select: columns,
  })
  return rows
    .map(read)
    .filter((row) => mayOpen(row, personId))
    .slice(0, 5)
}

export async function lastApplied(tx: Tx): Promise<ImportRow | undefined> {
  const row = await tx.staffImport.findFirst({
    where: { status: 'applied' },
    orderBy: [{ appliedAt: 'desc' }, { id: 'desc' }],
    select: columns,
  })
  return row ? read(row) : undefined
}

export async function keepSummary(
  tx: Tx,
  id: number,
  summary: Summary,
  effectiveOn: Temporal.PlainDate,
): Promise<void> {
  await tx.staffImport.updateMany({
    where: { id, status: { in: ['preview', 'scheduled'] } },
    data: { summary: json(summary), effectiveOn: toDbDate(effectiveOn) },
  })
}

/** The list with what has been decided about it. */
export async function keepWaiting(tx: Tx, id: number, waiting: Waiting): Promise<void> {
  await tx.staffImport.updateMany({
    where: { id, status: { in: ['preview', 'scheduled'] } },
    data: { rows: json(waiting) },
  })
}

/** Ends the wait and erases the rows; false when somebody else has ended it first. */
export async function settleImport(
  tx: Tx,
  id: number,
  status: 'applied' | 'cancelled',
  now: Temporal.Instant,
  from: 'preview' | 'scheduled' = 'preview',
): Promise<boolean> {
  const settled = await tx.$executeRaw`
    UPDATE staff_import SET status = ${status}, rows = NULL,
           applied_at = ${status === 'applied' ? toDbInstant(now).toISOString() : null}::timestamptz
     WHERE id = ${id} AND status = ${from}`
  return settled === 1
}

export interface Audited {
  readonly action: string
  readonly subject: string
  readonly subjectPersonId: number | null
  readonly change: object
}

export interface By {
  readonly actorId: number | null
  readonly via: AuditVia
  readonly flow?: string | undefined
}

/** As writeAudit, for thousands at once. */
export async function writeAudits(
  tx: Tx,
  entries: readonly Audited[],
  by: By,
  now: Temporal.Instant,
): Promise<void> {
  const rows = JSON.stringify(entries)
  await tx.$executeRaw`
    INSERT INTO audit (at, actor_id, via, action, subject, subject_person_id, change, flow)
    SELECT ${toDbInstant(now).toISOString()}::timestamptz, ${by.actorId}::int, ${by.via}, x.action, x.subject,
           x."subjectPersonId", x.change, ${by.flow ?? currentFlow() ?? null}
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS x(action text, subject text, "subjectPersonId" int, change jsonb)`
}

/** Another list of the same officer takes the place of one that still waits. */
export async function discardOwn(tx: Tx, actorId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE staff_import SET status = 'cancelled', rows = NULL WHERE created_by_id = ${actorId} AND status = 'preview'`
}

/** Lists that nobody came back to are erased. */
export async function discardOlder(tx: Tx, than: Temporal.Instant): Promise<void> {
  await tx.$executeRaw`
    UPDATE staff_import SET status = 'cancelled', rows = NULL
     WHERE status = 'preview' AND created_at < ${toDbInstant(than).toISOString()}::timestamptz`
}
