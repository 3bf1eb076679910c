// Rights by staff number and section code, for the command line and the chat: audited, idempotent.
import { writeAudit } from '../../db/audit.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Role } from '../../directory/actor.ts'
import { findAudience } from '../../directory/audience/query.ts'
import { titleKey } from '../../directory/audience.ts'
import { type GrantKey, giveGrant, takeGrant } from '../../directory/change/grants.ts'
import { inForce, loadOrganisation } from '../../directory/load.ts'
import { Refusal } from '../../kernel/errors.ts'
import { normalise } from '../../kernel/words.ts'
import { codeOf } from '../../tables/cells.ts'
import type { Core } from '../feature.ts'
import type { By } from './repository.ts'

export interface GrantRequest {
  readonly number: string
  readonly role: Role
  /** Code or name of the section whose part of the tree it is for; without it the whole city. */
  readonly section?: string
  /** Of a training officer: only posts whose title holds this word. */
  readonly occupation?: string
  /** null: the command line. */
  readonly actorId: number | null
}

export interface GrantResult {
  readonly person: { readonly id: number; readonly number: string; readonly name: string }
  readonly section: { readonly id: number; readonly code: string; readonly name: string } | null
  /** false: it was so already. */
  readonly changed: boolean
}

/** The section in force on a day by code or, where only one has it, by name. Throws a Refusal. */
export async function findSection(tx: Tx, written: string, on: Temporal.PlainDate) {
  const found = await tx.section.findMany({
    where: { AND: [inForce(on), { OR: [{ code: codeOf(written) }, { code: written }, { name: written }] }] },
    select: { id: true, code: true, name: true },
    take: 2,
  })
  const [section, another] = found
  if (!section || another)
    throw new Refusal('invalid', {
      ja: 'その所属コード・所属名の所属が見つからないか、複数あります。所属コードで入れてください。',
      en: 'No section, or more than one, has this code or name. Give the section code.',
    })
  return section
}

/** A word of titles within a part of the city (看護師), for training officers only. Throws a Refusal where nobody has it. */
export async function findOccupation(
  tx: Tx,
  written: string,
  { role, sectionId }: Pick<GrantKey, 'role' | 'sectionId'>,
  on: Temporal.PlainDate,
): Promise<{ readonly occupation: string; readonly people: number }> {
  const occupation = normalise(written)
  if (role !== 'training')
    throw new Refusal('invalid', {
      ja: '職種で担当を絞れるのは研修担当だけです。',
      en: 'Only training officers can be limited to an occupation.',
    })
  const org = await loadOrganisation(tx, on, [])
  const reach = [{ sections: sectionId === null ? ('all' as const) : org.within(sectionId), occupation }]
  const found = await findAudience(tx, { audience: { withAbsent: true }, reach, on, org })
  if (titleKey(occupation) === '' || occupation.length > 40 || found.personIds.length === 0)
    throw new Refusal('invalid', {
      ja: 'その範囲には、職名にこの言葉を含む方がいません。「看護師」のように、職名にある言葉を入れてください。',
      en: 'Nobody in that part of the city has this word in their title. Write a word of the title, such as 看護師.',
    })
  return { occupation, people: found.personIds.length }
}

async function resolve(tx: Tx, request: GrantRequest, on: Temporal.PlainDate) {
  const person = await tx.person.findFirst({
    where: { number: codeOf(request.number), OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    select: { id: true, number: true, name: true },
  })
  if (!person)
    throw new Refusal('not-found', {
      ja: 'その職員番号の方が登録にいません。番号をご確認ください。',
      en: 'Nobody in the directory has this staff number. Please check it.',
    })
  const section = request.section ? await findSection(tx, request.section, on) : null
  return { person, section }
}

/** Writes the trail of a right given or taken. */
export async function auditGrant(
  tx: Tx,
  what: 'granted' | 'revoked',
  key: GrantKey,
  by: By,
  now: Temporal.Instant,
): Promise<void> {
  await writeAudit(tx, {
    at: now,
    actorId: by.actorId,
    via: by.via,
    action: `staff-list.${what}`,
    subject: `person:${key.personId}`,
    subjectPersonId: key.personId,
    change: { role: key.role, section: key.sectionId, ...(key.occupation && { occupation: key.occupation }) },
    flow: by.flow ?? null,
  })
}

async function change(core: Core, request: GrantRequest, what: 'granted' | 'revoked'): Promise<GrantResult> {
  const now = core.clock.now()
  const on = now.toZonedDateTimeISO(core.zone).toPlainDate()
  return inTransaction(core.db, async (tx) => {
    const { person, section } = await resolve(tx, request, on)
    const held = { personId: person.id, role: request.role, sectionId: section?.id ?? null }
    const written = request.occupation
    // What is taken back may have been given when somebody still had the title.
    const occupation =
      written &&
      (what === 'revoked' ? normalise(written) : (await findOccupation(tx, written, held, on)).occupation)
    const key = { ...held, ...(occupation && { occupation }) }
    const changed = what === 'granted' ? await giveGrant(tx, key, on) : await takeGrant(tx, key, on)
    const by = { actorId: request.actorId, via: request.actorId === null ? 'cli' : 'chat' } as const
    if (changed) await auditGrant(tx, what, key, by, now)
    return { person, section, changed }
  })
}

/** Gives a right from today on. Throws a Refusal for an unknown number or section. */
export const grantRole = (core: Core, request: GrantRequest): Promise<GrantResult> =>
  change(core, request, 'granted')

/** Takes a right back from today on. Throws a Refusal also for the last administrator. */
export const revokeRole = (core: Core, request: GrantRequest): Promise<GrantResult> =>
  change(core, request, 'revoked')
