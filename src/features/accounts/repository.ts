// Accounts that HR should look at: read, and settled once each.
import { fromDbInstant, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { auditAccount, type MatterKind } from '../../directory/change/accounts.ts'
import { inForce } from '../../directory/load.ts'

export interface Matter {
  readonly id: number
  readonly kind: MatterKind
  readonly platform: string
  readonly tenant: string
  readonly userId: string
  readonly shownName: string
  readonly person: { readonly id: number; readonly name: string } | null
  readonly at: Temporal.Instant
}

/** Who did it; null: the command line. */
export type By = { readonly actorId: number; readonly flow: string } | null

const open = { settledAt: null }

const matterOf = (row: {
  id: number
  kind: string
  platform: string
  tenant: string
  userId: string
  shownName: string | null
  person: { id: number; name: string } | null
  createdAt: Date
}): Matter => ({
  ...row,
  kind: row.kind as MatterKind,
  shownName: row.shownName ?? row.userId,
  at: fromDbInstant(row.createdAt),
})
const person = { person: { select: { id: true, name: true } } }

/** Open matters, the oldest first. */
export async function loadMatters(tx: Tx): Promise<Matter[]> {
  const rows = await tx.accountMatter.findMany({ where: open, include: person, orderBy: { id: 'asc' } })
  return rows.map(matterOf)
}

export const countMatters = (tx: Tx): Promise<number> => tx.accountMatter.count({ where: open })

/** One open matter; null when it was settled meanwhile. */
export async function findMatter(tx: Tx, id: number, ...kinds: MatterKind[]): Promise<Matter | null> {
  const row = await tx.accountMatter.findFirst({
    where: { id, kind: { in: kinds }, ...open },
    include: person,
  })
  return row && matterOf(row)
}

/** The open question about an account of this id, whatever workspace it is in; null: none, or more than one. */
export async function findUnknown(tx: Tx, userId: string): Promise<Matter | null> {
  const rows = await tx.accountMatter.findMany({
    where: { userId, kind: 'unknown', ...open },
    include: person,
    take: 2,
  })
  const [row, another] = rows
  return row && !another ? matterOf(row) : null
}

export const findStaff = (tx: Tx, id: number, on: Temporal.PlainDate) =>
  Number.isSafeInteger(id) && id > 0 && id < 2 ** 31
    ? tx.person.findFirst({
        where: { id, OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
        select: { id: true, name: true },
      })
    : Promise.resolve(null)

/** True for the one who settles it. What Slack called the person is forgotten. */
export async function settleMatter(tx: Tx, id: number, now: Temporal.Instant): Promise<boolean> {
  const { count } = await tx.accountMatter.updateMany({
    where: { id, ...open },
    data: { settledAt: toDbInstant(now), shownName: null },
  })
  return count > 0
}

/** Gives the account to the person, in the trail; false when somebody was first. */
export async function linkMatter(
  tx: Tx,
  matter: Matter,
  personId: number,
  by: By,
  now: Temporal.Instant,
): Promise<boolean> {
  const { id, platform, tenant, userId } = matter
  // The question is gone with its answer: an account that is unlinked later may be asked about again.
  if ((await tx.accountMatter.deleteMany({ where: { id, ...open } })).count === 0) return false
  const made = await tx.identity.createMany({
    data: [{ platform, tenant, userId, personId }],
    skipDuplicates: true,
  })
  if (made.count === 0) return false
  // Whose it is, is said: another address than on the list is no question any more.
  const account = { platform, tenant, userId, kind: 'renamed' }
  const settled = { personId, settledAt: toDbInstant(now), shownName: null }
  await tx.accountMatter.upsert({
    where: { platform_tenant_userId_kind: account },
    create: { ...account, ...settled, createdAt: toDbInstant(now) },
    update: settled,
  })
  await auditAccount(tx, 'linked', personId, platform, now, by, 'cli')
  return true
}

/**
 * Takes the account away from its person; false when somebody was first. One that has another name and still the old
 * address stays with nobody until HR says whose it is.
 */
export async function unlinkMatter(tx: Tx, matter: Matter, by: By, now: Temporal.Instant): Promise<boolean> {
  const { id, platform, tenant, userId, kind } = matter
  const first =
    kind === 'other-name'
      ? await settleMatter(tx, id, now)
      : (await tx.accountMatter.deleteMany({ where: { id, ...open } })).count > 0
  if (!first) return false
  const account = await tx.identity.findUnique({
    where: { platform_tenant_userId: { platform, tenant, userId } },
  })
  if (!account) return false
  await tx.identity.delete({ where: { id: account.id } })
  await auditAccount(tx, 'unlinked', account.personId, platform, now, by, 'cli')
  return true
}

/** HR for the whole city, on a day. */
export async function hrOfWholeCityIds(tx: Tx, on: Temporal.PlainDate): Promise<number[]> {
  const rows = await tx.roleGrant.findMany({
    where: { role: 'hr', sectionId: null, ...inForce(on), person: { leftOn: null } },
    select: { personId: true },
    distinct: ['personId'],
  })
  return rows.map((row) => row.personId)
}
