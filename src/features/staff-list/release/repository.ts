// Lists that wait for their release, and who looks after them.
import { createHash } from 'node:crypto'
import { toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inForce } from '../../../directory/load.ts'
import type { Waiting } from '../preview.ts'
import type { ImportRow } from '../repository.ts'

/** Changes with the release: a button that carries another one is stale. */
export const releaseMark = ({ releaseAt, officers, heldAt, effectiveOn }: ImportRow): string =>
  createHash('sha256')
    .update(JSON.stringify([releaseAt, officers, heldAt, effectiveOn]))
    .digest('hex')
    .slice(0, 16)

/** HR officers of the whole city, who alone can be named. */
export async function officersOn(
  tx: Tx,
  on: Temporal.PlainDate,
): Promise<readonly { readonly id: number; readonly name: string }[]> {
  const grants = await tx.roleGrant.findMany({
    where: { role: 'hr', sectionId: null, ...inForce(on), person: { leftOn: null } },
    select: { person: { select: { id: true, name: true } } },
    orderBy: { person: { number: 'asc' } },
  })
  return [...new Map(grants.map(({ person }) => [person.id, person])).values()]
}

/** A previewed list from now on waits for its release; false when it is not a preview any more. */
export async function schedule(
  tx: Tx,
  id: number,
  release: { readonly at: Temporal.Instant; readonly officers: readonly number[] },
  waiting: Waiting,
): Promise<boolean> {
  const changed = await tx.staffImport.updateMany({
    where: { id, status: 'preview' },
    data: {
      status: 'scheduled',
      releaseAt: toDbInstant(release.at),
      officers: [...release.officers],
      rows: JSON.parse(JSON.stringify(waiting)),
    },
  })
  return changed.count === 1
}

export async function changeRelease(
  tx: Tx,
  id: number,
  release: { readonly at: Temporal.Instant; readonly officers: readonly number[] },
): Promise<void> {
  await tx.staffImport.updateMany({
    where: { id, status: 'scheduled' },
    data: { releaseAt: toDbInstant(release.at), officers: [...release.officers], heldAt: null },
  })
}

export async function hold(tx: Tx, id: number, now: Temporal.Instant): Promise<void> {
  await tx.staffImport.updateMany({
    where: { id, status: 'scheduled' },
    data: { heldAt: toDbInstant(now) },
  })
}

/** Those whose time has come, the earliest first. */
export async function dueReleases(tx: Tx, now: Temporal.Instant): Promise<readonly number[]> {
  const rows = await tx.staffImport.findMany({
    where: { status: 'scheduled', heldAt: null, releaseAt: { lte: toDbInstant(now) } },
    orderBy: [{ releaseAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  return rows.map(({ id }) => id)
}

export async function scheduledIds(tx: Tx): Promise<readonly number[]> {
  const rows = await tx.staffImport.findMany({
    where: { status: 'scheduled', heldAt: null },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  return rows.map(({ id }) => id)
}
