import type { Tx } from '../db/transaction.ts'
import type { Language } from '../kernel/language.ts'
import type { PersonRef } from './actor.ts'
import { inForce } from './load.ts'

export interface Person extends PersonRef {
  readonly language: Language
  /** Title of the main post on the day asked for: 「課長」; empty when unknown. */
  readonly title: string
  readonly sectionId: number | null
  /** Somebody else in their section would be addressed in the same way. */
  readonly namesake?: boolean
}

/** The language a person chose, else the one that their chat speaks. */
export const languageOf = (value: string | null, otherwise: Language = 'ja'): Language =>
  value === 'ja' || value === 'en' ? value : otherwise

/** So many people are read with the names around them; among more, those who are read are told apart from each other. */
const fewPeople = 200

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
  const people = rows.map(({ posts, ...row }) => ({
    ...row,
    language: languageOf(row.language),
    title: posts[0]?.title ?? '',
    sectionId: posts[0]?.sectionId ?? null,
  }))
  const near = people.length > fewPeople ? people : await sameFamilyNames(tx, people, on)
  const around = Map.groupBy(near, placed)
  return new Map(
    people.map((person) => [
      person.id,
      { ...person, namesake: (around.get(placed(person)) ?? []).some(({ id }) => id !== person.id) },
    ]),
  )
}

type Near = Pick<Person, 'id' | 'name' | 'title' | 'sectionId'>

/** Two people with the same one would be taken for each other. */
const placed = (person: Near): string => `${person.sectionId}:${addressed(person, 'ja')}`

/** Who is in the sections of these people under one of their family names, they themselves included. */
async function sameFamilyNames(tx: Tx, people: readonly Near[], on: Temporal.PlainDate): Promise<Near[]> {
  const sections = [...new Set(people.flatMap(({ sectionId }) => sectionId ?? []))]
  if (sections.length === 0) return []
  const names = [...new Set(people.map(({ name }) => familyName(name)))]
  const day = on.toString()
  return tx.$queryRaw<Near[]>`
    SELECT p.id, p.name, o.title, o.section_id AS "sectionId" FROM post o JOIN person p ON p.id = o.person_id
    WHERE o.section_id = ANY(${sections}::int[]) AND o.main
      AND o.valid_from <= ${day}::date AND (o.valid_to IS NULL OR o.valid_to > ${day}::date)
      AND (p.left_on IS NULL OR p.left_on > ${day}::date)
      AND split_part(p.name, ' ', 1) = ANY(${names}::text[])`
}

/** 「山田」 of 「山田 花子」; the whole name where it has no space. */
export const familyName = (name: string): string => name.split(/\s+/)[0] ?? name

/**
 * How the office addresses somebody: 「山田課長」 for post holders (係長 and above carry their title), 「山田さん」 for
 * colleagues, 「山田 花子さん」 where their section has two of them; English: the full name.
 */
export function addressed(person: Pick<Person, 'name' | 'title' | 'namesake'>, reader: Language): string {
  if (reader === 'en') return person.name
  const title =
    /(課長補佐|副?(?:[部課係所館園室局署隊班市町村]長|参事|主幹)|次長|主席|局次長|教育長|監)$/.exec(
      person.title,
    )
  return (person.namesake ? person.name : familyName(person.name)) + (title?.[0] ?? 'さん')
}
