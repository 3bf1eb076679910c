// Who lacks which evaluator, by section, and whom to propose. Pure: the organisation in, gaps out.
import { isHeadTitle } from '../../../directory/heads.ts'
import type { Organisation, RouteRole } from '../../../directory/organisation.ts'

/** Without an assistant evaluator a city can do; these it needs, in this order. */
export const neededRoles = ['first', 'second', 'adjuster', 'decider'] as const satisfies readonly RouteRole[]
export type NeededRole = (typeof neededRoles)[number]

/**
 * People of one section who lack the same role. `section`: it is named for the whole section; `person`: for one person,
 * whose section has one already (its head, mostly) or will have them themselves.
 */
export interface Gap {
  readonly kind: 'section' | 'person'
  readonly sectionId: number
  readonly personIds: readonly number[]
  /** The head of the nearest section upwards who is somebody else; null: nobody stands out. */
  readonly proposed: number | null
}

export interface GapWorld {
  readonly org: Organisation
  /** Employed, with a main post, in the order in which they are shown. */
  readonly personIds: readonly number[]
  /** No longer employed. */
  readonly left: ReadonlySet<number>
}

/** How a form calls a gap, and knows it again. */
export const gapName = ({ kind, sectionId, personIds }: Gap): string =>
  kind === 'section' ? `s${sectionId}` : `p${personIds[0]}`

/** The head of each section that has one: the highest grade first, an own post before an acting one. */
export function headsOf({ org, personIds }: GapWorld): ReadonlyMap<number, number> {
  const best = new Map<number, { personId: number; rank: number; own: number }>()
  for (const personId of personIds)
    for (const post of org.posts(personId)) {
      if (!isHeadTitle(post.title)) continue
      const one = { personId, rank: post.gradeRank ?? 0, own: post.acting ? 0 : post.main ? 2 : 1 }
      const known = best.get(post.sectionId)
      if (!known || one.rank > known.rank || (one.rank === known.rank && one.own > known.own))
        best.set(post.sectionId, one)
    }
  return new Map([...best].map(([section, { personId }]) => [section, personId]))
}

/** Every gap of a role, in the order of the people. */
export function findGaps(world: GapWorld, role: NeededRole): Gap[] {
  const { org, personIds, left } = world
  const heads = headsOf(world)
  const here = (id: number | null): id is number => id !== null && !left.has(id)
  const lines = new Map<number, readonly number[]>()
  const lineOf = (sectionId: number): readonly number[] => {
    const known = lines.get(sectionId)
    if (known) return known
    const line = [...new Set(org.chain(sectionId).flatMap(({ id }) => heads.get(id) ?? []))]
    lines.set(sectionId, line)
    return line
  }
  /** Whoever has this role towards them, or would be proposed for it, and has no lower one. */
  const proposal = (personId: number, sectionId: number): number | null => {
    const used = new Set([personId])
    for (const each of neededRoles) {
      const present = org.evaluator(personId, each)
      const found =
        each !== role && here(present) ? present : (lineOf(sectionId).find((id) => !used.has(id)) ?? null)
      if (each === role) return found
      if (found !== null) used.add(found)
    }
    return null
  }
  const sections = new Map<number, { people: number[]; proposed: number | null }>()
  const persons: Gap[] = []
  for (const personId of personIds) {
    const sectionId = org.mainPost(personId)?.sectionId
    const evaluator = org.evaluator(personId, role)
    if (sectionId === undefined || here(evaluator)) continue
    const proposed = proposal(personId, sectionId)
    // Where the section has one they stand alone: it is they themselves, or their own route names one who has left.
    const alone = evaluator === null && othersHave(org, personId, sectionId, role)
    const heads = sections.get(sectionId) ?? { people: [], proposed: null }
    if (alone || lineOf(sectionId)[0] === personId)
      persons.push({ kind: 'person', sectionId, personIds: [personId], proposed })
    else
      sections.set(sectionId, { people: [...heads.people, personId], proposed: heads.proposed ?? proposed })
  }
  const bySection = [...sections].map(
    ([sectionId, { people, proposed }]): Gap => ({ kind: 'section', sectionId, personIds: people, proposed }),
  )
  const code = (gap: Gap) => org.section(gap.sectionId)?.code ?? ''
  return [...bySection, ...persons].sort((a, b) => (code(a) < code(b) ? -1 : code(a) > code(b) ? 1 : 0))
}

/** The section, or one above it, names somebody for this role: it is this person. */
function othersHave(org: Organisation, personId: number, sectionId: number, role: NeededRole): boolean {
  return org.chain(sectionId).some(({ id }) => org.sectionEvaluator(id, role) === personId)
}
