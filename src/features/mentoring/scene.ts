// A programme with its people as the rules compare them.
import { z } from 'zod'
import type { MentoringPair, MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { sectionIdsOf } from '../../directory/audience.ts'
import { guestsAmong, sameName } from '../../directory/guests.ts'
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
  kind: programme.kind,
  cadence: programme.cadence,
  capacity: programme.capacity,
})

export interface Scene {
  readonly programme: MentoringProgramme
  readonly members: readonly MemberAnswer[]
  /** Live ones. */
  readonly pairs: readonly MentoringPair[]
  readonly org: Organisation
  readonly people: ReadonlyMap<number, Person>
  /** 内定者 among them. */
  readonly guests: ReadonlySet<number>
  readonly job: MatchingJob
}

/** What a member answered; the sealed part as it is kept. */
export interface MemberAnswer {
  readonly personId: number
  readonly role: string
  readonly status: string
  readonly capacity: number | null
  readonly sealed: Uint8Array | null
  readonly answeredAt: Date | null
}

// In a programme of the whole house these are thousands of rows: asked in one piece, without a parameter each.

/** By person. Sealed answers travel as base64: the embedded database unpacks bytes ten times as slowly. */
export async function loadAnswers(
  tx: Tx,
  programmeId: number,
  only?: readonly number[],
): Promise<MemberAnswer[]> {
  const rows = await tx.$queryRaw<(Omit<MemberAnswer, 'sealed'> & { readonly sealed: string | null })[]>`
    SELECT person_id AS "personId", role, status, capacity, encode(sealed, 'base64') AS sealed,
           answered_at AS "answeredAt"
    FROM mentoring_member
    WHERE programme_id = ${programmeId} AND (${only === undefined} OR person_id = ANY(${only ?? []}::int[]))
    ORDER BY person_id`
  return rows.map((row) => ({
    ...row,
    sealed: row.sealed === null ? null : Buffer.from(row.sealed, 'base64'),
  }))
}

async function loadHired(tx: Tx, ids: readonly number[]) {
  const rows = await tx.$queryRaw<{ readonly id: number; readonly hired: string | null }[]>`
    SELECT id, hired_on::text AS hired FROM person WHERE id = ANY(${ids}::int[])`
  return new Map(rows.map(({ id, hired }) => [id, hired === null ? null : Temporal.PlainDate.from(hired)]))
}

interface Earlier {
  readonly programmeId: number
  readonly menteeId: number
  readonly mentorId: number
  readonly status: string
  readonly activeOn: Date | null
}
/** Pairs of any programme that have something to say of two people who are both asked about. */
export const loadEarlier = (tx: Tx, ids: readonly number[]) =>
  tx.$queryRaw<Earlier[]>`
    SELECT programme_id AS "programmeId", mentee_id AS "menteeId", mentor_id AS "mentorId", status,
           active_on AS "activeOn"
    FROM mentoring_pair WHERE mentee_id = ANY(${ids}::int[]) AND mentor_id = ANY(${ids}::int[])
      AND status IN ('active', 'ended', 'declined', 'forbidden')`

/**
 * `also`: people who are no members yet and are to be compared all the same. `only`: these alone, with the pairs among them;
 * of a large programme that is little.
 */
export async function loadScene(
  core: Pick<Core, 'sealing'>,
  tx: Tx,
  programme: MentoringProgramme,
  today: Temporal.PlainDate,
  also: { readonly menteeId?: number; readonly mentorId?: number } = {},
  only?: readonly number[],
): Promise<Scene> {
  const members = await loadAnswers(tx, programme.id, only)
  const among = only && { in: [...only] }
  const pairs = await tx.mentoringPair.findMany({
    where: {
      programmeId: programme.id,
      status: { in: liveStatuses },
      ...(among && { menteeId: among, mentorId: among }),
    },
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
  const guests = await guestsAmong(tx, ids, today)
  const hired = await loadHired(tx, ids)
  const earlier = await loadEarlier(tx, ids)
  const here = (row: { programmeId: number }) => row.programmeId === programme.id

  // Nobody is given a partner during a leave, who could neither agree nor decline.
  const away = await loadAbsences(tx, today, ids)
  const byId = new Map(members.map((member) => [member.personId, member]))
  const named = (names: readonly string[] = []) =>
    names.length === 0
      ? []
      : [...people.values()].flatMap(({ id, name }) => (names.some((one) => sameName(one, name)) ? [id] : []))
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
      ...(guests.has(personId) && { guest: true as const }),
      ...(!byId.get(personId)?.sealed && { silent: true as const }),
      avoid: {
        people: [...answer.avoidPeople, ...named(answer.avoidNames)],
        sections: answer.avoidSections.length > 0 ? [...sectionIdsOf(answer.avoidSections, org, false)] : [],
      },
    }
  }
  const answerOf = (personId: number) => {
    const member = byId.get(personId)
    return member ? openAnswer(core, { programmeId: programme.id, ...member }) : noAnswer
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
        .filter((row) => row.status === 'declined' && !here(row))
        .map((row) => pairKey(row.menteeId, row.mentorId)),
    ),
    setAside: new Set(
      earlier
        .filter((row) => (row.status === 'declined' || row.status === 'forbidden') && here(row))
        .map((row) => pairKey(row.menteeId, row.mentorId)),
    ),
    objective: objectives.find((one) => one === programme.objective) ?? 'worst-first',
    locked: new Map(
      pairs
        .filter((pair) => pair.status !== 'proposed' || pair.locked)
        .map((pair) => [pair.menteeId, pair.mentorId]),
    ),
  }
  return { programme, members, pairs, org, people, guests, job }
}
