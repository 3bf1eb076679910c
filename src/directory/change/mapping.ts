// 機構改革: which of the old sections goes on as which of the new ones. Names and people say what is likely; HR decides.
// Pure. Words used here: goes on as (an old section as a new one), heir (the one that takes along routes, rights and
// everybody who is not listed), likeness (of two names, 0 to 1), share (of an old section's people who are listed there).
import type { StaffList } from './listed.ts'
import type { Standing } from './standing.ts'
import { spanOn } from './timeline.ts'

/** The first pair of an old section names its heir; further ones are parts that are split off (分割). */
export interface SectionPair {
  /** Codes. */
  readonly from: string
  readonly to: string
}

export type SectionMapping = readonly SectionPair[]

export interface OldSection {
  readonly code: string
  readonly name: string
  /** Whose main post is there. */
  readonly people: number
}

export interface Proposal extends SectionPair {
  readonly likeness: number
  readonly share: number
}

export interface Reorganisation {
  /** Sections that are gone from the list, or have another name there. */
  readonly old: readonly OldSection[]
  /** Every section of the list by code, and what it is called. */
  readonly names: ReadonlyMap<string, string>
  readonly proposals: readonly Proposal[]
  /** How much an old and a listed section have in common, whether or not it is proposed. */
  measure(from: string, to: string): { readonly likeness: number; readonly share: number }
}

const kindOfSection = /(課|係|室|部|局|所|館|園|班|担当|センター|グループ|チーム)$/

/** The part of a name that says what the section is about: 「人事課」 → 「人事」. */
const stem = (name: string): string => {
  const plain = name.normalize('NFKC').replace(/[\s・、,（）()]/g, '')
  const bare = plain.replace(kindOfSection, '')
  return bare === '' ? plain : bare
}

const pairsOf = (text: string): string[] =>
  text.length < 2 ? [text] : Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2))

/**
 * How alike two section names are, 0 to 1: the share of pairs of letters that both have, without 課, 係 and the like; 1
 * only for the same name. Symmetric.
 */
export function likeness(a: string, b: string): number {
  if (a === b) return 1
  const [left, right] = [stem(a), stem(b)]
  if (left === right) return 0.95
  const rest = pairsOf(right)
  let shared = 0
  for (const pair of pairsOf(left)) {
    const at = rest.indexOf(pair)
    if (at === -1) continue
    rest.splice(at, 1)
    shared += 1
  }
  const dice = (2 * shared) / (pairsOf(left).length + pairsOf(right).length)
  // 「人事給与課」 and 「人事課」: one is the beginning or the end of the other.
  const [short, long] = left.length < right.length ? [left, right] : [right, left]
  const within = short.length > 1 && (long.startsWith(short) || long.endsWith(short)) ? 0.6 : 0
  return Math.min(0.9, Math.max(dice, within))
}

const enough = 0.5
/** A section that keeps its code keeps it for a reason. */
const forSameCode = 0.25
/** Nothing says more than the very same name. */
const forSameName = 2

