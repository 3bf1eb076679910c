// Pure: a course, its draw and the proposal in, cards and forms out.
import type { Block, Button, Card, Form, Row } from '../../../cards/card.ts'
import type { Person } from '../../../directory/people.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { openPlanned } from '../plan/page.ts'
import { openCourse } from '../sign-up/card.ts'
import { type Course, isLive, type Session, type SignUp, windowOf } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { type Draw, type Judgement, judgementReasons } from './draws.ts'
import type { Applicant, Proposal } from './proposal.ts'
import { ruleOf } from './rule.ts'
import { classIn, classWords, textsIn } from './texts.ts'

export interface Reading {
  readonly language: Language
  readonly zone: string
  readonly today: Temporal.PlainDate
}

/** What keeps the result from being published; undefined: nothing. */
export type Hindrance =
  | { readonly type: 'window'; readonly until: Temporal.PlainDate }
  | { readonly type: 'approvals'; readonly count: number; readonly until: Temporal.PlainDate }
  | { readonly type: 'no-sessions' }
  | { readonly type: 'nobody' }

export interface SelectionState {
  readonly course: Course
  readonly draw: Draw | undefined
  readonly hindrance: Hindrance | undefined
  /** Absent before the seed is drawn, and once all is published. */
  readonly proposal?: Proposal
  readonly people: ReadonlyMap<number, Person>
  sectionOf(person: Person | undefined): string
  readonly page: number
}

export const pageSize = 8

const say = (text: string): Block => ({ type: 'text', text })
const timeOf = (course: Course, session: number | string, { zone, language }: Reading): string => {
  const found = course.sessions.find(({ id }) => id === Number(session))
  return found ? sessionTime(found, zone, language) : ''
}

function hindranceWords(hindrance: Hindrance, language: Language): string {
  const t = textsIn(language)
  switch (hindrance.type) {
    case 'window':
      return t.windowOpen(formatDate(hindrance.until, language))
    case 'approvals':
      return t.approvals(hindrance.count, formatDate(hindrance.until, language))
    case 'no-sessions':
      return t.noSessions
    case 'nobody':
      return t.nobody
    default:
      return hindrance satisfies never
  }
}

/** Why somebody has what they have, in a line. */
export function reasonOf(applicant: Applicant, course: Course, reading: Reading): string {
  const t = textsIn(reading.language)
  const { result, judgement } = applicant
  if (!result) return t.passedOver(t.reasons[judgement?.reason ?? 'other'])
  const first =
    judgement?.as === 'prefer'
      ? t.preferred(t.reasons[judgement.reason])
      : classIn(course, result.priority, reading.language)
  const earlier = result.seat ? result.seat.wish - 1 : 0
  const [wait] = result.waiting
  return [
    first,
    ...(applicant.signUp.recommendedById !== null ? [t.recommended] : []),
    t.lot(result.lot),
    ...(earlier > 0 ? [t.fullBefore(earlier)] : []),
    result.seat
      ? t.gets(timeOf(course, result.seat.session, reading), result.seat.wish)
      : wait
        ? t.waits(applicant.waitingPlace ?? wait.place)
        : t.noWish,
  ].join(' / ')
}

function rowOf(state: SelectionState, applicant: Applicant, place: number, reading: Reading): Row {
  const { course, people } = state
  const person = people.get(applicant.signUp.personId)
  return {
    text: textsIn(reading.language).row(place, person?.name ?? '', state.sectionOf(person)),
    detail: reasonOf(applicant, course, reading),
    ...(course.selection === 'hr' && {
      button: {
        label: textsIn(reading.language).judge,
        action: { id: 'trainings.judge', data: { signUp: applicant.signUp.id, page: state.page } },
      },
    }),
  }
}

function proposalBlocks(state: SelectionState, proposal: Proposal, reading: Reading): Block[] {
  const t = textsIn(reading.language)
  const { applicants } = proposal
  const wishes = applicants.flatMap(({ result }) => result?.seat?.wish ?? [])
  const counted = [...Map.groupBy(wishes, (wish) => wish)].toSorted(([a], [b]) => a - b)
  const pages = Math.max(1, Math.ceil(applicants.length / pageSize))
  const from = (state.page - 1) * pageSize
  return [
    say(t.proposal(wishes.length, applicants.length)),
    ...(counted.length > 0
      ? [
          {
            type: 'context',
            text: t.wishes(counted.map(([wish, all]) => t.wishCount(wish, all.length))),
          } as const,
        ]
      : []),
    {
      type: 'list',
      rows: applicants
        .slice(from, from + pageSize)
        .map((applicant, n) => rowOf(state, applicant, from + n + 1, reading)),
    },
    ...(pages > 1 ? [{ type: 'context', text: t.page(state.page, pages) } as const] : []),
  ]
}

