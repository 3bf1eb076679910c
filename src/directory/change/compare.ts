// A staff list against the standing directory, on the day from which it holds: what changes, for people to read, and
// the rows to write. Pure, so that a preview and what is applied can be held to be the same.
import type { RouteRole } from '../organisation.ts'
import { compareSections, type SectionChange, type SectionWrite } from './compare-sections.ts'
import type { ListedPerson, ListedPost, StaffList } from './listed.ts'
import { type Continuity, continuity, type SectionMapping, underNewCodes } from './mapping.ts'
import type { PostValue, Standing, StandingPerson } from './standing.ts'
import { endFrom, type Span, type SpanWrites, setFrom, spanOn } from './timeline.ts'

export type ChangedField =
  | 'name'
  | 'kana'
  | 'email'
  | 'kind'
  | 'hired'
  | 'section'
  | 'title'
  | 'grade'
  | 'side'
  | 'left'
  | RouteRole

export interface FieldChange {
  readonly field: ChangedField
  /** As people read it; null: nothing. */
  readonly from: string | null
  readonly to: string | null
}

export interface PersonChange {
  readonly kind: 'new' | 'returned' | 'moved' | 'changed' | 'left'
  readonly number: string
  readonly name: string
  readonly fields: readonly FieldChange[]
}

/** What stands between a list and the directory. All but `person-leaves` block. */
export interface Conflict {
  readonly code: 'number-form' | 'email-taken' | 'section-unknown' | 'person-leaves'
  readonly row: number
  readonly field: 'number' | 'email' | 'section' | RouteRole
  readonly value: string
  readonly what: string
}

export interface PersonWrite {
  readonly id: number | null
  readonly number: string
  readonly name: string
  readonly kana: string
  readonly email: string | null
  readonly kind: { readonly code: string; readonly name: string } | null
  readonly hiredOn: string | null
  readonly leftOn: string | null
}

interface Rows<Insert, Value> {
  readonly remove: number[]
  readonly end: { readonly id: number; readonly to: string | null }[]
  readonly replace: { readonly id: number; readonly value: Value }[]
  readonly insert: (Insert & { readonly from: string; readonly to: string | null })[]
}

export interface Writes {
  readonly sections: readonly SectionWrite[]
  readonly people: readonly PersonWrite[]
  readonly posts: Rows<{ readonly number: string; readonly value: PostValue }, PostValue>
  /** `value`: the evaluator's number. */
  readonly routes: Rows<{ readonly number: string; readonly role: RouteRole; readonly value: string }, string>
  readonly grants: Pick<Rows<never, never>, 'remove' | 'end'>
}

export interface Comparison {
  readonly on: string
  readonly changes: readonly PersonChange[]
  readonly sections: readonly SectionChange[]
  /** Known, still employed on the day, and not in the list: left alone without consent. */
  readonly missing: readonly { readonly number: string; readonly name: string }[]
  readonly conflicts: readonly Conflict[]
  readonly writes: Writes
  /** Numbers of those whose posts or routes begin or end on the day. */
  readonly transferred: readonly string[]
}

export interface CompareOptions {
  /** Consent to take whoever is missing from the list as having left. */
  readonly markMissingAsLeft: boolean
  /** 機構改革: people of a section that goes on as another have not moved. */
  readonly mapping?: SectionMapping
  /** The sections have been written: posts stand under their new codes already. */
  readonly followed?: boolean
}

/** What HR has decided, as far as the sections are there: a list may have another day by now. */
function pairsWithin(
  { mapping = [], followed = false }: CompareOptions,
  { sections }: Standing,
  list: StaffList,
  on: string,
): SectionMapping {
  if (mapping.length === 0) return mapping
  const listed = new Set(list.sections.map((section) => section.code))
  const old = new Set(
    sections
      .filter((span) => span.from < on && (span.to === null || span.to > on))
      .map((span) => span.value.code),
  )
  return mapping.filter(({ from, to }) => (followed || old.has(from)) && listed.has(to))
}

const samePost = (a: PostValue, b: PostValue): boolean =>
  a.sectionCode === b.sectionCode &&
  a.title === b.title &&
  a.rank === b.rank &&
  a.acting === b.acting &&
  a.main === b.main
/** In a fixed order: a list that has waited as JSON has its keys in another one. */
const routeRoles: readonly RouteRole[] = ['supervisor', 'assistant', 'first', 'second', 'adjuster', 'decider']
const same = <Value>(a: Value, b: Value): boolean => a === b

