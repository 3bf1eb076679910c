// Rights given and taken back, with their days. Who may do so is the caller's to check.
import { toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Role } from '../actor.ts'
import { inForce } from '../load.ts'

export interface GrantKey {
  readonly personId: number
  readonly role: Role
  /** The root of the part of the tree; null: the whole city. */
  readonly sectionId: number | null
  /** Of a training officer: the occupation it is limited to; absent: all. */
  readonly occupation?: string | undefined
}

const held = ({ occupation, ...key }: GrantKey, on: Temporal.PlainDate) => ({
  ...key,
  occupation: occupation ?? null,
  ...inForce(on),
})

/** From `on` on; false when it is already so. */
export async function giveGrant(tx: Tx, key: GrantKey, on: Temporal.PlainDate): Promise<boolean> {
  if (await tx.roleGrant.findFirst({ where: held(key, on), select: { id: true } })) return false
  await tx.roleGrant.create({ data: { ...key, validFrom: toDbDate(on) } })
  return true
}

/**
 * Ends a right on `on`; false when nobody holds it. Throws a Refusal for the last administrator: nobody could give the
 * right back.
 */
export async function takeGrant(tx: Tx, key: GrantKey, on: Temporal.PlainDate): Promise<boolean> {
  const grants = await tx.roleGrant.findMany({ where: held(key, on) })
  if (grants.length === 0) return false
  if (key.role === 'admin') {
    const others = await tx.roleGrant.count({
      where: { role: 'admin', ...inForce(on), personId: { not: key.personId }, person: { leftOn: null } },
    })
    if (others === 0)
      throw new Refusal('conflict', {
        ja: 'システム管理者が一人もいなくなるため、取り消せません。先にほかの方へ管理者の権限を付けてください。',
        en: 'This is the last administrator. Give somebody else the role first.',
      })
  }
  for (const grant of grants) {
    // A right given today and taken back today leaves no day behind, and so no row.
    if (grant.validFrom >= toDbDate(on)) await tx.roleGrant.delete({ where: { id: grant.id } })
    else await tx.roleGrant.update({ where: { id: grant.id }, data: { validTo: toDbDate(on) } })
  }
  return true
}