export function selectionCard(state: SelectionState, reading: Reading, lines: readonly string[] = []): Card {
  const { course, draw, hindrance, proposal, page } = state
  const { language, today } = reading
  const t = textsIn(language)
  const applicants = proposal?.applicants ?? []
  const seats = [...(proposal?.seats.values() ?? [])].reduce((sum, count) => sum + count, 0)
  const seated = applicants.filter(({ result }) => result?.seat).length
  const pages = Math.max(1, Math.ceil(applicants.length / pageSize))
  const turn = (label: string, to: number): Button => ({
    label,
    action: { id: 'trainings.selection', data: { course: course.id, version: course.version, page: to } },
  })
  const published = draw?.status === 'published'
  const ready = !published && hindrance === undefined && proposal !== undefined
  const buttons: Button[] = [
    ...(ready
      ? [
          {
            label: t.publish,
            style: 'primary',
            action: {
              id: 'trainings.selection-publish',
              data: { course: course.id, version: course.version, applicants: applicants.length, seated },
            },
            confirm: {
              title: t.publishTitle,
              text: t.publishText(seated, applicants.length - seated),
              yes: t.yes,
              no: t.no,
            },
          } satisfies Button,
        ]
      : []),
    ...(page > 1 ? [turn(t.previous, page - 1)] : []),
    ...(page < pages ? [turn(t.next, page + 1)] : []),
    ...(isRuleOpen(course, today)
      ? [{ label: t.editRule, action: { id: 'trainings.priority-edit', data: { course: course.id } } }]
      : []),
    { label: t.back, action: openPlanned(course.id) },
  ]
  const publishedOn = draw?.publishedAt?.toZonedDateTimeISO(reading.zone).toPlainDate()
  return {
    language,
    summary: lines[0] ?? t.summary,
    blocks: [
      { type: 'heading', text: t.title(courseName(course, language)) },
      ...lines.map(say),
      {
        type: 'facts',
        facts: [
          ...(proposal
            ? [
                { label: t.applicants, value: t.people(applicants.length) },
                { label: t.seats, value: t.seatCount(seats) },
              ]
            : []),
          { label: t.rule, value: t.classes(classWords(course, language)) },
          { label: t.commitment, value: draw?.commitment ?? t.notCommitted },
        ],
      },
      ...(published
        ? [say(t.published(publishedOn ? formatDate(publishedOn, language) : ''))]
        : hindrance
          ? [say(hindranceWords(hindrance, language))]
          : []),
      ...(proposal && applicants.length > 0 && hindrance?.type !== 'window' && !published
        ? proposalBlocks(state, proposal, reading)
        : []),
      { type: 'buttons', buttons },
      { type: 'context', text: published || !ready ? t.commitmentNote : t.notPublished },
    ],
  }
}

/** Who goes first is settled before anybody can know who applies. */
export const isRuleOpen = (course: Course, today: Temporal.PlainDate): boolean =>
  course.status === 'draft' || (course.status === 'published' && windowOf(course, today) === 'ahead')

export function ruleForm(course: Course, language: Language): Form {
  const t = textsIn(language)
  const { first } = ruleOf(course)
  const grade = first.find((each) => each.type === 'grade')
  const years = first.find((each) => each.type === 'years')
  return {
    language,
    id: 'trainings.priority',
    title: t.ruleTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { course: course.id, version: course.version },
    intro: t.ruleIntro,
    fields: [
      {
        type: 'checkboxes',
        name: 'classes',
        label: t.ruleFields.classes,
        optional: true,
        options: [
          { value: 'mandatory', label: t.clauses.mandatory },
          { value: 'recommended', label: t.clauses.recommended },
          { value: 'never', label: t.clauses.never },
          { value: 'grade', label: t.ruleFields.grade },
          { value: 'years', label: t.ruleFields.yearsOption },
        ],
        values: first.map(({ type }) => type),
      },
      {
        type: 'number',
        name: 'from',
        label: t.ruleFields.gradeFrom,
        optional: true,
        min: 0,
        max: 1000,
        ...(grade && { value: grade.from }),
      },
      {
        type: 'number',
        name: 'to',
        label: t.ruleFields.gradeTo,
        optional: true,
        min: 0,
        max: 1000,
        ...(grade && { value: grade.to }),
      },
      {
        type: 'number',
        name: 'years',
        label: t.ruleFields.years,
        optional: true,
        min: 1,
        max: 60,
        ...(years && { value: years.to }),
      },
    ],
  }
}