/** @param on the first day on which the list holds, ISO */
export function compare(known: Standing, list: StaffList, on: string, options: CompareOptions): Comparison {
  const next = continuity(pairsWithin(options, known, list, on))
  const standing = options.followed ? known : underNewCodes(known, next)
  const byNumber = new Map(standing.people.map((person) => [person.number, person]))
  const byId = new Map(standing.people.map((person) => [person.id, person]))
  const listed = new Set(list.people.map((person) => person.number))
  const employed = (person: StandingPerson) => person.leftOn === null || person.leftOn > on
  /** Whoever starts later cannot be missing yet. */
  const awaited = (person: StandingPerson) => {
    const posts = standing.posts.get(person.id) ?? []
    return !spanOn(posts, on) && posts.some((post) => post.from > on)
  }
  const absent = standing.people.filter(
    (person) => !listed.has(person.number) && !person.guest && employed(person) && !awaited(person),
  )
  const leaving = options.markMissingAsLeft ? absent : []
  const leavingIds = new Set(leaving.map((person) => person.id))

  const sections = compareSections(standing, list, on, {
    leaving: leavingIds,
    complete: options.markMissingAsLeft,
    next: options.followed ? continuity() : next,
  })
  const nameOf = (code: string) => sections.names.get(code) ?? code
  const rows = collector()
  const changes: PersonChange[] = []
  const conflicts: Conflict[] = []
  const people: PersonWrite[] = []
  const transferred: string[] = []

  const shape = (text: string) => text.replace(/^0+/, '')
  const shapes = new Map(standing.people.map((person) => [shape(person.number), person.number]))
  const holders = new Map(
    standing.people.flatMap((person) => (person.email ? [[person.email, person] as const] : [])),
  )
  const listedEmail = new Map(list.people.map((person) => [person.number, person.email]))
  const freed = new Set<number>()

  for (const person of list.people) {
    const known = byNumber.get(person.number)
    const alike = shapes.get(shape(person.number))
    if (!known && alike !== undefined && /^\d+$/.test(person.number))
      conflicts.push({
        code: 'number-form',
        row: person.row,
        field: 'number',
        value: person.number,
        what: alike,
      })
    const holder = person.email === null ? undefined : holders.get(person.email)
    if (person.email !== null && holder && holder.number !== person.number) {
      const given = listedEmail.get(holder.number)
      const stays = listed.has(holder.number)
        ? given === null || given === person.email
        : employed(holder) && !leavingIds.has(holder.id)
      if (stays)
        conflicts.push({
          code: 'email-taken',
          row: person.row,
          field: 'email',
          value: person.email,
          what: holder.number,
        })
      else if (!listed.has(holder.number)) freed.add(holder.id)
    }
    for (const post of person.posts) {
      if (!sections.codes.has(post.sectionCode))
        conflicts.push({
          code: 'section-unknown',
          row: person.row,
          field: 'section',
          value: post.sectionCode,
          what: post.sectionCode,
        })
    }

    const fields = personFields(known, person)
    const posts = known ? (standing.posts.get(known.id) ?? []) : []
    const moved = comparePosts(person, posts, on, { nameOf, stayed: next.stayed }, rows, fields)
    const before = rows.count()
    if (moved.changed) transferred.push(person.number)
    const routes = known ? (standing.routes.get(known.id) ?? []) : []
    for (const role of routeRoles) {
      const number = person.routes[role]
      if (number === undefined) continue
      // An empty cell is a gap in the list, not an order to forget an evaluator whom HR has filled in; but whoever
      // moves away leaves the old evaluator behind.
      if (number === null && !moved.section) continue
      const evaluator = number === null ? undefined : byNumber.get(number)
      const gone = evaluator !== undefined && leavingIds.has(evaluator.id)
      if (gone && number !== null)
        conflicts.push({ code: 'person-leaves', row: person.row, field: role, value: number, what: number })
      const wanted = gone ? null : number
      const spans = routes
        .filter((route) => route.role === role)
        .map((route) => ({ ...route, value: byId.get(route.value)?.number ?? '' }))
      const writes = setFrom(spans, on, wanted, { equal: same })
      if (empty(writes)) continue
      rows.routes(person.number, role, writes)
      fields.push({ field: role, from: spanOn(spans, on)?.value ?? null, to: wanted })
    }
    if (rows.count() !== before && !moved.changed) transferred.push(person.number)

    const returned = known && !employed(known)
    if (!known || known.joins || returned || fields.some(({ field }) => isPersonField(field)))
      people.push(personWrite(known, person, on))
    const kind = known && !known.joins ? (returned ? 'returned' : moved.section ? 'moved' : 'changed') : 'new'
    if (kind !== 'changed' || fields.length > 0)
      changes.push({ kind, number: person.number, name: person.name, fields })
  }

  for (const id of freed) {
    const holder = byId.get(id)
    if (holder && !leavingIds.has(id)) people.push({ ...standingWrite(holder), email: null })
  }
  for (const person of leaving) {
    rows.leave(standing, person, on, byId)
    people.push({ ...standingWrite(person), leftOn: on, ...(freed.has(person.id) && { email: null }) })
    changes.push({
      kind: 'left',
      number: person.number,
      name: person.name,
      fields: [{ field: 'left', from: null, to: on }],
    })
    transferred.push(person.number)
  }
  if (leaving.length > 0) rows.evaluators(standing, leavingIds, on, byId, transferred)
  // A section elsewhere in the tree may bring another evaluator by section; rare enough to ask after everybody.
  if (sections.changes.some(({ kind }) => kind === 'placed' || kind === 'continued'))
    transferred.push(...list.people.map((person) => person.number))

  return {
    on,
    changes,
    sections: sections.changes,
    missing: options.markMissingAsLeft ? [] : absent.map(({ number, name }) => ({ number, name })),
    conflicts,
    writes: { sections: sections.writes, people, ...rows.made() },
    transferred: [...new Set(transferred)],
  }
}

