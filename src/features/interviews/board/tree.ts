// HR's part of the section tree as a board walks it: pure look-ups over sections and their counts.
import type { Organisation, SectionRow } from '../../../directory/organisation.ts'
import { addCounts, type Counts, noCounts } from './state-words.ts'

/** A line of the board: a section with everything below it, or (direct) a section's own people. */
export interface Branch {
  /** Null: people without a section. */
  readonly section: SectionRow | null
  readonly direct: boolean
  readonly counts: Counts
}

export interface Node {
  /** Null: the top of what the officer may see. */
  readonly section: SectionRow | null
  /** One level up, as far as the officer may see; undefined at the top. */
  readonly parent: SectionRow | null | undefined
  readonly counts: Counts
  /** Empty where only the section's own people are left to list. */
  readonly branches: readonly Branch[]
}

/** The sections that an officer may see: all of them, or those of the grants and below. */
export type Reach = 'all' | ReadonlySet<number>

const may = (reach: Reach, id: number) => reach === 'all' || reach.has(id)

/** The board at a section, or at the top (null); `undefined` when the officer may not see it. */
export function nodeAt(
  org: Organisation,
  reach: Reach,
  counts: ReadonlyMap<number | null, Counts>,
  sectionId: number | null,
): Node | undefined {
  const sections = org.sections().filter(({ id }) => may(reach, id))
  const childrenOf = Map.groupBy(sections, ({ parentId }) =>
    parentId !== null && may(reach, parentId) && org.section(parentId) ? parentId : null,
  )
  const below = new Map<number, Counts>()
  const sum = (id: number, seen: ReadonlySet<number>): Counts => {
    const known = below.get(id)
    if (known || seen.has(id)) return known ?? noCounts
    const inner = (childrenOf.get(id) ?? []).map((child) => sum(child.id, new Set(seen).add(id)))
    const total = inner.reduce(addCounts, counts.get(id) ?? noCounts)
    below.set(id, total)
    return total
  }
  const branches = (id: number | null): Branch[] => {
    const inner = (childrenOf.get(id) ?? [])
      .map((section): Branch => ({ section, direct: false, counts: sum(section.id, new Set()) }))
      .filter((branch) => branch.counts.total > 0)
    const own = counts.get(id) ?? noCounts
    const mine = id === null ? null : (org.section(id) ?? null)
    if (inner.length === 0 && id !== null) return []
    const lost = id === null && reach !== 'all'
    return own.total > 0 && !lost ? [...inner, { section: mine, direct: true, counts: own }] : inner
  }
  let id = sectionId
  if (id !== null && (!may(reach, id) || !org.section(id))) return undefined
  // A tree with a single stem (the town hall itself) is shown from where it divides.
  let top = branches(null)
  let stem: number | null = null
  for (;;) {
    const [only] = top
    if (top.length !== 1 || !only?.section || only.direct) break
    const inner = branches(only.section.id)
    // A leaf is people: the board stops one level above it.
    if (inner.length === 0) break
    stem = only.section.id
    top = inner
  }
  if (id === null) id = stem
  const section = id === null ? null : (org.section(id) ?? null)
  const total =
    id === null
      ? branches(null)
          .map((b) => b.counts)
          .reduce(addCounts, noCounts)
      : sum(id, new Set())
  const above = section?.parentId ?? null
  const atTop = id === null || id === stem
  const parent = above !== null && may(reach, above) && above !== stem ? (org.section(above) ?? null) : null
  return { section, parent: atTop ? undefined : parent, counts: total, branches: branches(id) }
}
