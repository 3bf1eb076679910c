// The section tree of a list against the standing one. A renamed section, or one that moves in the tree, is a new row
// from the day on under the same code, so that history keeps the old name.

import type { StaffList } from './listed.ts'
import type { Continuity } from './mapping.ts'
import type { SectionValue, Standing } from './standing.ts'
import { type Span, spanOn } from './timeline.ts'

export interface SectionChange {
  readonly kind: 'new' | 'renamed' | 'placed' | 'continued' | 'closed'
  readonly code: string
  readonly from: string | null
  readonly to: string | null
}

/** In the order in which they are to be written: parents first. */
export type SectionWrite =
  | {
      readonly type: 'open'
      readonly code: string
      readonly name: string
      readonly parentCode: string | null
      readonly calendarId: number | null
      readonly ends: number | null
      readonly to: string | null
    }
  | {
      readonly type: 'replace'
      readonly id: number
      readonly code: string
      readonly name: string
      readonly parentCode: string | null
    }
  | { readonly type: 'close'; readonly id: number; readonly code: string }
  /** Ends, and goes on as another. */
  | { readonly type: 'continue'; readonly id: number; readonly code: string; readonly as: string }

export interface SectionComparison {
  readonly changes: readonly SectionChange[]
  readonly writes: readonly SectionWrite[]
  /** Every code in force on the day once written, with its name then. */
  readonly names: ReadonlyMap<string, string>
  readonly codes: ReadonlySet<string>
}

export function compareSections(
  standing: Pick<Standing, 'sections' | 'posts'>,
  list: StaffList,
  on: string,
  { leaving, complete, next }: { leaving: ReadonlySet<number>; complete: boolean; next: Continuity },
): SectionComparison {
  const spans = new Map<string, Span<SectionValue>[]>()
  for (const span of standing.sections)
    spans.set(span.value.code, [...(spans.get(span.value.code) ?? []), span])
  const codeById = new Map(standing.sections.map((span) => [span.id, span.value.code]))
  const present = new Map<string, Span<SectionValue>>()
  for (const [code, rows] of spans) {
    const now = spanOn(rows, on)
    if (now) present.set(code, now)
  }
  const names = new Map([...present].map(([code, span]) => [code, span.value.name]))
  const changes: SectionChange[] = []
  const writes: SectionWrite[] = []
  const parentOf = new Map<string, string | null>()
  for (const [code, span] of present) {
    const { parentId } = span.value
    const above = parentId === null ? undefined : codeById.get(parentId)
    parentOf.set(code, above === undefined ? null : next.heir(above))
  }
  const standingBefore = new Map(present)
  for (const [code, span] of standingBefore) {
    const as = next.heir(code)
    if (as === code) continue
    writes.push({ type: 'continue', id: span.id, code, as })
    present.delete(code)
    names.delete(code)
  }

  for (const section of list.sections) {
    const now = present.get(section.code)
    const [predecessor, ...merged] = next
      .predecessors(section.code)
      .flatMap((code) => standingBefore.get(code) ?? [])
    const name = section.name ?? now?.value.name ?? predecessor?.value.name ?? section.code
    for (const each of predecessor ? [predecessor, ...merged] : [])
      changes.push({
        kind: 'continued',
        code: section.code,
        from: `${each.value.code} ${each.value.name}`,
        to: name,
      })
    const before = parentOf.get(now ? section.code : (predecessor?.value.code ?? section.code)) ?? null
    const wanted = section.parentCode === undefined ? before : section.parentCode
    const parentCode = wanted === section.code ? null : wanted
    names.set(section.code, name)
    parentOf.set(section.code, parentCode)
    const later = (spans.get(section.code) ?? [])
      .map((span) => span.from)
      .filter((from) => from > on)
      .toSorted()
    if (!now) {
      if (!predecessor) changes.push({ kind: 'new', code: section.code, from: null, to: name })
      writes.push({
        type: 'open',
        code: section.code,
        name,
        parentCode,
        calendarId: predecessor?.value.calendarId ?? null,
        ends: null,
        to: later[0] ?? null,
      })
      continue
    }
    const renamed = now.value.name !== name
    if (!renamed && before === parentCode) continue
    if (renamed) changes.push({ kind: 'renamed', code: section.code, from: now.value.name, to: name })
    if (before !== parentCode)
      changes.push({ kind: 'placed', code: section.code, from: before, to: parentCode })
    writes.push(
      now.from === on
        ? { type: 'replace', id: now.id, code: section.code, name, parentCode }
        : {
            type: 'open',
            code: section.code,
            name,
            parentCode,
            calendarId: now.value.calendarId,
            ends: now.id,
            to: now.to,
          },
    )
  }
  if (complete) closeEmpty()
  return { changes, writes, names, codes: new Set(names.keys()) }

  /** With a complete list: sections that nobody is in, below or to come to any more. */
  function closeEmpty() {
    const used = new Set(list.sections.map((section) => section.code))
    for (const [personId, posts] of standing.posts) {
      if (leaving.has(personId)) continue
      // Those in the list are placed by it; others keep their posts, and everybody keeps what is to come.
      for (const post of posts) if (post.from > on) used.add(post.value.sectionCode)
    }
    for (const person of list.people) for (const post of person.posts) used.add(post.sectionCode)
    for (const code of [...used]) {
      for (let at = parentOf.get(code), steps = 0; at && steps < 100; at = parentOf.get(at), steps++)
        used.add(at)
    }
    for (const [code, span] of present) {
      if (used.has(code) || span.from >= on) continue
      changes.push({ kind: 'closed', code, from: span.value.name, to: null })
      writes.push({ type: 'close', id: span.id, code })
      names.delete(code)
    }
  }
}
