// How the reminders of trainings are drawn at the moment they are sent: from the present, for whoever is the right
// person now. What the world has overtaken is settled as obsolete and says nothing.
import type { Block, Button, LinkButton, Row } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { loadAbsences } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { restsOn } from '../closure.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { meantFor } from '../meant.ts'
import { reasonWords } from '../nomination/rule.ts'
import { approvalBlocks, withFacts } from '../sign-up/approve.ts'
import { approverOf, loadSituation } from '../sign-up/approver.ts'
import { openCourse } from '../sign-up/card.ts'
import { waitlistPlace } from '../sign-up/scene.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import { approvalEnds } from '../sign-up/waitlist.ts'
import { type Course, isFirstCome, type Session, type SignUp, sessionOf, windowOf } from '../state.ts'
import { courseName, sessionPlace, sessionTime } from '../words.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { trainingKinds } from './wanted.ts'

const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

/** Rows that one part shows; the rest is counted. */
const mostRows = 8

/** One sign-up that is to be told of, as it is now. */
interface Live {
  readonly signUp: SignUp
  readonly course: Course
  readonly session: Session | undefined
  readonly notices: readonly DueNotice[]
}

interface Reading {
  readonly tx: Tx
  readonly to: Recipient
  readonly zone: string
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
}

type Drawn = { readonly summary: string; readonly blocks: readonly Block[] }

const subjectId = (subject: string) => Number(/(\d+)$/.exec(subject)?.[1] ?? 0)

