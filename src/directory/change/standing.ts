// The directory as it stands on a day, with what is known to come: what a staff list is compared with.
import { fromDbDate, fromDbDateOrNull, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { neverStaff } from '../guests.ts'
import type { RouteRole } from '../organisation.ts'
import type { Span } from './timeline.ts'

export interface StandingPerson {
  readonly id: number
  readonly number: string
  readonly name: string
  readonly kana: string
  readonly email: string | null
  readonly kindCode: string | null
  readonly kindName: string | null
  readonly hiredOn: string | null
  readonly leftOn: string | null
  /** 内定者: not staff so far, and missing from every list. */
  readonly guest?: true
  /** A guest whom HR knows to be somebody of the list. */
  readonly joins?: true
}

export interface SectionValue {
  readonly code: string
  readonly name: string
  readonly parentId: number | null
  readonly calendarId: number | null
}

/** Sections by code, grades by rank: what stays the same when rows are renewed. */
export interface PostValue {
  readonly sectionCode: string
  readonly title: string
  readonly rank: number | null
  readonly main: boolean
  readonly acting: boolean
}

export interface Standing {
  readonly people: readonly StandingPerson[]
  readonly sections: readonly Span<SectionValue>[]
  /** By person id. */
  readonly posts: ReadonlyMap<number, readonly Span<PostValue>[]>
  /** A person's own routes, by person id. */
  readonly routes: ReadonlyMap<number, readonly (Span<number> & { readonly role: RouteRole })[]>
  /** Routes by section; the value is the evaluator's id. */
  readonly sectionRoutes: readonly (Span<number> & { readonly role: RouteRole; readonly sectionId: number })[]
  readonly grants: readonly {
    readonly id: number
    readonly personId: number
    readonly from: string
    readonly to: string | null
  }[]
}

const iso = (date: Date): string => fromDbDate(date).toString()
const isoOrNull = (date: Date | null): string | null => fromDbDateOrNull(date)?.toString() ?? null

/** Everything in force on `on`, ending that day, or still to come; people who have left included. */
export async function loadStanding(tx: Tx, on: string): Promise<Standing> {
  const day = toDbDate(Temporal.PlainDate.from(on))
  const notOver = { OR: [{ validTo: null }, { validTo: { gte: day } }] }
  const people = await tx.person.findMany({
    include: { employmentKind: { select: { code: true, name: true } } },
    orderBy: { number: 'asc' },
  })
  const sections = await tx.section.findMany({
    where: notOver,
    orderBy: [{ validFrom: 'asc' }, { id: 'asc' }],
  })
  const posts = await tx.post.findMany({
    where: notOver,
    include: { grade: { select: { rank: true } }, section: { select: { code: true } } },
    orderBy: [{ validFrom: 'asc' }, { id: 'asc' }],
  })
  const routes = await tx.route.findMany({ where: notOver, orderBy: [{ validFrom: 'asc' }, { id: 'asc' }] })
  const grants = await tx.roleGrant.findMany({ where: notOver })

  const postsOf = new Map<number, Span<PostValue>[]>()
  for (const post of posts) {
    const { title, main, acting } = post
    const value = { sectionCode: post.section.code, title, rank: post.grade?.rank ?? null, main, acting }
    push(postsOf, post.personId, { ...spanOf(post), value })
  }
  const routesOf = new Map<number, (Span<number> & { role: RouteRole })[]>()
  const sectionRoutes: (Span<number> & { role: RouteRole; sectionId: number })[] = []
  for (const route of routes) {
    const span = { ...spanOf(route), value: route.evaluatorId, role: route.role as RouteRole }
    if (route.subjectPersonId !== null) push(routesOf, route.subjectPersonId, span)
    else if (route.subjectSectionId !== null)
      sectionRoutes.push({ ...span, sectionId: route.subjectSectionId })
  }
  return {
    people: people.map((person) => ({
      id: person.id,
      number: person.number,
      name: person.name,
      kana: person.kana,
      email: person.email,
      kindCode: person.employmentKind?.code ?? null,
      kindName: person.employmentKind?.name ?? null,
      hiredOn: isoOrNull(person.hiredOn),
      leftOn: isoOrNull(person.leftOn),
      ...(neverStaff(person) && { guest: true as const }),
    })),
    sections: sections.map(({ code, name, parentId, calendarId, ...section }) => ({
      ...spanOf(section),
      value: { code, name, parentId, calendarId },
    })),
    posts: postsOf,
    routes: routesOf,
    sectionRoutes,
    grants: grants.map((grant) => ({ ...spanOf(grant), personId: grant.personId })),
  }
}

/** Guests under the numbers that HR says are theirs. Whoever is no guest any more is left out. */
export function withJoined(
  standing: Standing,
  joined: readonly { readonly number: string; readonly guestId: number }[],
): Standing {
  if (joined.length === 0) return standing
  const numbers = new Map(joined.map(({ number, guestId }) => [guestId, number]))
  const taken = new Set(standing.people.map(({ number }) => number))
  return {
    ...standing,
    people: standing.people.map((person) => {
      const number = person.guest && numbers.get(person.id)
      if (!number || taken.has(number)) return person
      const { guest: _, ...rest } = person
      // A private address is not the office's.
      return { ...rest, number, email: null, leftOn: null, joins: true as const }
    }),
  }
}

const spanOf = (row: { id: number; validFrom: Date; validTo: Date | null }) => ({
  id: row.id,
  from: iso(row.validFrom),
  to: isoOrNull(row.validTo),
})

function push<Value>(map: Map<number, Value[]>, key: number, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