/** What a list does to sections, and what goes on as what in all likelihood. Nothing for a list that leaves them be. */
export function reorganisation(
  standing: Pick<Standing, 'sections' | 'posts' | 'people'>,
  list: StaffList,
  on: string,
): Reorganisation {
  const listed = new Map(list.sections.map((section) => [section.code, section.name]))
  const present = new Map<string, { name: string; from: string }>()
  for (const [code, spans] of Map.groupBy(standing.sections, (span) => span.value.code)) {
    const now = spanOn(spans, on)
    // What has begun on this very day has no past to go on with.
    if (now && now.from < on) present.set(code, { name: now.value.name, from: now.from })
  }
  const names = new Map([...listed].map(([code, name]) => [code, name ?? present.get(code)?.name ?? code]))
  const numbers = new Map(standing.people.map((person) => [person.id, person.number]))
  const listedAt = new Map(
    list.people.map((person) => [person.number, person.posts.find((post) => post.main)?.sectionCode]),
  )
  const people = new Map<string, number>()
  const moves = new Map<string, Map<string, number>>()
  for (const [id, posts] of standing.posts) {
    const code = spanOn(
      posts.filter((post) => post.value.main),
      on,
    )?.value.sectionCode
    if (code === undefined) continue
    people.set(code, (people.get(code) ?? 0) + 1)
    const to = listedAt.get(numbers.get(id) ?? '')
    if (to === undefined) continue
    const counted = moves.get(code) ?? new Map<string, number>()
    counted.set(to, (counted.get(to) ?? 0) + 1)
    moves.set(code, counted)
  }

  const changed = (code: string, name: string) => !listed.has(code) || names.get(code) !== name
  const old = [...present]
    .filter(([code, { name }]) => changed(code, name))
    .map(([code, { name }]): OldSection => ({ code, name, people: people.get(code) ?? 0 }))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
  const fresh = [...names].filter(([code, name]) => present.get(code)?.name !== name).map(([code]) => code)
  const nameOf = new Map([...present].map(([code, { name }]) => [code, name]))
  const measure = (from: string, to: string) => ({
    likeness: likeness(nameOf.get(from) ?? from, names.get(to) ?? to),
    share: (moves.get(from)?.get(to) ?? 0) / Math.max(1, people.get(from) ?? 0),
  })
  return { old, names, measure, proposals: propose(old, fresh, measure) }
}

function propose(
  old: readonly OldSection[],
  fresh: readonly string[],
  measure: Reorganisation['measure'],
): readonly Proposal[] {
  const all = old.flatMap(({ code: from }) =>
    fresh.flatMap((to) => {
      const { likeness: alike, share } = measure(from, to)
      if (alike < enough && share < enough) return []
      const sameName = alike === 1 ? forSameName : 0
      const score = alike + share + sameName + (from === to ? forSameCode : 0)
      return [{ from, to, likeness: alike, share, score }]
    }),
  )
  all.sort((a, b) => b.score - a.score || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1))
  const heirs = new Map<string, Proposal>()
  const taken = new Set<string>()
  for (const { score: _, ...pair } of all) {
    if (heirs.has(pair.from) || taken.has(pair.to)) continue
    heirs.set(pair.from, pair)
    taken.add(pair.to)
  }
  // 統合: whose best is taken joins it, where its people go there.
  for (const { score: _, ...pair } of all)
    if (!heirs.has(pair.from) && pair.share >= enough) heirs.set(pair.from, pair)
  // A section that only takes another name under its own code is followed anyway.
  return [...heirs.values()]
    .filter(({ from, to }) => from !== to)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

export interface Continuity {
  /** The code under which a section goes on from the day on: its own, where nothing is said of it. */
  heir(code: string): string
  /** Old sections that go on as this one, the first named first. */
  predecessors(code: string): readonly string[]
  /** Whether somebody who was in a section (as its heir) and is now in that one has stayed where they were. */
  stayed(heirCode: string, to: string): boolean
}

/** A mapping made ready for look-ups; pairs of a section with itself say nothing. */
export function continuity(mapping: SectionMapping = []): Continuity {
  const heirs = new Map<string, string>()
  const before = new Map<string, string[]>()
  const parts = new Map<string, Set<string>>()
  for (const { from, to } of mapping) {
    const heir = heirs.get(from)
    if (heir === undefined) {
      heirs.set(from, to)
      if (from !== to) before.set(to, [...(before.get(to) ?? []), from])
    } else parts.set(heir, (parts.get(heir) ?? new Set()).add(to))
  }
  return {
    heir: (code) => heirs.get(code) ?? code,
    predecessors: (code) => before.get(code) ?? [],
    stayed: (heirCode, to) => heirCode === to || (parts.get(heirCode)?.has(to) ?? false),
  }
}

/** The standing directory as if every section had its new code already. */
export function underNewCodes<Known extends Pick<Standing, 'posts'>>(
  standing: Known,
  next: Continuity,
): Known {
  const posts = new Map(
    [...standing.posts].map(([id, spans]) => [
      id,
      spans.map((span) => {
        const sectionCode = next.heir(span.value.sectionCode)
        return sectionCode === span.value.sectionCode
          ? span
          : { ...span, value: { ...span.value, sectionCode } }
      }),
    ]),
  )
  return { ...standing, posts }
}