export function trainingNotices(core: Pick<Core, 'zone'>): NoticeKind[] {
  const { zone } = core

  async function reading(tx: Tx, to: Recipient, now: Temporal.Instant): Promise<Reading | null> {
    const today = now.toZonedDateTimeISO(zone).toPlainDate()
    // Who is on leave is left in peace.
    if ((await loadAbsences(tx, today, [to.id])).has(to.id)) return null
    return { tx, to, zone, now, today }
  }

  async function liveOnes(read: Reading, notices: readonly DueNotice[]): Promise<Live[]> {
    const byId = Map.groupBy(notices, ({ subject }) => subjectId(subject))
    const signUps = await loadSignUps(read.tx, { id: { in: [...byId.keys()] } })
    const courses = await loadCourses(read.tx, { id: { in: signUps.map(({ courseId }) => courseId) } })
    const courseOf = new Map(courses.map((course) => [course.id, course]))
    return signUps.flatMap((signUp): Live[] => {
      const course = courseOf.get(signUp.courseId)
      if (!course || course.status === 'draft') return []
      const session = course.sessions.find(({ id }) => id === sessionOf(signUp))
      return [{ signUp, course, session, notices: byId.get(signUp.id) ?? [] }]
    })
  }

  /** A kind about sign-ups: `stillTrue` sifts, `draw` says what is left. */
  const kind = (
    name: keyof typeof trainingKinds,
    more: Pick<NoticeKind, 'priority' | 'hours'>,
    stillTrue: (live: Live, read: Reading) => boolean | Promise<boolean>,
    draw: (live: readonly Live[], read: Reading) => Drawn | Promise<Drawn>,
  ): NoticeKind => ({
    kind: trainingKinds[name],
    title: { ja: ja.titles[name], en: en.titles[name] },
    ifUnknown: 'repeat',
    ...more,
    async draw(tx, notices, to, now) {
      const read = await reading(tx, to, now)
      if (!read) return null
      const live: Live[] = []
      for (const each of await liveOnes(read, notices)) if (await stillTrue(each, read)) live.push(each)
      if (live.length === 0) return null
      return withObsolete(
        await draw(live, read),
        notices,
        live.flatMap((each) => each.notices),
      )
    },
  })

  const isRecipient = (live: Live, { to }: Reading) => live.signUp.personId === to.id

  return [
    ...audienceKinds(core, reading),
    kind(
      'choose',
      { priority: 1, hours: 'working' },
      (live, read) =>
        isRecipient(live, read) && live.signUp.status === 'nominated' && live.course.status === 'published',
      (live, read) => {
        const t = textsIn(read.to.language)
        const [first] = live
        const again = live.every(({ notices }) => notices.every(({ detail }) => !detail.first))
        const line = !first || isFirstCome(first.course) ? (again ? t.chooseAgain : t.choose) : t.chooseFirst
        return {
          summary: t.chooseSummary,
          blocks: [text(line), list(live, read, t.chooseButton, reasonLine)],
        }
      },
    ),
    approveKind(core, reading),
    kind('result', { priority: 1, hours: 'working' }, isRecipient, async (live, read) => {
      const t = textsIn(read.to.language)
      const rows: Row[] = []
      for (const each of live)
        rows.push({ ...rowOf(each, read, t.see), detail: await resultWords(each, read) })
      return {
        summary: t.resultSummary,
        blocks: [text(t.resultIntro), { type: 'list', rows: rows.slice(0, mostRows) }],
      }
    }),
    kind(
      'offer',
      { priority: 1, hours: 'working' },
      (live, read) =>
        isRecipient(live, read) &&
        live.signUp.status === 'offered' &&
        Temporal.Instant.compare(live.signUp.offerUntil, read.now) > 0,
      (live, read) => ({
        summary: textsIn(read.to.language).offerSummary,
        blocks: live.flatMap((each) => offerBlocks(each, read)),
      }),
    ),
    aboutSessions('coming', { priority: 2, hours: 'working' }),
    // Nobody is called to a session on a day of rest: whether it takes place is being decided.
    aboutSessions(
      'soon',
      { priority: 1, hours: 'any' },
      async ({ session }, { tx }) => !session || !(await restsOn(tx, session.startsAt, core.zone)),
    ),
    aboutSessions('materials', { priority: 2, hours: 'working' }, ({ course }) => course.materialsUrl !== ''),
    kind(
      'changed',
      { priority: 1, hours: 'working' },
      (live, read) => isRecipient(live, read) && isAhead(live, read),
      (live, read) => {
        const t = textsIn(read.to.language)
        return {
          summary: t.changedSummary,
          blocks: [text(t.changed), list(live, read, t.see)],
        }
      },
    ),
    kind(
      'due',
      { priority: 1, hours: 'working' },
      (live, read) =>
        isRecipient(live, read) &&
        (live.signUp.status === 'nominated' || (live.signUp.status === 'confirmed' && !live.session)) &&
        live.course.status !== 'cancelled',
      (live, read) => ({
        summary: textsIn(read.to.language).dueSummary,
        blocks: live.slice(0, mostRows).flatMap((each) => dueBlocks(each, read)),
      }),
    ),
    aboutOthers(
      'away',
      (live, read) => isAhead(live, read),
      (live, read) => {
        const t = textsIn(read.to.language)
        return { summary: t.awaySummary, text: t.away, of: live.toSorted(byStart) }
      },
    ),
    aboutOthers(
      'makeTime',
      (live) =>
        live.signUp.mandatory &&
        (live.signUp.status === 'nominated' || (live.signUp.status === 'confirmed' && !live.session)),
      (live, read) => {
        const t = textsIn(read.to.language)
        const names = [...new Set(live.map(({ course }) => courseName(course, read.to.language)))].join('、')
        return { summary: t.makeTimeSummary, text: t.makeTime(names), of: live }
      },
    ),
  ]

  /** A session that lies ahead, with its place and what one needs for it. */
  function aboutSessions(
    name: 'coming' | 'soon' | 'materials',
    more: Pick<NoticeKind, 'priority' | 'hours'>,
    also: (live: Live, read: Reading) => boolean | Promise<boolean> = () => true,
  ): NoticeKind {
    return kind(
      name,
      more,
      async (live, read) => isRecipient(live, read) && isAhead(live, read) && (await also(live, read)),
      (live, read) => {
        const t = textsIn(read.to.language)
        const blocks = live.slice(0, mostRows).flatMap((each) => sessionBlocks(each, read))
        return { summary: t[`${name}Summary`], blocks: [text(t[name]), ...blocks] }
      },
    )
  }

  /** What a supervisor hears of their staff, as long as they are above them. */
  function aboutOthers(
    name: 'away' | 'makeTime',
    stillTrue: (live: Live, read: Reading) => boolean,
    draw: (live: readonly Live[], read: Reading) => { summary: string; text: string; of: readonly Live[] },
  ): NoticeKind {
    const above = async (live: readonly Live[], { tx, to, today }: Reading) => {
      const ids = live.map(({ signUp }) => signUp.personId)
      const situation = await loadSituation(tx, ids, today)
      return new Set(ids.filter((id) => approverOf(id, situation) === to.id))
    }
    return {
      kind: trainingKinds[name],
      title: { ja: ja.titles[name], en: en.titles[name] },
      priority: 2,
      ifUnknown: 'repeat',
      hours: 'working',
      async draw(tx, notices, to, now) {
        const read = await reading(tx, to, now)
        if (!read) return null
        const found = (await liveOnes(read, notices)).filter((each) => stillTrue(each, read))
        const theirs = await above(found, read)
        const live = found.filter(({ signUp }) => theirs.has(signUp.personId))
        if (live.length === 0) return null
        const people = await loadPeople(
          tx,
          live.map(({ signUp }) => signUp.personId),
          read.today,
        )
        const said = draw(live, read)
        const rows = said.of.map(({ signUp, course, session }): Row => {
          const person = people.get(signUp.personId)
          const who = person ? addressed(person, to.language) : signUpTexts(to.language).someone
          const when = session ? sessionTime(session, zone, to.language) : ''
          return { text: `${who}　${courseName(course, to.language)}`, ...(when && { detail: when }) }
        })
        const t = textsIn(to.language)
        const blocks: Block[] = [text(said.text), { type: 'list', rows: rows.slice(0, 20) }]
        if (rows.length > 20) blocks.push({ type: 'context', text: t.more(rows.length - 20) })
        return withObsolete(
          { summary: said.summary, blocks },
          notices,
          live.flatMap((each) => each.notices),
        )
      },
    }
  }
}

