// 内定者: people who are not staff yet, invited by e-mail for a time. They are persons without a post and without a staff
// number of the personnel system's, so that no audience, list or search finds them; what they may see is what says that
// it is for guests (intake/permissions.ts). When the staff list brings them, HR says who is who, and the row goes on as
// theirs; whoever declines is gone at once.
import { randomBytes } from 'node:crypto'
import { fromDbDate, toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { keepMailAccounts } from './mail-accounts.ts'

export interface Guest {
  readonly id: number
  readonly name: string
  readonly email: string | null
}

/** In force on a day, and never staff so far. */
const isGuestOn = (on: Temporal.PlainDate) => ({
  guestUntil: { gt: toDbDate(on) },
  leftOn: { gt: toDbDate(on) },
  erasedOn: null,
})

/** Whoever became staff has not left, or left later. */
export const neverStaff = ({
  guestUntil,
  leftOn,
}: {
  readonly guestUntil: Date | null
  readonly leftOn: Date | null
}): boolean => guestUntil !== null && leftOn !== null && leftOn <= guestUntil

/** Those of these people who are guests on a day. */
export async function guestsAmong(
  tx: Tx,
  ids: readonly number[],
  on: Temporal.PlainDate,
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  // Of thousands, in a programme of the whole house: without a parameter each.
  const rows = await tx.$queryRaw<{ readonly id: number }[]>`
    SELECT id FROM person WHERE id = ANY (${[...new Set(ids)]}::int[]) AND guest_until > ${on.toString()}::date`
  return new Set(rows.map(({ id }) => id))
}

/**
 * Those of these people who were guests and are nobody here any more. Whether they declined or their time is over is
 * nobody's to read, so they are not named.
 */
export async function goneGuests(
  tx: Tx,
  ids: readonly number[],
  on: Temporal.PlainDate,
): Promise<ReadonlySet<number>> {
  const rows = await tx.person.findMany({
    where: { id: { in: [...new Set(ids)] }, guestUntil: { not: null }, leftOn: { lte: toDbDate(on) } },
    select: { id: true, guestUntil: true, leftOn: true },
  })
  return new Set(rows.filter(neverStaff).map(({ id }) => id))
}

/** Until when somebody is invited, if they are a guest on a day. */
export async function guestUntilOf(
  tx: Tx,
  id: number,
  on: Temporal.PlainDate,
): Promise<Temporal.PlainDate | undefined> {
  const row = await tx.person.findFirst({
    where: { id, guestUntil: { gt: toDbDate(on) } },
    select: { guestUntil: true },
  })
  return row?.guestUntil ? fromDbDate(row.guestUntil) : undefined
}

/** "内定-3f9a2c": nothing that the personnel system could write. */
const numberOf = () => `内定-${randomBytes(4).toString('hex')}`

export type Invited =
  | { readonly type: 'invited'; readonly id: number }
  /** Somebody on the staff list, now or before, has this address. */
  | { readonly type: 'staff' }

/** Those of these addresses at which somebody of the staff is reached, or who waits for their first day. */
export async function addressesOfStaff(tx: Tx, emails: readonly string[]): Promise<ReadonlySet<string>> {
  const select = { guestUntil: true, leftOn: true } as const
  const listed = await tx.person.findMany({
    where: { email: { in: [...emails] } },
    select: { email: true, ...select },
  })
  const reached = await tx.identity.findMany({
    where: { platform: 'email', userId: { in: [...emails] } },
    select: { userId: true, person: { select } },
  })
  return new Set([
    ...listed.flatMap((one) => (one.email === null || neverStaff(one) ? [] : [one.email])),
    ...reached.flatMap(({ userId, person }) => (neverStaff(person) ? [] : [userId])),
  ])
}

/** A guest who is, or was, there already is invited for as long as is asked now. `email` in lower case. */
export async function inviteGuest(
  tx: Tx,
  { name, email }: { readonly name: string; readonly email: string },
  until: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<Invited> {
  const end = { guestUntil: toDbDate(until), leftOn: toDbDate(until) }
  const known = await tx.person.findUnique({ where: { email } })
  if (known) {
    if (!neverStaff(known)) return { type: 'staff' }
    await tx.person.update({ where: { id: known.id }, data: end })
    return { type: 'invited', id: known.id }
  }
  const { id } = await tx.person.create({ data: { number: numberOf(), name, email, ...end } })
  await keepMailAccounts(tx, today)
  return { type: 'invited', id }
}

/**
 * They decline, or HR takes the invitation back: name, address and account go at once; what they took part in goes the
 * night after. The caller tells people-changed before, so that seats are given up. False: no guest (any more).
 */
export async function forgetGuest(tx: Tx, id: number, on: Temporal.PlainDate): Promise<boolean> {
  const { count } = await tx.person.updateMany({
    where: { id, ...isGuestOn(on) },
    data: { name: '辞退された方', kana: '', email: null, leftOn: toDbDate(on), guestUntil: toDbDate(on) },
  })
  if (count === 0) return false
  await tx.identity.deleteMany({ where: { personId: id } })
  return true
}

/** Of a list: who may be whom, by address or by name. Nothing follows from it until somebody has said so. */
export interface Likeness {
  readonly number: string
  readonly guestId: number
  readonly by: 'email' | 'name'
}

const bare = (name: string) => name.normalize('NFKC').replace(/\s+/g, '')

/** However the two are written: with a space or none, in full width or half. */
export const sameName = (one: string, other: string): boolean => bare(one) === bare(other)

export function likenesses(
  listed: readonly { readonly number: string; readonly name: string; readonly email: string | null }[],
  guests: readonly Guest[],
): Likeness[] {
  const byName = Map.groupBy(guests, ({ name }) => bare(name))
  return listed.flatMap(({ number, name, email }): Likeness[] => {
    const mail = guests.find((guest) => email !== null && guest.email === email)
    if (mail) return [{ number, guestId: mail.id, by: 'email' }]
    return (byName.get(bare(name)) ?? []).map(({ id }) => ({ number, guestId: id, by: 'name' }))
  })
}

/** Guests go on as the staff whom HR said they are: under the number of the list, guests still until its day. */
export async function becomeStaff(
  tx: Tx,
  joined: readonly { readonly number: string; readonly guestId: number }[],
  on: string,
): Promise<void> {
  for (const { number, guestId } of joined)
    await tx.$executeRaw`
      UPDATE person SET number = ${number}, left_on = NULL, guest_until = ${on}::date, email = NULL
       WHERE id = ${guestId} AND guest_until IS NOT NULL AND left_on <= guest_until AND erased_on IS NULL`
}
