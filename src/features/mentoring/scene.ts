// A programme with its people as the rules compare them.
import { z } from 'zod'
import type { MentoringMember, MentoringPair, MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { sectionIdsOf } from '../../directory/audience.ts'
import { loadAbsences, loadOrganisation } from '../../directory/load.ts'
import type { Organisation, RouteRole } from '../../directory/organisation.ts'
import { loadPeople, type Person } from '../../directory/people.ts'
import type { Core } from '../feature.ts'
import { noAnswer, openAnswer, type SignUpAnswer } from './answer.ts'
import type { Mentee, Mentor, Weights } from './matching/rules.ts'
import { type MatchingJob, pairKey } from './matching/solve.ts'
import type { ProgrammeState } from './state.ts'

const weight = z.int().min(0).max(100)
export const weightsSchema = z.object({
  topics: weight,
  wish: weight,
  times: weight,
  style: weight,
  years: weight,
}) satisfies z.ZodType<Weights>

export const objectives = ['worst-first', 'tiers', 'sum'] as const
export const liveStatuses = ['proposed', 'offered', 'active']
const lineRoles: readonly RouteRole[] = ['supervisor', 'assistant', 'first', 'second']

export const stateOf = (programme: MentoringProgramme): ProgrammeState => ({
  id: programme.id,
  version: programme.version,
  name: programme.name,
  status: programme.status,
  startsOn: fromDbDate(programme.startsOn),
  endsOn: fromDbDate(programme.endsOn),
  signUpUntil: fromDbDateOrNull(programme.signUpUntil),
  cadence: programme.cadence,
  capacity: programme.capacity,
})

export interface Scene {
  readonly programme: MentoringProgramme
  readonly members: readonly MentoringMember[]
  /** Live ones. */
  readonly pairs: readonly MentoringPair[]
  readonly org: Organisation
  readonly people: ReadonlyMap<number, Person>
  readonly job: MatchingJob
}

/** `also`: people who are no members yet and are to be compared all the same. */
export async function loadScene(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  programme: MentoringProgramme,
  today: Temporal.PlainDate,
  also: { readonly menteeId?: number; readonly mentorId?: number } = {},
): Promise<Scene> {
  const members = await tx.mentoringMember.findMany({
    where: { programmeId: programme.id },
    orderBy: { personId: 'asc' },
  })
  const pairs = await tx.mentoringPair.findMany({
    where: { programmeId: programme.id, status: { in: liveStatuses } },
    orderBy: { id: 'asc' },
  })
  const ids = [
    ...new Set([
      ...members.map(({ personId }) => personId),
      ...pairs.flatMap(({ menteeId, mentorId }) => [menteeId, mentorId]),
      ...[also.menteeId ?? [], also.mentorId ?? []].flat(),
    ]),
  ]
  const org = await loadOrganisation(tx, today, ids)
  const people = await loadPeople(tx, ids, today)
  const hired = new Map(
    (await tx.person.findMany({ where: { id: { in: ids } }, select: { id: true, hiredOn: true } })).map(
      (row) => [row.id, fromDbDateOrNull(row.hiredOn)],
    ),
  )
  const earlier = await tx.mentoringPair.findMany({
    where: {
      OR: [{ menteeId: { in: ids } }, { mentorId: { in: ids } }],
      status: { in: ['active', 'ended', 'declined', 'forbidden'] },
    },
    select: { programmeId: true, menteeId: true, mentorId: true, status: true, activeOn: true },
  })
  const here = (row: { programmeId: number }) => row.programmeId === programme.id

  // Nobody is given a partner during a leave, who could neither agree nor decline.
  const away = await loadAbsences(tx, today, ids)
  const byId = new Map(members.map((member) => [member.personId, member]))
  const sideOf = (personId: number, answer: SignUpAnswer) => {
    const post = org.mainPost(personId)
    const since = hired.get(personId)
    return {
      personId,
      chain: post ? org.chain(post.sectionId).map(({ id }) => id) : [],
      grade: post?.gradeRank ?? null,
      years: since ? Math.max(0, since.until(today, { largestUnit: 'years' }).years) : 0,
      topics: answer.topics,
      styles: answer.styles,
      times: answer.times,
      avoid: {
        people: answer.avoidPeople,
        sections: [...sectionIdsOf(answer.avoidSections, org, false)],
      },
    }
  }
  const answerOf = (personId: number) => {
    const member = byId.get(personId)
    return member ? openAnswer(core, member) : noAnswer
  }
  const paired = (side: 'menteeId' | 'mentorId') => pairs.map((pair) => pair[side])
  const taking = (role: string, others: readonly number[]) =>
    [
      ...new Set([
        ...members
          .filter(
            (member) => member.role === role && member.status === 'joined' && !away.has(member.personId),
          )
          .map((member) => member.personId),
        ...others,
      ]),
    ].sort((a, b) => a - b)
  const mentees = taking('mentee', [...paired('menteeId'), ...(also.menteeId ? [also.menteeId] : [])]).map(
    (id): Mentee => {
      const answer = answerOf(id)
      return { ...sideOf(id, answer), wishes: answer.wishes }
    },
  )
  const mentors = taking('mentor', [...paired('mentorId'), ...(also.mentorId ? [also.mentorId] : [])]).map(
    (id): Mentor => ({
      ...sideOf(id, answerOf(id)),
      capacity: byId.get(id)?.capacity ?? programme.capacity,
    }),
  )
  const above = new Map(
    ids.map((id) => [
      id,
      new Set(lineRoles.flatMap((role) => org.evaluator(id, role) ?? [])) as ReadonlySet<number>,
    ]),
  )
  const job: MatchingJob = {
    rules: {
      gradesAbove: programme.gradesAbove,
      apartBy: programme.apartBy,
      bySkill: programme.kind === 'handover',
    },
    weights: weightsSchema.parse(programme.weights),
    mentees,
    mentors,
    above,
    past: new Set(
      earlier
        // Elsewhere only those who did come together; what was ended here is not proposed again either.
        .filter((row) =>
          here(row)
            ? row.status === 'ended'
            : row.activeOn !== null && (row.status === 'ended' || row.status === 'active'),
        )
        .map((row) => pairKey(row.menteeId, row.mentorId)),
    ),
    refused: new Set(
      earlier
        .filter((row) => row.status === 'declined' || (row.status === 'forbidden' && here(row)))
        .map((row) => pairKey(row.menteeId, row.mentorId)),
    ),
    objective: objectives.find((one) => one === programme.objective) ?? 'worst-first',
    locked: new Map(
      pairs
        .filter((pair) => pair.status !== 'proposed' || pair.locked)
        .map((pair) => [pair.menteeId, pair.mentorId]),
    ),
  }
  return { programme, members, pairs, org, people, job }
}
