// Whether a notice of the trainings may be told to this person at this moment, asked of the rows. Written from what
// the product promises, not from its code.
import type { World } from '../world.ts'
import type { Told } from './feature.ts'

interface Matter {
  readonly person_id: number
  readonly approver_id: number | null
  readonly status: string
  readonly mandatory: boolean
  readonly course_status: string
  readonly planned: boolean
  readonly ahead: boolean
  readonly on_demand: boolean
  readonly offer_runs: boolean
  readonly materials: boolean
  readonly survey: boolean
  readonly report: boolean
}

const numberIn = (subject: string) => Number(subject.split(':').at(-1))

const matterOf = async (world: World, { subject, now }: Told): Promise<Matter | undefined> => {
  const [row] = await world.ask<Matter>(
    `SELECT u.person_id, u.approver_id, u.status, u.mandatory, c.status AS course_status,
            coalesce(s.status = 'planned', false) AS planned, coalesce(s.starts_at > $2, false) AS ahead,
            u.session_id IS NULL AS on_demand, coalesce(u.offer_until > $2, false) AS offer_runs,
            c.materials_url <> '' AS materials, c.survey_wanted AND NOT u.survey_answered AS survey,
            EXISTS (SELECT FROM report r WHERE r.sign_up_id = u.id AND r.submitted_on IS NULL) AS report
     FROM sign_up u JOIN course c ON c.id = u.course_id LEFT JOIN course_session s ON s.id = u.session_id
     WHERE u.id = $1`,
    [numberIn(subject), new Date(now.epochMilliseconds)],
  )
  return row
}

/** Stands above the person by the routes of today, or stands in for who does. */
const isAbove = async (world: World, person: number, { recipient, today }: Told): Promise<boolean> => {
  const rows = await world.ask(
    `SELECT FROM route r WHERE r.subject_person_id = $1 AND r.role IN ('supervisor', 'first', 'second')
       AND r.valid_from <= $3 AND (r.valid_to IS NULL OR r.valid_to > $3)
       AND (r.evaluator_id = $2 OR EXISTS (SELECT FROM absence a WHERE a.person_id = r.evaluator_id
              AND a.deputy_id = $2 AND a.from_on <= $3 AND (a.to_on IS NULL OR a.to_on > $3)))`,
    [person, recipient, today.toString()],
  )
  return rows.length > 0
}

/** Holds a post in one of the sections that a target names, on a day; without sections it is for all. Parts of SQL. */
export const inSections = (target: string, person: string, day: string): string =>
  `(NOT (${target} ? 'sections') OR EXISTS (SELECT FROM post o JOIN section s ON s.id = o.section_id
     WHERE o.person_id = ${person} AND o.valid_from <= ${day} AND (o.valid_to IS NULL OR o.valid_to > ${day})
       AND ${target}->'sections'->'codes' ? s.code))`

async function toAudience(world: World, { subject, recipient, today }: Told): Promise<string | undefined> {
  const [course] = await world.ask<{ status: string; open: boolean; meant: boolean; answered: boolean }>(
    `SELECT status, opens_on <= $3 AND closes_on >= $3 AS open, ${inSections('c.target', '$2', '$3')} AS meant,
            EXISTS (SELECT FROM sign_up u WHERE u.course_id = c.id AND u.person_id = $2) AS answered
     FROM course c WHERE id = $1`,
    [numberIn(subject), recipient, today.toString()],
  )
  if (course?.status !== 'published' || !course.open) return 'not open'
  if (!course.meant) return 'not for them'
  return course.answered ? 'answered already' : undefined
}

/** Undefined: all is right. Otherwise what is wrong with it, in a few words. */
export async function verdictOf(world: World, told: Told): Promise<string | undefined> {
  const { kind, recipient } = told
  if (kind === 'trainings.open' || kind === 'trainings.closing') return toAudience(world, told)
  const matter = await matterOf(world, told)
  if (!matter) return 'there is no such sign-up'
  const { status, person_id, course_status } = matter
  const own = person_id === recipient
  const open = status === 'nominated' || (status === 'confirmed' && matter.on_demand)
  switch (kind) {
    case 'trainings.choose':
      if (status !== 'nominated' || course_status !== 'published') return `not to be chosen (${status})`
      return own ? undefined : 'not who was nominated'
    case 'trainings.approve':
      if (status !== 'awaiting_approval') return `not to be approved (${status})`
      return matter.approver_id === recipient ? undefined : 'not who approves'
    case 'trainings.survey':
    case 'trainings.report':
      if (status !== 'attended') return `was not there (${status})`
      if (kind === 'trainings.survey' ? !matter.survey : !matter.report) return 'asked who has done it'
      return own ? undefined : 'not who was there'
    case 'trainings.recorded':
      if (!['attended', 'absent', 'partly', 'completed'].includes(status))
        return `nothing recorded (${status})`
      return own ? undefined : 'somebody else’s'
    case 'trainings.result':
      return own ? undefined : 'somebody else’s'
    case 'trainings.offer':
      if (status !== 'offered' || !matter.offer_runs) return `no offer (${status})`
      return own ? undefined : 'not who is offered it'
    case 'trainings.coming':
    case 'trainings.soon':
    case 'trainings.changed':
    case 'trainings.materials':
      if (status !== 'confirmed' || !matter.planned || !matter.ahead) return `not ahead (${status})`
      if (kind === 'trainings.materials' && !matter.materials) return 'no materials'
      return own ? undefined : 'not who takes part'
    case 'trainings.due':
      if (!open || course_status === 'cancelled') return `chased who is done (${status})`
      return own ? undefined : 'not who must take part'
    case 'trainings.away':
      if (status !== 'confirmed' || !matter.planned || !matter.ahead) return `not away (${status})`
      return (await isAbove(world, person_id, told)) ? undefined : 'not above them'
    case 'trainings.make-time':
      if (!matter.mandatory || !open) return `chased over who is done (${status})`
      return (await isAbove(world, person_id, told)) ? undefined : 'not above them'
    default:
      return `a kind that the observer does not know: ${kind}`
  }
}
