// What is to be told when, as pure functions of a programme, its members and its pairs.
import type {
  MentoringCheckIn,
  MentoringMember,
  MentoringPair,
  MentoringProgramme,
} from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { WantedNotice } from '../../delivery/notice.ts'
import { tellOnce } from '../../delivery/told.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { type WorkingCalendar, workingDaysFrom } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'

export const kinds = {
  signUp: 'mentoring.sign-up',
  offer: 'mentoring.offer',
  introduction: 'mentoring.introduction',
  checkIn: 'mentoring.check-in',
  care: 'mentoring.care',
  changed: 'mentoring.changed',
  cancelled: 'mentoring.cancelled',
  meeting: 'mentoring.meeting',
  survey: 'mentoring.survey',
  joined: 'mentoring.joined',
  coordinator: 'mentoring.coordinator',
} as const

export const rounds = ['start', 'middle', 'end'] as const
export type Round = (typeof rounds)[number]
export type Matter = 'declined' | 'rematch' | 'left' | 'guest-left' | 'moved' | 'silent'

const morning = Temporal.PlainTime.from('09:30')
const at = (day: Temporal.PlainDate, zone: string) =>
  day.toZonedDateTime({ timeZone: zone, plainTime: morning }).toInstant()

/** The day of each question "did you meet?": two weeks after the start, half-way, two weeks before the end. */
export function roundDays(
  activeOn: Temporal.PlainDate,
  endsOn: Temporal.PlainDate,
): ReadonlyMap<Round, Temporal.PlainDate> {
  const days = activeOn.until(endsOn).days
  const all: [Round, number][] = [
    ['start', Math.min(14, Math.max(0, days))],
    ['middle', Math.floor(days / 2)],
    ['end', days - 14],
  ]
  // In a short programme questions would follow each other within two weeks: the earlier one is enough.
  const asked: [Round, number][] = []
  for (const [round, after] of all)
    if (asked.every(([, before]) => after - before >= 14)) asked.push([round, after])
  return new Map(asked.map(([round, after]) => [round, activeOn.add({ days: after })]))
}

/** From when on the two can have met: a pair may be made weeks before the programme begins. */
export function togetherFrom(
  { activeOn }: Pick<MentoringPair, 'activeOn'>,
  { startsOn }: Pick<MentoringProgramme, 'startsOn'>,
): Temporal.PlainDate | undefined {
  if (activeOn === null) return undefined
  return fromDbDate(activeOn < startsOn ? startsOn : activeOn)
}

/** The latest question whose day has come and which this side has not answered; undefined: none is open. */
export function openRound(
  {
    activeOn,
    endsOn,
    answered,
  }: {
    readonly activeOn: Temporal.PlainDate
    readonly endsOn: Temporal.PlainDate
    readonly answered: ReadonlySet<string>
  },
  today: Temporal.PlainDate,
): { readonly round: Round; readonly since: Temporal.PlainDate } | undefined {
  const [last] = [...roundDays(activeOn, endsOn)]
    .filter(([, day]) => Temporal.PlainDate.compare(day, today) <= 0)
    .reverse()
  return last && !answered.has(last[0]) ? { round: last[0], since: last[1] } : undefined
}

/** Asked three times; then a gentle question to the person; then the coordinator. Days after the first. */
const ladder = [
  ['ask', 0],
  ['again', 7],
  ['last', 14],
  ['care', 21],
  ['coordinator', 28],
] as const

export const pairSubject = (id: number) => `mentoring.pair:${id}`
export const memberSubject = (programmeId: number, personId: number) =>
  `mentoring.member:${programmeId}:${personId}`
/** The number behind the last colon. */
export const idOf = (subject: string): number => Number(subject.slice(subject.lastIndexOf(':') + 1))

type Dates = Pick<MentoringProgramme, 'coordinatorId' | 'startsOn' | 'endsOn'>
type Answered = Pick<MentoringCheckIn, 'personId' | 'round'>

