import { toDbDate } from '../../src/db/time.ts'
import type { Tx } from '../../src/db/transaction.ts'
import type { Actor, Role } from '../../src/directory/actor.ts'
import { inForce } from '../../src/directory/load.ts'
import { languageOf } from '../../src/directory/people.ts'
import type { Language } from '../../src/kernel/language.ts'

/** The acting person with the rights in force on a day; undefined for unknown or left people. */
export async function loadActor(
  tx: Tx,
  personId: number,
  on: Temporal.PlainDate,
  locale: Language = 'ja',
): Promise<Actor | undefined> {
  const row = await tx.person.findFirst({
    where: { id: personId, OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
    include: { grants: { where: inForce(on) } },
  })
  if (!row) return undefined
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    language: languageOf(row.language, locale),
    grants: row.grants.map(({ role, sectionId, occupation }) => ({
      role: role as Role,
      sectionId,
      ...(occupation && { occupation }),
    })),
  }
}
