import { toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { Language } from '../kernel/language.ts'
import type { Actor, PersonRef, Role } from './actor.ts'
import { inForce } from './load.ts'

export interface Person extends PersonRef {
  readonly language: Language
  /** Title of the main post on the day asked for: 「課長」; empty when unknown. */
  readonly title: string
  readonly sectionId: number | null
}

/** The language a person chose, else the one that their chat speaks. */
export const languageOf = (value: string | null, otherwise: Language = 'ja'): Language =>
  value === 'ja' || value === 'en' ? value : otherwise

/** People with the title and section of their main post on a day; unknown ids are simply absent. */
export async function loadPeople(
  tx: Tx,
  ids: readonly number[],
  on: Temporal.PlainDate,
): Promise<ReadonlyMap<number, Person>> {
  const rows = await tx.person.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: {
      id: true,
      number: true,
      name: true,
      language: true,
      posts: { where: { main: true, ...inForce(on) }, select: { title: true, sectionId: true }, take: 1 },
    },
  })
  return new Map(
    rows.map(({ posts, ...row }) => [
      row.id,
      {
        ...row,
        language: languageOf(row.language),
        title: posts[0]?.title ?? '',
        sectionId: posts[0]?.sectionId ?? null,
      },
    ]),
  )
}

/** 「山田」 of 「山田 花子」; the whole name where it has no space. */
export const familyName = (name: string): string => name.split(/\s+/)[0] ?? name

/**
 * How the office addresses somebody: 「山田課長」 for post holders (係長 and above carry their title), 「山田さん」 for
 * colleagues; English: the full name.
 */
export function addressed(person: Pick<Person, 'name' | 'title'>, reader: Language): string {
  if (reader === 'en') return person.name
  const title =
    /(課長補佐|[部課係所館園室局署隊班]長|次長|参事|主幹|主席|局次長|町長|市長|村長|教育長|監)$/.exec(
      person.title,
    )
  return familyName(person.name) + (title?.[0] ?? 'さん')
}

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
    grants: row.grants.map((grant) => ({ role: grant.role as Role, sectionId: grant.sectionId })),
  }
}
