// Who conducts an interview, and what changes when that answer changes. Pure: organisations and rows in, answers out.
import type { Organisation } from '../../../directory/organisation.ts'
import type { ConductorRule } from '../state.ts'

/**
 * What the city decides where the evaluator is away or the post is empty, nobody is named as deputy and nobody holds the
 * post besides their own (事務取扱): nobody (HR settles it), the second evaluator, or the assistant (係長).
 */
export const substitutions = ['none', 'second', 'assistant'] as const
export type Substitution = (typeof substitutions)[number]

/** An interview as far as the question "who conducts it?" goes. */
export interface Matter {
  readonly personId: number
  /** The post whose route applies; null: the main post. */
  readonly postId: number | null
  readonly rule: ConductorRule
  /** Null for interviews without a step: the present evaluator conducts them. */
  readonly recordDate: Temporal.PlainDate | null
}

/** The world that the rule asks. */
export interface Situation {
  readonly today: Temporal.PlainDate
  /** The organisation on a day; record dates that have come and today must be known. */
  organisationOn(day: Temporal.PlainDate): Organisation
  /** Absent today, with the deputy if one was named. */
  readonly absent: ReadonlyMap<number, { readonly deputyId: number | null }>
  /** No longer employed today. */
  readonly left: ReadonlySet<number>
  readonly substitution: Substitution
  /** Who holds the post of a section's head besides their own today (事務取扱), by section. */
  readonly acting?: ReadonlyMap<number, number>
}

/** `no-evaluator`: no route names anybody. `absent`: the evaluator is away and nobody stands in. HR settles both. */
export type Gap = 'no-evaluator' | 'absent'

export interface Assignment {
  readonly conductorId: number | null
  readonly observerIds: readonly number[]
  readonly gap: Gap | null
  /** Whose absence left the gap. */
  readonly absentId: number | null
  /** Nobody was named on the record date: it goes by whoever was first named after it. */
  readonly namedLater?: true
}

/**
 * The day whose organisation answers: the record date (評価基準日) once it has come, where the step says so. Until
 * then the present evaluator prepares provisionally. `domain.md`, "Roles and grades".
 */
export function dayOfRule(matter: Matter, today: Temporal.PlainDate): Temporal.PlainDate {
  if (matter.rule !== 'record_date' || !matter.recordDate) return today
  return Temporal.PlainDate.compare(matter.recordDate, today) <= 0 ? matter.recordDate : today
}

/**
 * The first evaluator by the step's rule; when absent the deputy of the absence, else whoever holds that post besides
 * their own (事務取扱), else the city's substitute. Other evaluators (the second) observe. Nobody ever conducts an interview with themselves.
 */
export function assign(matter: Matter, situation: Situation): Assignment {
  const organisation = situation.organisationOn(dayOfRule(matter, situation.today))
  const { personId } = matter
  const postId = postOf(matter, organisation)
  const first = organisation.evaluator(personId, 'first', postId)
  const second = organisation.evaluator(personId, 'second', postId)

  const canConduct = (id: number | null): id is number =>
    id !== null && id !== personId && !situation.absent.has(id) && !situation.left.has(id)
  const observers = (conductorId: number | null) =>
    second !== null && second !== conductorId && second !== personId && !situation.left.has(second)
      ? [second]
      : []

  const acting = actingFor(organisation, personId, postId, situation)
  if (first === null) {
    // Nobody is named: an empty post that somebody holds is theirs, anything else is HR's to fill.
    const conductorId = canConduct(acting) ? acting : null
    const gap = conductorId === null ? 'no-evaluator' : null
    return { conductorId, observerIds: observers(conductorId), gap, absentId: null }
  }
  const { substitution } = situation
  const substitutes = [
    first,
    situation.absent.get(first)?.deputyId ?? null,
    acting,
    substitution === 'none' ? null : organisation.evaluator(personId, substitution, postId),
  ]
  const conductorId = substitutes.find(canConduct) ?? null
  if (conductorId !== null) {
    return { conductorId, observerIds: observers(conductorId), gap: null, absentId: null }
  }
  // An evaluator who has left does not come back: HR names another one.
  return situation.left.has(first)
    ? { conductorId, observerIds: observers(null), gap: 'no-evaluator', absentId: null }
    : { conductorId, observerIds: observers(null), gap: 'absent', absentId: first }
}

/** A post that a transfer has ended is answered by the main post of that day (null). */
export const postOf = ({ personId, postId }: Matter, organisation: Organisation): number | null =>
  postId !== null && organisation.posts(personId).some((post) => post.id === postId) ? postId : null

/** Who holds the post of the nearest head upwards besides their own, themselves left out. */
function actingFor(
  organisation: Organisation,
  personId: number,
  postId: number | null,
  { acting }: Situation,
): number | null {
  if (!acting || acting.size === 0) return null
  const post = postId
    ? organisation.posts(personId).find(({ id }) => id === postId)
    : organisation.mainPost(personId)
  for (const { id } of post ? organisation.chain(post.sectionId) : []) {
    const holder = acting.get(id)
    if (holder !== undefined && holder !== personId) return holder
  }
  return null
}

export type ParticipantRole = 'conductor' | 'observer'

/** A participant row that has not ended. */
export interface OpenRow {
  readonly id: number
  readonly personId: number
  readonly role: ParticipantRole
  readonly fromOn: Temporal.PlainDate
}

export interface Moves {
  /** Rows that began before today end today. */
  readonly end: readonly number[]
  /** Rows that began today never counted: they go. */
  readonly remove: readonly number[]
  readonly begin: readonly { readonly personId: number; readonly role: ParticipantRole }[]
}

/** What makes the open rows equal to the assignment; nothing when they already are. */
export function movesTo(
  rows: readonly OpenRow[],
  wanted: Assignment,
  today: Temporal.PlainDate,
): Moves | null {
  const roleOf = new Map<number, ParticipantRole>(wanted.observerIds.map((id) => [id, 'observer']))
  if (wanted.conductorId !== null) roleOf.set(wanted.conductorId, 'conductor')
  const kept = new Set<number>()
  const end: number[] = []
  const remove: number[] = []
  for (const row of rows) {
    if (roleOf.get(row.personId) === row.role && !kept.has(row.personId)) kept.add(row.personId)
    else if (Temporal.PlainDate.compare(row.fromOn, today) >= 0) remove.push(row.id)
    else end.push(row.id)
  }
  const begin = [...roleOf].filter(([id]) => !kept.has(id)).map(([personId, role]) => ({ personId, role }))
  return end.length + remove.length + begin.length === 0 ? null : { end, remove, begin }
}

/** What happens to an interview whose evaluator was asked for anew. */
export type Reach =
  /** Its people stay: it is over, or its meeting already was. */
  | 'keeps'
  /** Open and without a meeting ahead. */
  | 'moves'
  /** Its meeting lies ahead: with another conductor it is taken back and offered anew. */
  | 'moves-and-releases'

/** Past bookings keep their people, future ones are re-offered (`design.md`, tables). */
export function reachOf(
  interview: { readonly status: string; readonly startsAt: Temporal.Instant | null },
  now: Temporal.Instant,
): Reach {
  switch (interview.status) {
    case 'waiting':
    case 'suspended':
      return 'moves'
    case 'booked':
      return interview.startsAt && Temporal.Instant.compare(interview.startsAt, now) > 0
        ? 'moves-and-releases'
        : 'keeps'
    default:
      return 'keeps'
  }
}
