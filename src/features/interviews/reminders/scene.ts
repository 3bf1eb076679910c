import type { Tx } from '../../../db/transaction.ts'
import { restReasons } from '../../../directory/closures.ts'
import { addressed, loadPeople, type Person } from '../../../directory/people.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { type Facts, loadFacts } from './facts.ts'
import type { Matter } from './matter.ts'

/** One interview as the reminders see it and as the cards show it. */
export interface Subject {
  readonly matter: Matter
  readonly interview: Interview
}

/** The present state of some interviews, with everybody in it: what cards of reminders are drawn from. */
export interface Scene extends Facts {
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
  readonly zone: string
  readonly subjects: ReadonlyMap<number, Subject>
  readonly names: ReadonlyMap<number, Person>
  readonly restedOn: (at: Temporal.Instant) => string | undefined
}

export async function loadScene(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  interviewIds: readonly number[],
  now: Temporal.Instant,
): Promise<Scene> {
  const { zone } = core
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const ids = [...new Set(interviewIds)]
  const facts = await loadFacts(tx, ids, now, zone)
  const interviews = new Map(
    (await loadInterviews(tx, { id: { in: ids } }, today)).map((one) => [one.id, one]),
  )
  const subjects = new Map(
    facts.matters.flatMap((matter) => {
      const interview = interviews.get(matter.id)
      return interview ? [[matter.id, { matter, interview }] as const] : []
    }),
  )
  const near = new Set<number>()
  for (const matter of facts.matters) {
    near.add(matter.personId)
    if (matter.meeting) near.add(matter.meeting.conductorId)
    for (const { personId } of matter.conductors) {
      near.add(personId)
      const deputy = facts.people.awayOn(personId, today)?.deputyId
      if (deputy) near.add(deputy)
    }
  }
  for (const id of [...near]) {
    const superior = facts.people.superiorOf(id)
    if (superior !== null) near.add(superior)
  }
  const names = await loadPeople(tx, [...near], today)
  return { ...facts, now, today, zone, subjects, names, restedOn: await restReasons(tx, zone) }
}

/** How the reader would call somebody; `otherwise` for whoever is not on the list. */
export function called(
  scene: Pick<Scene, 'names'>,
  id: number,
  language: Language,
  otherwise: string,
): string {
  const person = scene.names.get(id)
  return person ? addressed(person, language) : otherwise
}
