// Rights by staff number and section code, for the command line and the chat: audited, idempotent.
import { writeAudit } from '../../db/audit.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Role } from '../../directory/actor.ts'
import { type GrantKey, giveGrant, takeGrant } from '../../directory/change/grants.ts'
import { inForce } from '../../directory/load.ts'
import { Refusal } from '../../kernel/errors.ts'
import { codeOf } from '../../tables/cells.ts'
import type { Core } from '../feature.ts'
import type { By } from './repository.ts'

export interface GrantRequest {
  readonly number: string
  readonly role: Role
  /** Code or name of the section whose part of the tree it is for; without it the whole city. */
  readonly section?: string
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
    change: { role: key.role, section: key.sectionId },
    flow: by.flow ?? null,
  })
}

async function change(core: Core, request: GrantRequest, what: 'granted' | 'revoked'): Promise<GrantResult> {
  const now = core.clock.now()
  const on = now.toZonedDateTimeISO(core.zone).toPlainDate()
  return inTransaction(core.db, async (tx) => {
    const { person, section } = await resolve(tx, request, on)
    const key = { personId: person.id, role: request.role, sectionId: section?.id ?? null }
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
