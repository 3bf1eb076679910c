// The city hall as it stands on one day: pure answers over rows that `loadOrganisation` read. Words used here:
// section (所属), post (職), main post (本務), route (評価者ルート), chain (a section and all above it).

export type RouteRole = 'supervisor' | 'assistant' | 'first' | 'second' | 'adjuster' | 'decider'

export interface SectionRow {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly parentId: number | null
}

export interface PostRow {
  readonly id: number
  readonly personId: number
  readonly sectionId: number
  readonly title: string
  readonly gradeRank: number | null
  readonly main: boolean
  readonly acting: boolean
}

export interface RouteRow {
  readonly role: RouteRole
  readonly subjectPersonId: number | null
  readonly subjectSectionId: number | null
  readonly evaluatorId: number
}

export interface OrganisationRows {
  readonly on: Temporal.PlainDate
  readonly sections: readonly SectionRow[]
  readonly posts: readonly PostRow[]
  readonly routes: readonly RouteRow[]
}

export interface Organisation {
  readonly on: Temporal.PlainDate
  section(id: number): SectionRow | undefined
  sections(): readonly SectionRow[]
  /** The section itself first, the top of the tree last. */
  chain(sectionId: number): readonly SectionRow[]
  /** The section and everything below it. */
  within(sectionId: number): ReadonlySet<number>
  posts(personId: number): readonly PostRow[]
  mainPost(personId: number): PostRow | undefined
  /**
   * Who holds `role` towards this person: the person's own route, else that of the nearest section upwards from the
   * post (the main one unless another is named) whose evaluator is somebody else. `null` is a gap that HR fills.
   */
  evaluator(personId: number, role: RouteRole, postId?: number | null): number | null
  /** Whom the section itself names, for those of its people who have nobody of their own. */
  sectionEvaluator(sectionId: number, role: RouteRole): number | null
}

/** Indexes the rows once; every answer after that is a look-up. */
export function organisation(rows: OrganisationRows): Organisation {
  const sections = new Map(rows.sections.map((section) => [section.id, section]))
  const postsOf = groupBy(rows.posts, (post) => post.personId)
  const byPerson = new Map<string, number>()
  const bySection = new Map<string, number>()
  for (const route of rows.routes) {
    if (route.subjectPersonId !== null)
      byPerson.set(`${route.role}:${route.subjectPersonId}`, route.evaluatorId)
    else if (route.subjectSectionId !== null)
      bySection.set(`${route.role}:${route.subjectSectionId}`, route.evaluatorId)
  }

  const chain = (sectionId: number): SectionRow[] => {
    const found: SectionRow[] = []
    const seen = new Set<number>()
    let at = sections.get(sectionId)
    while (at && !seen.has(at.id)) {
      seen.add(at.id)
      found.push(at)
      at = at.parentId === null ? undefined : sections.get(at.parentId)
    }
    return found
  }
  const posts = (personId: number) => postsOf.get(personId) ?? []
  const mainPost = (personId: number) => posts(personId).find((post) => post.main)

  return {
    on: rows.on,
    section: (id) => sections.get(id),
    sections: () => rows.sections,
    chain,
    within: (sectionId) =>
      new Set(
        rows.sections.filter((s) => chain(s.id).some((above) => above.id === sectionId)).map((s) => s.id),
      ),
    posts,
    mainPost,
    evaluator: (personId, role, postId) => {
      const own = byPerson.get(`${role}:${personId}`)
      const post = postId ? posts(personId).find((p) => p.id === postId) : mainPost(personId)
      // A person's own route belongs to the main post; a second post is evaluated along its own section.
      if (own !== undefined && own !== personId && (!post || post.main)) return own
      for (const section of post ? chain(post.sectionId) : []) {
        const evaluator = bySection.get(`${role}:${section.id}`)
        if (evaluator !== undefined && evaluator !== personId) return evaluator
      }
      return null
    },
    sectionEvaluator: (sectionId, role) => bySection.get(`${role}:${sectionId}`) ?? null,
  }
}

function groupBy<Key, Value>(values: readonly Value[], key: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>()
  for (const value of values) {
    const group = groups.get(key(value))
    if (group) group.push(value)
    else groups.set(key(value), [value])
  }
  return groups
}