const isPersonField = (field: ChangedField): boolean =>
  field === 'name' || field === 'kana' || field === 'email' || field === 'kind' || field === 'hired'

const empty = ({ remove, end, replace, insert }: SpanWrites<unknown>): boolean =>
  remove.length + end.length + replace.length + insert.length === 0

function personFields(known: StandingPerson | undefined, person: ListedPerson): FieldChange[] {
  const fields: FieldChange[] = []
  const add = (field: ChangedField, from: string | null, to: string | null) => {
    if (to !== null && to !== '' && from !== to) fields.push({ field, from: from === '' ? null : from, to })
  }
  add('name', known?.name ?? null, person.name)
  add('kana', known?.kana ?? null, person.kana)
  add('email', known?.email ?? null, person.email)
  if (person.kind && person.kind.code !== known?.kindCode)
    add('kind', known?.kindName ?? null, person.kind.name)
  add('hired', known?.hiredOn ?? null, person.hiredOn)
  return fields
}

const standingWrite = ({ guest: _, joins: __, ...person }: StandingPerson): PersonWrite => ({
  ...person,
  kind: person.kindCode === null ? null : { code: person.kindCode, name: person.kindName ?? person.kindCode },
})

const personWrite = (known: StandingPerson | undefined, person: ListedPerson, on: string): PersonWrite => ({
  id: known?.id ?? null,
  number: person.number,
  name: person.name,
  kana: person.kana ?? known?.kana ?? '',
  email: person.email ?? known?.email ?? null,
  kind: person.kind ?? (known ? standingWrite(known).kind : null),
  hiredOn: person.hiredOn ?? known?.hiredOn ?? null,
  leftOn: known?.leftOn && known.leftOn > on ? known.leftOn : null,
})

type Collector = ReturnType<typeof collector>

/** Second posts are told apart by section, title and 事務取扱; the main post is one matter whatever it is. */
const postKey = (post: Pick<PostValue, 'main' | 'sectionCode' | 'title' | 'acting'>): string =>
  post.main ? 'main' : `${post.sectionCode}\n${post.title}\n${post.acting}`