export function pairNotices(
  pair: MentoringPair,
  programme: Dates,
  answered: readonly Answered[],
  zone: string,
): WantedNotice[] {
  const both = [pair.menteeId, pair.mentorId]
  const acceptBy = fromDbDateOrNull(pair.acceptBy)
  // For both, whoever has agreed: after a decline the plan must not tell who it was. Whoever has agreed is not told.
  if (pair.status === 'offered' && acceptBy)
    return both.map((id) => ({
      kind: kinds.offer,
      recipientId: id,
      rung: 'last-day',
      anchor: acceptBy.toString(),
      dueAt: at(acceptBy, zone),
    }))
  const from = togetherFrom(pair, programme)
  if (pair.status !== 'active' || !from) return []
  return [...roundDays(from, fromDbDate(programme.endsOn))].flatMap(([round, day]) =>
    both
      .filter((id) => !answered.some((one) => one.personId === id && one.round === round))
      .flatMap((id) =>
        ladder.map(([step, after]): WantedNotice => {
          const toCoordinator = step === 'coordinator'
          return {
            kind: toCoordinator ? kinds.coordinator : step === 'care' ? kinds.care : kinds.checkIn,
            recipientId: toCoordinator ? programme.coordinatorId : id,
            rung: toCoordinator ? `${round}-${step}-${id}` : `${round}-${step}`,
            anchor: day.toString(),
            dueAt: at(day.add({ days: after }), zone),
            detail: { pair: pair.id, round, ...(toCoordinator && { what: 'silent', person: id }) },
          }
        }),
      ),
  )
}

export function memberNotices(
  member: MentoringMember,
  programme: Pick<MentoringProgramme, 'id' | 'status' | 'signUpUntil'>,
  calendar: WorkingCalendar,
  zone: string,
  now: Temporal.Instant,
): WantedNotice[] {
  const until = fromDbDateOrNull(programme.signUpUntil)
  if (member.status !== 'asked' || programme.status !== 'sign_up' || !until) return []
  const wanted = (rung: string, dueAt: Temporal.Instant): WantedNotice => ({
    kind: kinds.signUp,
    recipientId: member.personId,
    rung,
    anchor: until.toString(),
    dueAt,
    detail: { programme: programme.id },
  })
  return [
    wanted('asked', now),
    wanted('-3', at(workingDaysFrom(calendar, until, -3), zone)),
    wanted('0', at(until, zone)),
  ]
}

/** Makes the calls of a programme true again: of all its members, or of these. */
export async function replanMembers(
  core: Core,
  tx: Tx,
  programmeId: number,
  now: Temporal.Instant,
  personIds?: readonly number[],
): Promise<void> {
  const { members, ...programme } = await tx.mentoringProgramme.findUniqueOrThrow({
    where: { id: programmeId },
    include: { members: personIds ? { where: { personId: { in: [...personIds] } } } : true },
  })
  const { city } = await loadCalendars(tx)
  await core.notices.reconcile(
    tx,
    members.map((member) => ({
      subject: memberSubject(programmeId, member.personId),
      wanted: memberNotices(member, programme, city, core.zone, now),
    })),
    now,
  )
}

/** Makes what is planned of these pairs true again. */
export async function replanPairs(
  core: Core,
  tx: Tx,
  ids: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  if (ids.length === 0) return
  const pairs = await tx.mentoringPair.findMany({
    where: { id: { in: [...ids] } },
    include: { programme: true, checkIns: { select: { personId: true, round: true } } },
  })
  await core.notices.reconcile(
    tx,
    pairs.map((pair) => ({
      subject: pairSubject(pair.id),
      wanted: pairNotices(pair, pair.programme, pair.checkIns, core.zone),
    })),
    now,
  )
}

/** Tells the coordinator that a pair needs their hand. */
export const tellCoordinator = (
  core: Core,
  tx: Tx,
  pairs: readonly Pick<MentoringPair, 'id' | 'programmeId'>[],
  coordinators: ReadonlyMap<number, number>,
  what: Matter,
  now: Temporal.Instant,
): Promise<void> =>
  tellOnce(
    core,
    tx,
    pairs.map((pair) => ({
      kind: kinds.coordinator,
      recipientId: coordinators.get(pair.programmeId) ?? 0,
      subject: `mentoring.matter:${what}:${pair.id}`,
      detail: { pair: pair.id, what },
    })),
    now,
  )
