import { toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { Role } from './actor.ts'
import { inForce } from './load.ts'

export const roles: readonly Role[] = ['admin', 'hr', 'training', 'clerk']

export interface GrantOf {
  readonly personId: number
  readonly role: Role
  /** null: the whole city. */
  readonly sectionId: number | null
}

/** Gives a right from a day on; false when it is in force already. The caller audits. */
export async function giveRole(tx: Tx, { personId, role, sectionId }: GrantOf, from: Temporal.PlainDate) {
  const held = await tx.roleGrant.findFirst({ where: { personId, role, sectionId, ...inForce(from) } })
  if (held) return false
  await tx.roleGrant.create({ data: { personId, role, sectionId, validFrom: toDbDate(from) } })
  return true
}

/**
 * Ends a right on a day, the day itself included; one that has not begun by then is taken out. With `sectionId` only
 * the one for that section. How many grants ended. The caller audits.
 */
export async function endRole(
  tx: Tx,
  { personId, role, sectionId }: Omit<GrantOf, 'sectionId'> & { readonly sectionId?: number },
  on: Temporal.PlainDate,
): Promise<number> {
  const which = { personId, role, ...(sectionId !== undefined && { sectionId }) }
  const day = toDbDate(on)
  const unbegun = await tx.roleGrant.deleteMany({ where: { ...which, validFrom: { gte: day } } })
  const ended = await tx.roleGrant.updateMany({
    where: { ...which, validFrom: { lt: day }, OR: [{ validTo: null }, { validTo: { gt: day } }] },
    data: { validTo: day },
  })
  return unbegun.count + ended.count
}
