// Whose account it is: found by the e-mail address that the platform has had confirmed, else HR is asked.
import type { Platform } from '../../chat/chat.ts'
import { writeAudit } from '../../db/audit.ts'
import { toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'

/** What a platform says of one of its users. */
export interface MetAccount {
  readonly platform: Platform
  readonly tenant: string
  readonly user: string
  /** A full member in good standing; else a guest, a program, somebody of another workspace, or switched off. */
  readonly open: boolean
  /** Lower case, confirmed by the platform. */
  readonly email?: string
  /** Further addresses of the same account, confirmed as well: a sign-in name. */
  readonly otherEmails?: readonly string[]
  readonly shownName: string
  /** The person has turned to us, so an answer is owed. */
  readonly came: boolean
}

/** What HR should look at: no person, another address, another name, no account any more. */
export type MatterKind = 'unknown' | 'renamed' | 'other-name' | 'closed'

const accountOf = ({ platform, tenant, user }: Pick<MetAccount, 'platform' | 'tenant' | 'user'>) => ({
  platform,
  tenant,
  userId: user,
})

const emailsOf = ({ email, otherEmails = [] }: MetAccount): string[] => [
  ...(email ? [email] : []),
  ...otherEmails,
]

/** Writes what becomes of an account into the trail. */
export const auditAccount = (
  tx: Tx,
  what: 'linked' | 'unlinked' | 'closed' | 'reopened',
  personId: number,
  platform: string,
  now: Temporal.Instant,
  by: { readonly actorId: number; readonly flow: string } | null = null,
  otherwise: 'system' | 'cli' = 'system',
) =>
  writeAudit(tx, {
    at: now,
    actorId: by?.actorId ?? null,
    via: by ? 'chat' : otherwise,
    action: `accounts.${what}`,
    subject: `person:${personId}`,
    subjectPersonId: personId,
    change: { platform },
    flow: by?.flow ?? null,
  })

async function ask(
  tx: Tx,
  met: MetAccount,
  kind: MatterKind,
  personId: number | null,
  now: Temporal.Instant,
) {
  // What HR has settled stays settled: the same question is not asked twice.
  await tx.accountMatter.createMany({
    data: [{ ...accountOf(met), kind, personId, shownName: met.shownName, createdAt: toDbInstant(now) }],
    skipDuplicates: true,
  })
}

/** Whether two shown names are the same to a reader: width, spaces and case aside. */
const sameName = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((name) => name.normalize('NFKC').replace(/\s+/g, '').toLowerCase())
  return a === b
}

/** Ends a question that the world has answered, so that it may be asked again another time. */
const drop = (tx: Tx, met: MetAccount, kind: MatterKind) =>
  tx.accountMatter.deleteMany({ where: { ...accountOf(met), kind } })

/**
 * Follows what a platform says of a user: links an unknown one to the person of that confirmed address, closes the
 * account of one who is not (any more) a full member, opens it again, gives it to whose address it has got, and leaves
 * the rest for HR: another address or another name. Changes nothing when told the same again.
 */
export async function meetAccount(
  tx: Tx,
  met: MetAccount,
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): Promise<void> {
  const { platform } = met
  const account = await tx.identity.findUnique({
    where: { platform_tenant_userId: accountOf(met) },
    include: { person: { select: { id: true, email: true, leftOn: true } } },
  })
  if (account) {
    const { person } = account
    if (!met.open) {
      if (account.state === 'left') return
      await tx.identity.update({ where: { id: account.id }, data: { state: 'left' } })
      await auditAccount(tx, 'closed', person.id, platform, now)
      if (!person.leftOn) await ask(tx, met, 'closed', person.id, now)
      return
    }
    const known = emailsOf(met)
    const elsewhere = known.length > 0 && person.email !== null && !known.includes(person.email)
    const other = elsewhere && (await personOf(tx, met, today))
    // Somebody else's confirmed address: the account has changed hands. Unless HR has said that it is the same person.
    if (other && !(await isSettled(tx, met, 'renamed'))) {
      await tx.identity.delete({ where: { id: account.id } })
      await auditAccount(tx, 'unlinked', person.id, platform, now)
      await tx.accountMatter.deleteMany({ where: accountOf(met) })
      await link(tx, met, other.id, now)
      return
    }
    if (account.state === 'left') {
      await tx.identity.update({ where: { id: account.id }, data: { state: 'active' } })
      await auditAccount(tx, 'reopened', person.id, platform, now)
      await drop(tx, met, 'closed')
    }
    if (elsewhere) await ask(tx, met, 'renamed', person.id, now)
    else await drop(tx, met, 'renamed')
    if (account.shownName === met.shownName) return
    if (account.shownName !== null && !sameName(account.shownName, met.shownName)) {
      // Each new name is a question of its own, whatever was said of an earlier one.
      await drop(tx, met, 'other-name')
      await ask(tx, met, 'other-name', person.id, now)
    }
    await tx.identity.update({ where: { id: account.id }, data: { shownName: met.shownName } })
    return
  }
  if (!met.open) return
  // What HR has taken from a person for its new name is not given back for its old address.
  const person = (await isSettled(tx, met, 'other-name')) ? null : await personOf(tx, met, today)
  if (!person) {
    if (met.came) await ask(tx, met, 'unknown', null, now)
    return
  }
  await link(tx, met, person.id, now)
}

/** Who is on the list under the account's confirmed addresses; those that lead to two people lead to nobody. */
async function personOf(tx: Tx, met: MetAccount, today: Temporal.PlainDate): Promise<{ id: number } | null> {
  const found = await tx.person.findMany({
    where: {
      email: { in: emailsOf(met) },
      AND: [
        { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(today) } }] },
        // Whoever is invited by e-mail alone has no account at a chat of the city's.
        { OR: [{ guestUntil: null }, { guestUntil: { lte: toDbDate(today) } }] },
      ],
    },
    select: { id: true },
  })
  return (found.length === 1 && found[0]) || null
}

async function link(tx: Tx, met: MetAccount, personId: number, now: Temporal.Instant): Promise<void> {
  const made = await tx.identity.createMany({
    data: [{ ...accountOf(met), personId, shownName: met.shownName }],
    skipDuplicates: true,
  })
  if (made.count === 0) return
  await auditAccount(tx, 'linked', personId, met.platform, now)
  await drop(tx, met, 'unknown')
}

/** Whether HR has answered the question. */
const isSettled = async (tx: Tx, met: MetAccount, kind: MatterKind): Promise<boolean> =>
  (await tx.accountMatter.count({ where: { ...accountOf(met), kind, settledAt: { not: null } } })) > 0