function comparePosts(
  person: ListedPerson,
  standing: readonly Span<PostValue>[],
  on: string,
  { nameOf, stayed }: { nameOf: (code: string) => string; stayed: Continuity['stayed'] },
  rows: Collector,
  fields: FieldChange[],
): { section: boolean; changed: boolean } {
  const present = standing.filter((span) => span.from <= on && (span.to === null || span.to > on))
  const mainNow = present.find((span) => span.value.main)?.value
  const wanted = new Map(
    person.posts.map((post) => completed(post, present, mainNow)).map((post) => [postKey(post), post]),
  )
  const keys = new Set([...wanted.keys(), ...present.map((span) => postKey(span.value))])
  let changed = false
  for (const key of keys) {
    const spans = standing.filter((span) => postKey(span.value) === key)
    const value = wanted.get(key) ?? null
    // A list without a section for somebody is an error elsewhere; nobody loses the main post by it.
    if (key === 'main' && value === null) continue
    const writes = setFrom(spans, on, value, { equal: samePost })
    if (empty(writes)) continue
    changed = true
    rows.posts(person.number, writes)
    const now = spanOn(spans, on)?.value
    if (key !== 'main')
      fields.push({
        field: 'side',
        from: now ? said(now, nameOf) : null,
        to: value ? said(value, nameOf) : null,
      })
    else if (value) {
      if (now?.sectionCode !== value.sectionCode)
        fields.push({
          field: 'section',
          from: now ? nameOf(now.sectionCode) : null,
          to: nameOf(value.sectionCode),
        })
      if ((now?.title ?? '') !== value.title)
        fields.push({ field: 'title', from: now?.title || null, to: value.title || null })
      if ((now?.rank ?? null) !== value.rank)
        fields.push({
          field: 'grade',
          from: now?.rank?.toString() ?? null,
          to: value.rank?.toString() ?? null,
        })
    }
  }
  const main = wanted.get('main')
  const section =
    mainNow !== undefined && main !== undefined && !stayed(mainNow.sectionCode, main.sectionCode)
  return { section, changed }
}

/** What the list has no column for stays as it is. */
function completed(
  post: ListedPost,
  present: readonly Span<PostValue>[],
  main: PostValue | undefined,
): PostValue {
  const known = post.main
    ? main
    : present.find(
        ({ value }) => !value.main && value.sectionCode === post.sectionCode && value.acting === post.acting,
      )?.value
  return {
    sectionCode: post.sectionCode,
    title: post.title ?? known?.title ?? '',
    rank: post.rank === undefined ? (known?.rank ?? null) : post.rank,
    main: post.main,
    acting: post.acting,
  }
}

const said = (post: PostValue, nameOf: (code: string) => string): string =>
  [nameOf(post.sectionCode), post.title].filter((part) => part !== '').join(' ')

/** Gathers the row writes of all people into one of each kind. */
function collector() {
  const posts: Writes['posts'] = { remove: [], end: [], replace: [], insert: [] }
  const routes: Writes['routes'] = { remove: [], end: [], replace: [], insert: [] }
  const grants: Writes['grants'] = { remove: [], end: [] }
  const seen = new Set<number>()
  return {
    posts(number: string, writes: SpanWrites<PostValue>) {
      posts.remove.push(...writes.remove)
      posts.end.push(...writes.end)
      posts.replace.push(...writes.replace)
      posts.insert.push(...writes.insert.map((insert) => ({ ...insert, number })))
    },
    routes(number: string, role: RouteRole, writes: SpanWrites<string>) {
      for (const each of [...writes.end, ...writes.replace]) seen.add(each.id)
      for (const id of writes.remove) seen.add(id)
      routes.remove.push(...writes.remove)
      routes.end.push(...writes.end)
      routes.replace.push(...writes.replace)
      routes.insert.push(...writes.insert.map((insert) => ({ ...insert, number, role })))
    },
    leave(standing: Standing, person: StandingPerson, on: string, byId: ReadonlyMap<number, StandingPerson>) {
      this.posts(person.number, endFrom(standing.posts.get(person.id) ?? [], on))
      for (const route of standing.routes.get(person.id) ?? []) {
        const own = { ...route, value: byId.get(route.value)?.number ?? '' }
        this.routes(person.number, route.role, endFrom([own], on))
      }
      const given = standing.grants.filter((grant) => grant.personId === person.id)
      const writes = endFrom(
        given.map((grant) => ({ ...grant, value: null })),
        on,
      )
      grants.remove.push(...writes.remove)
      grants.end.push(...writes.end)
    },
    /** Routes towards those who leave end too: whose evaluator is gone is a gap that HR sees. */
    evaluators(
      standing: Standing,
      leaving: ReadonlySet<number>,
      on: string,
      byId: ReadonlyMap<number, StandingPerson>,
      transferred: string[],
    ) {
      const end = (span: Span<number> & { role: RouteRole }, number: string) => {
        if (!leaving.has(span.value) || seen.has(span.id)) return false
        const writes = endFrom([{ ...span, value: '' }], on)
        this.routes(number, span.role, writes)
        return !empty(writes)
      }
      for (const [personId, spans] of standing.routes) {
        const number = byId.get(personId)?.number ?? ''
        for (const span of spans) if (end(span, number)) transferred.push(number)
      }
      for (const span of standing.sectionRoutes) end(span, '')
    },
    count: () => routes.remove.length + routes.end.length + routes.replace.length + routes.insert.length,
    made: () => ({ posts, routes, grants }),
  }
}