const text = (said: string): Block => ({ type: 'text', text: said })

const byStart = (a: Live, b: Live) =>
  (a.session?.startsAt.epochMilliseconds ?? 0) - (b.session?.startsAt.epochMilliseconds ?? 0)

const isAhead = ({ signUp, session, course }: Live, { now }: Reading): boolean =>
  signUp.status === 'confirmed' &&
  course.status !== 'cancelled' &&
  session?.status === 'planned' &&
  Temporal.Instant.compare(session.startsAt, now) > 0

function withObsolete(drawn: Drawn, all: readonly DueNotice[], told: readonly DueNotice[]): Part {
  const kept = new Set(told.map(({ id }) => id))
  const obsolete = all.map(({ id }) => id).filter((id) => !kept.has(id))
  return { ...drawn, ...(obsolete.length > 0 && { obsolete }) }
}

function rowOf({ course, session }: Live, { zone, to }: Reading, label: string): Row {
  const when = session ? sessionTime(session, zone, to.language) : ''
  return {
    text: courseName(course, to.language),
    ...(when && { detail: when }),
    button: { label, action: openCourse(course.id) },
  }
}

function list(
  live: readonly Live[],
  read: Reading,
  label: string,
  detail?: (live: Live, read: Reading) => string,
): Block {
  const rows = live.slice(0, mostRows).map((each): Row => {
    const said = detail?.(each, read)
    return { ...rowOf(each, read, label), ...(said && { detail: said }) }
  })
  return { type: 'list', rows }
}

const reasonLine = ({ signUp, course }: Live, { to }: Reading): string => {
  const t = textsIn(to.language)
  const reason = reasonWords(signUp.reason, to.language)
  return [reason ? t.because(reason) : '', t.closes(formatDate(course.closesOn, to.language))]
    .filter(Boolean)
    .join(' / ')
}

async function resultWords({ signUp, session }: Live, { tx, zone, to }: Reading): Promise<string> {
  const t = textsIn(to.language).result
  switch (signUp.status) {
    case 'confirmed':
      return session ? t.confirmed(sessionTime(session, zone, to.language)) : t.confirmedAnyTime
    case 'applied':
      return t.applied
    case 'waitlisted':
      return t.waitlisted(await waitlistPlace(tx, signUp))
    case 'declined':
      return t.declined(signUp.reasonGiven)
    case 'cancelled':
      return t.cancelled(signUpTexts(to.language).cancelledBecause[signUp.because])
    default:
      return t.nominated
  }
}

/** The session with its place and what one needs for it. */
function sessionBlocks({ signUp, course, session }: Live, { zone, to }: Reading): Block[] {
  if (!session) return []
  const t = textsIn(to.language)
  const s = signUpTexts(to.language)
  const place = sessionPlace(session, to.language)
  const buttons: (Button | LinkButton)[] = [
    { label: t.calendarEntry, action: { id: 'trainings.entry', data: { signUp: signUp.id } } },
    ...(course.materialsUrl ? [{ label: t.materialsButton, url: course.materialsUrl }] : []),
    ...(session.url ? [{ label: t.openUrl, url: session.url }] : []),
    { label: t.see, action: openCourse(course.id) },
  ]
  return [
    {
      type: 'facts',
      facts: [
        { label: courseName(course, to.language), value: sessionTime(session, zone, to.language) },
        ...(place ? [{ label: s.where, value: place }] : []),
      ],
    },
    { type: 'buttons', buttons },
  ]
}

function offerBlocks({ signUp, course, session }: Live, { zone, to }: Reading): Block[] {
  if (signUp.status !== 'offered' || !session) return []
  const t = textsIn(to.language)
  const s = signUpTexts(to.language)
  const last = signUp.offerUntil.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 })
  const data = { signUp: signUp.id, version: signUp.version }
  return [
    text(`${t.offer}${to.language === 'ja' ? '' : ' '}${t.offerUntil(formatDate(last, to.language))}`),
    {
      type: 'facts',
      facts: [{ label: courseName(course, to.language), value: sessionTime(session, zone, to.language) }],
    },
    {
      type: 'buttons',
      buttons: [
        { label: t.accept, style: 'primary', action: { id: 'trainings.accept', data } },
        { label: s.pass, action: { id: 'trainings.withdraw', data } },
      ],
    },
  ]
}

