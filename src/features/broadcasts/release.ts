// An announcement goes out: its recipients are drawn once, then their notices planned part by part, so that nobody
// else waits for the database long. Whoever finds a release half done goes on with it; a notice's key keeps anybody
// from being told twice.
import { writeAudit } from '../../db/audit.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { WantedNotice } from '../../delivery/notice.ts'
import type { Core } from '../feature.ts'
import { standingOf } from './audience.ts'
import { kinds } from './kinds.ts'
import { contentHash, lockBroadcast, saveBroadcast } from './repository.ts'
import type { Broadcast } from './rules.ts'

/** Recipients planned in one transaction: short enough for the embedded database's one connection. */
export const releaseBatch = 1_000

/** What a notice of an announcement is about. */
export const subjectOf = (broadcastId: number, personId: number): string =>
  `broadcast:${broadcastId}:${personId}`
/** Questions and answers between author and approver. */
export const deskSubject = (broadcastId: number): string => `broadcast:${broadcastId}`

/** The announcement that a subject of `subjectOf` or `deskSubject` names. */
export const broadcastOf = (subject: string): number => Number(/^broadcast:(\d+)/.exec(subject)?.[1] ?? 0)

const wanted = (
  broadcast: Pick<Broadcast, 'urgent'>,
  recipientId: number,
  rung: string,
  dueAt: Temporal.Instant,
): WantedNotice => ({
  kind: broadcast.urgent ? kinds.urgent : kinds.message,
  recipientId,
  rung,
  anchor: 'release',
  dueAt,
  ...(rung !== 'first' && { detail: { again: true } }),
})

/** Plans these people's notices of one rung: `first`, or `again-1` and so on. */
export async function tellRecipients(
  core: Core,
  tx: Tx,
  broadcast: Broadcast,
  personIds: readonly number[],
  rung: string,
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    personIds.map((personId) => ({
      subject: subjectOf(broadcast.id, personId),
      wanted: [wanted(broadcast, personId, rung, now)],
    })),
    now,
  )
}

/**
 * Draws the recipients of a scheduled announcement whose time has come. False where it is not that any more. With
 * nobody in the audience it ends here, and its author is told.
 */
async function drawRecipients(core: Core, id: number, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(
    core.db,
    async (tx) => {
      const broadcast = await lockBroadcast(tx, id)
      if (broadcast?.status !== 'scheduled') return broadcast?.status === 'sending'
      if (broadcast.sendAt && Temporal.Instant.compare(broadcast.sendAt, now) > 0) return false
      const { personIds, line } = await standingOf(core, tx, broadcast, now)
      const nobody = personIds.length === 0
      await writeAudit(tx, {
        at: now,
        actorId: broadcast.authorId,
        via: 'system',
        action: nobody ? 'broadcasts.nobody' : 'broadcasts.sent',
        subject: deskSubject(id),
        change: {
          count: personIds.length,
          audience: line.ja,
          hash: contentHash(broadcast),
          approver: broadcast.approverId,
        },
      })
      if (nobody) {
        await saveBroadcast(tx, id, { status: 'cancelled', nobody: true }, now)
        await tellDesk(core, tx, broadcast, 'nobody', now)
        return false
      }
      await tx.$executeRaw`
        INSERT INTO broadcast_recipient (broadcast_id, person_id)
        SELECT ${id}::int, p FROM unnest(${[...personIds]}::int[]) p ON CONFLICT DO NOTHING`
      await saveBroadcast(tx, id, { status: 'sending', releasedAt: now }, now)
      return true
    },
    { timeout: 30_000 },
  )
}

/** Plans the next part; true while there may be more. */
async function planPart(core: Core, id: number, now: Temporal.Instant, batch: number): Promise<boolean> {
  return inTransaction(
    core.db,
    async (tx) => {
      const broadcast = await lockBroadcast(tx, id)
      if (broadcast?.status !== 'sending') return false
      const rows = await tx.$queryRaw<{ person_id: number }[]>`
        UPDATE broadcast_recipient r SET planned = true
        FROM (SELECT person_id FROM broadcast_recipient WHERE broadcast_id = ${id}::int AND NOT planned
              ORDER BY person_id LIMIT ${batch}) part
        WHERE r.broadcast_id = ${id}::int AND r.person_id = part.person_id RETURNING r.person_id`
      await tellRecipients(
        core,
        tx,
        broadcast,
        rows.map((row) => row.person_id),
        'first',
        now,
      )
      if (rows.length === batch) return true
      await saveBroadcast(tx, id, { status: 'sent' }, now)
      return false
    },
    { timeout: 30_000 },
  )
}

/** Releases one announcement, or goes on with it. Harmless for one that is not due. */
export async function release(
  core: Core,
  id: number,
  now: Temporal.Instant,
  batch = releaseBatch,
): Promise<void> {
  if (!(await drawRecipients(core, id, now))) return
  while (await planPart(core, id, now, batch)) {
    // Others get in between two parts.
  }
}

/** Everything whose time has come, and what a process left half done. */
export async function releaseDue(core: Core, now: Temporal.Instant): Promise<number> {
  const due = await core.db.prisma.broadcast.findMany({
    where: {
      OR: [
        { status: 'sending' },
        { status: 'scheduled', OR: [{ sendAt: null }, { sendAt: { lte: toDbInstant(now) } }] },
      ],
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  for (const { id } of due) await release(core, id, now)
  return due.length
}

/** Tells the author what became of an announcement. */
export async function tellDesk(
  core: Core,
  tx: Tx,
  { id, authorId, version }: Pick<Broadcast, 'id' | 'authorId' | 'version'>,
  rung: 'approved' | 'declined' | 'nobody',
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    [
      {
        subject: `${deskSubject(id)}:${rung}`,
        wanted: [
          {
            kind: kinds.decided,
            recipientId: authorId,
            rung,
            anchor: `v${version}`,
            dueAt: now,
            detail: { what: rung },
          },
        ],
      },
    ],
    now,
  )
}

/** Asks these people for their approval; nobody any more where the list is empty. */
export async function askApprovers(
  core: Core,
  tx: Tx,
  { id, version }: Pick<Broadcast, 'id' | 'version'>,
  approvers: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    [
      {
        subject: deskSubject(id),
        wanted: approvers.map((recipientId) => ({
          kind: kinds.approval,
          recipientId,
          rung: 'ask',
          anchor: `v${version}`,
          dueAt: now,
        })),
      },
    ],
    now,
  )
}