export function judgeForm(
  signUp: number,
  now: Judgement | undefined,
  page: number,
  language: Language,
): Form {
  const t = textsIn(language)
  return {
    language,
    id: 'trainings.judged',
    title: t.judgeTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { signUp, page },
    fields: [
      {
        type: 'select',
        name: 'as',
        label: t.judgeFields.as,
        options: (['usual', 'prefer', 'pass'] as const).map((value) => ({
          value,
          label: t.judgements[value],
        })),
        value: now?.as ?? 'usual',
      },
      {
        type: 'select',
        name: 'reason',
        label: t.judgeFields.reason,
        optional: true,
        options: judgementReasons.map((value) => ({ value, label: t.reasons[value] })),
        ...(now && { value: now.reason }),
      },
    ],
  }
}

/** Wishes that one form asks for. */
export const mostWishes = 3

export function wishForm(
  course: Course,
  sessions: readonly Session[],
  signUp: SignUp | null,
  reading: Reading,
): Form {
  const { language } = reading
  const t = textsIn(language)
  const live = signUp && isLive(signUp) ? signUp : null
  const options = sessions.map(({ id }) => ({ value: String(id), label: timeOf(course, id, reading) }))
  return {
    language,
    id: 'trainings.wished',
    title: t.wishTitle,
    submit: live ? t.save : t.wishSubmit,
    cancel: t.cancel,
    data: { course: course.id, ...(live && { signUp: live.id, version: live.version }) },
    intro: t.wishIntro,
    fields: Array.from({ length: Math.min(mostWishes, sessions.length) }, (_, n) => {
      const chosen = live?.wishes[n]
      return {
        type: 'select' as const,
        name: `wish${n + 1}`,
        label: t.wish(n + 1),
        optional: n > 0,
        options,
        ...(chosen !== undefined && { value: String(chosen) }),
      }
    }),
  }
}

/** What whoever applied needs to check their own result; of the others nothing but who came last. */
export function verifyCard(
  course: Course,
  draw: Draw | undefined,
  own: { readonly signUp: SignUp | null; readonly number: string },
  reading: Reading,
): Card {
  const { language } = reading
  const t = textsIn(language)
  const back: Block = { type: 'buttons', buttons: [{ label: t.back, action: openCourse(course.id) }] }
  const heading: Block = { type: 'heading', text: t.verifyTitle(courseName(course, language)) }
  const seal = draw ? [{ label: t.commitment, value: draw.commitment }] : []
  const { published } = draw ?? {}
  if (!draw || !published)
    return {
      language,
      summary: t.verifySummary,
      blocks: [
        heading,
        say(t.verifyNotYet),
        {
          type: 'facts',
          facts: [{ label: t.rule, value: t.classes(classWords(course, language)) }, ...seal],
        },
        back,
        { type: 'context', text: t.commitmentNote },
      ],
    }
  const mine = published.results.find(({ signUp }) => signUp === own.signUp?.id)
  const result = mine
    ? mine.seat
      ? t.resultSeat(timeOf(course, mine.seat.session, reading), mine.seat.wish)
      : t.resultNone
    : own.signUp?.status === 'declined'
      ? t.passedYou
      : t.verifyNone
  const last = course.sessions.map(({ id }) => {
    const cutoff = published.cutoffs[String(id)]
    const value = cutoff
      ? t.cutoffValue(classIn(course, cutoff.priority, language), cutoff.lot.slice(0, 12))
      : published.closed.includes(id)
        ? t.closedSession
        : t.notFull
    return { label: t.cutoff(timeOf(course, id, reading)), value }
  })
  return {
    language,
    summary: t.verifySummary,
    blocks: [
      heading,
      {
        type: 'facts',
        facts: [
          { label: t.your, value: result },
          ...(mine
            ? [
                { label: t.ownClass, value: classIn(course, mine.priority, language) },
                { label: t.own, value: mine.lot },
              ]
            : []),
        ],
      },
      say(t.how),
      { type: 'facts', facts: [...last, { label: t.rule, value: t.classes(classWords(course, language)) }] },
      { type: 'facts', facts: [{ label: t.seed, value: draw.seed }, ...seal] },
      {
        type: 'context',
        text: `${t.command(`${draw.seed}|${published.event}|${own.number}`)}\n${t.sealCommand(draw.seed)}`,
      },
      back,
    ],
  }
}