function dueBlocks({ signUp, course }: Live, { to, today }: Reading): Block[] {
  const t = textsIn(to.language)
  const deadline = course.deadline ?? course.closesOn
  const day = formatDate(deadline, to.language)
  const past = Temporal.PlainDate.compare(deadline, today) < 0
  return [
    {
      type: 'list',
      rows: [
        {
          text: courseName(course, to.language),
          detail: past ? t.duePast(day) : t.due(day),
          button: { label: t.see, action: openCourse(course.id) },
        },
      ],
    },
    ...(past ? [{ type: 'context', text: t.dueHelp } as const] : []),
    {
      type: 'buttons',
      buttons: [{ label: t.later, action: { id: 'trainings.later', data: { signUp: signUp.id } } }],
    },
  ]
}

type ReadFor = (tx: Tx, to: Recipient, now: Temporal.Instant) => Promise<Reading | null>

/** The approver's list: the same rows and buttons as on their own card. */
function approveKind({ zone }: Pick<Core, 'zone'>, reading: ReadFor): NoticeKind {
  return {
    kind: trainingKinds.approve,
    title: { ja: ja.titles.approve, en: en.titles.approve },
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const read = await reading(tx, to, now)
      if (!read) return null
      const ids = notices.map(({ subject }) => subjectId(subject))
      const signUps = await loadSignUps(tx, {
        id: { in: ids },
        status: 'awaiting_approval',
        approverId: to.id,
        course: { status: 'published' },
      })
      if (signUps.length === 0) return null
      const t = textsIn(to.language)
      const facts = await withFacts(tx, signUps.slice(0, mostRows), read.today)
      const { city } = await loadCalendars(tx)
      const ends = [...facts.courses.values()]
        .map((course) => approvalEnds(city, course))
        .toSorted(Temporal.PlainDate.compare)[0]
      const blocks: Block[] = [text(t.approve), ...approvalBlocks(facts, zone, to.language)]
      if (ends) blocks.push({ type: 'context', text: t.approveLast(formatDate(ends, to.language)) })
      if (signUps.length > mostRows) blocks.push({ type: 'context', text: t.more(signUps.length - mostRows) })
      const kept = new Set(signUps.map(({ id }) => id))
      return withObsolete(
        { summary: t.approveSummary, blocks },
        notices,
        notices.filter(({ subject }) => kept.has(subjectId(subject))),
      )
    },
  }
}

/** What a course says to whoever it is for: only while the window is open, only to who has not answered. */
function audienceKinds(core: Pick<Core, 'zone'>, reading: ReadFor): NoticeKind[] {
  const { zone } = core
  return (['open', 'closing'] as const).map((name) => ({
    kind: trainingKinds[name],
    title: { ja: ja.titles[name], en: en.titles[name] },
    priority: 2,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const read = await reading(tx, to, now)
      if (!read) return null
      const ids = notices.map(({ subject }) => subjectId(subject))
      const courses = await loadCourses(tx, { id: { in: ids }, status: 'published' })
      const answered = await tx.signUp.findMany({
        where: { courseId: { in: ids }, personId: to.id },
        select: { courseId: true },
      })
      const without = new Set(answered.map(({ courseId }) => courseId))
      const meant = await meantFor(tx, courses, to.id, read.today)
      const live = courses.filter(
        (course) =>
          meant.has(course.id) && !without.has(course.id) && windowOf(course, read.today) === 'open',
      )
      if (live.length === 0) return null
      const t = textsIn(to.language)
      const rows = live.slice(0, mostRows).map((course): Row => {
        const ahead = course.sessions.filter((session) => session.status === 'planned')
        const [only] = ahead
        const one = ahead.length <= 1 && (isFirstCome(course) || ahead.length === 1)
        const when = only && ahead.length === 1 ? sessionTime(only, zone, to.language) : ''
        return {
          text: courseName(course, to.language),
          detail: [when, t.closes(formatDate(course.closesOn, to.language))].filter(Boolean).join(' / '),
          button: one
            ? { label: t.apply, action: { id: 'trainings.apply', data: { course: course.id } } }
            : { label: t.see, action: openCourse(course.id) },
        }
      })
      const blocks: Block[] = [text(name === 'open' ? t.open : t.closing), { type: 'list', rows }]
      if (live.length > mostRows) blocks.push({ type: 'context', text: t.more(live.length - mostRows) })
      const kept = new Set(live.map(({ id }) => id))
      const summary = name === 'open' ? t.openSummary : t.closingSummary
      return withObsolete(
        { summary, blocks },
        notices,
        notices.filter(({ subject }) => kept.has(subjectId(subject))),
      )
    },
  }))
}
