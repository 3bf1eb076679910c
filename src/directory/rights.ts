import type { Actor, Role } from './actor.ts'
import type { Organisation } from './organisation.ts'

/**
 * The sections a right reaches: every section at or below one it was given for. `'all'` for a grant to the whole
 * city; an empty set for nobody's. A right for one occupation reaches no section: see reachOf in audience.ts.
 */
export function reach(
  actor: Pick<Actor, 'grants'>,
  role: Role,
  org: Organisation,
): 'all' | ReadonlySet<number> {
  const grants = actor.grants.filter((grant) => grant.role === role && grant.occupation === undefined)
  if (grants.some((grant) => grant.sectionId === null)) return 'all'
  const reached = new Set<number>()
  for (const grant of grants) {
    if (grant.sectionId === null) continue
    for (const id of org.within(grant.sectionId)) reached.add(id)
  }
  return reached
}

/** Whether a person, by any post held on the organisation's day, stands within what the right reaches. */
export function reaches(
  actor: Pick<Actor, 'grants'>,
  role: Role,
  personId: number,
  org: Organisation,
): boolean {
  const sections = reach(actor, role, org)
  return sections === 'all' || org.posts(personId).some((post) => sections.has(post.sectionId))
}
