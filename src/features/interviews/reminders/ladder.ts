// The reminder rule of interviews: what is wanted to be told, to whom, when. Pure: the same facts, the same notices.
import type { WantedNotice } from '../../../delivery/notice.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import type { Due, DueTimes } from './due.ts'
import { actingConductors, askedOn, type Matter, type PeopleFacts, turnAt } from './matter.ts'
import type { Ladder } from './settings.ts'

/** The kinds that the ladder plans; drawn in `kinds.ts`. */
export const ladderKinds = {
  /** To the conductor: hours are to be offered, or a proposed timetable to be settled. */
  offer: 'interviews.offer',
  /** To the staff member: an hour is to be picked, an arrangement answered; or, as `opens`, the season has come. */
  pick: 'interviews.pick',
  /** To both on the morning of the day. */
  upcoming: 'interviews.upcoming',
  /** To both, separately: how did it go? */
  ask: 'interviews.ask',
  /** To HR: whom to telephone. */
  phone: 'interviews.phone',
  /** To the holder, the working day before a superior hears of it. */
  superiorSoon: 'interviews.superior-soon',
  /** To the superior. */
  superior: 'interviews.superior',
} as const

export interface LadderContext {
  readonly ladder: Ladder
  readonly people: PeopleFacts
  readonly due: DueTimes
  readonly now: Temporal.Instant
}

const before = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0
const signed = (days: number) => (days > 0 ? `+${days}` : `${days}`)

/** Everything that should still be told of one interview as the facts stand; past moments are the planner's to drop. */
export function wantedNotices(matter: Matter, context: LadderContext): WantedNotice[] {
  if (!matter.running) return []
  switch (matter.status) {
    case 'waiting':
      return waiting(matter, context)
    case 'booked':
      return booked(matter, context)
    case 'held':
    case 'unclear':
    case 'suspended':
    case 'exempt':
    case 'cancelled':
      return []
    default:
      return matter.status satisfies never
  }
}

/** When a rung falls for a person, by their own calendar. */
type DueOf = (personId: number) => Due

function waiting(matter: Matter, context: LadderContext): WantedNotice[] {
  const { ladder, people, due, now } = context
  const wanted: WantedNotice[] = []
  const anchor = `${matter.deadline}.${matter.generation}`
  const add = (kind: string, recipientId: number, rung: string, at: Due, detail = {}, from = anchor) =>
    wanted.push({ kind, recipientId, rung, anchor: from, dueAt: at.at, detail })
  const quiet = ({ day }: Due) =>
    (matter.quietUntil !== null && before(day, matter.quietUntil)) ||
    (matter.askedUntil !== null && !before(matter.askedUntil, day))

  /** Tells whoever holds the matter up at that time; HR, where nobody at work can act for the conductor. */
  const tellHolder = (rung: string, dueOf: DueOf) => {
    for (const [id, at, kind] of holders(matter, people, dueOf)) if (!quiet(at)) add(kind, id, rung, at)
  }

  for (const { days, who } of ladder.rungs) {
    const dueOf: DueOf = (id) => due.from(askedOn(people, id), matter.deadline, days)
    switch (who) {
      case 'holder':
        tellHolder(signed(days), dueOf)
        break
      case 'hr-phone':
        for (const [id, at] of atWork(people.hrOf(matter.personId), people, dueOf))
          if (turnAt(matter, at.at, at.day)) add(ladderKinds.phone, id, `phone${signed(days)}`, at)
        break
      case 'superior': {
        // Both may hold it up, each on their own working days; the superior of both hears of it once.
        const told = new Set<number>()
        for (const [holder, soon, kind] of holders(matter, people, (id) =>
          due.from(askedOn(people, id), matter.deadline, days - 1),
        )) {
          if (kind === ladderKinds.phone) continue
          const superior = people.superiorOf(holder)
          if (superior === null || superior === matter.personId || quiet(soon)) continue
          for (const [id, at] of atWork([superior], people, dueOf)) {
            // The person hears of it first, or the superior does not hear of it.
            if (Temporal.Instant.compare(soon.at, at.at) >= 0 || Temporal.Instant.compare(soon.at, now) <= 0)
              continue
            if (!turnAt(matter, at.at, at.day)) continue
            add(ladderKinds.superiorSoon, holder, signed(days), soon)
            if (!told.has(id)) add(ladderKinds.superior, id, signed(days), at)
            told.add(id)
          }
        }
        break
      }
      default:
        who satisfies never
    }
  }
  if (matter.quietUntil) {
    const until = matter.quietUntil
    tellHolder(`again-${until}`, (id) => due.onOrAfter(askedOn(people, id), until))
  }
  opening(matter, context, add)
  answering(matter, context, add)
  return wanted
}

type Add = (
  kind: string,
  recipientId: number,
  rung: string,
  at: Due,
  detail?: Record<string, string | number | boolean>,
  from?: string,
) => void

/**
 * One notice when the step opens: that hours can be offered now, that the season has come. Who comes in after the
 * opening hears it the next morning, unless the ladder itself is already speaking.
 */
function opening(matter: Matter, { ladder, people, due, now }: LadderContext, add: Add): void {
  const first = Math.min(0, ...ladder.rungs.filter(({ who }) => who === 'holder').map(({ days }) => days))
  const dueOf: DueOf = (id) => {
    const on = (calendar: WorkingCalendar) => {
      const opens = matter.opensOn && due.onOrAfter(calendar, matter.opensOn)
      return opens && Temporal.Instant.compare(opens.at, now) > 0 ? opens : due.nextMorning(calendar, now)
    }
    // Where the assembly takes the whole window, its opening alone is told during it.
    const asked = on(askedOn(people, id))
    return before(matter.deadline, asked.day) ? on(people.calendarOf(id)) : asked
  }
  const from = `${matter.opensOn ?? 'open'}.${matter.generation}`
  const early = (id: number, { day }: Due) => {
    const speaks = due.from(askedOn(people, id), matter.deadline, first).day
    // The assembly has moved the ladder's beginning to before the window: the opening speaks instead.
    const silent = askedOn(people, id) !== people.calendarOf(id) && before(speaks, matter.opensOn ?? speaks)
    return before(day, speaks) || (silent && !before(matter.deadline, day))
  }
  for (const [id, at, kind] of holders(matter, people, dueOf))
    if (kind === ladderKinds.offer && early(id, at)) add(kind, id, 'opens', at, { opens: true }, from)
  for (const [id, at] of atWork([matter.personId], people, dueOf))
    if (turnAt(matter, at.at, at.day) && early(id, at))
      add(ladderKinds.pick, id, 'opens', at, { opens: true }, from)
}

/** Who has not yet marked what suits hears of it the day before and on the day until which answers are collected. */
function answering(matter: Matter, { people, due }: LadderContext, add: Add): void {
  const { arrangement } = matter
  if (arrangement?.status !== 'collecting' || arrangement.answered) return
  const from = `${arrangement.answerBy}.${matter.generation}`
  for (const days of [-1, 0]) {
    const dueOf: DueOf = (id) => due.from(askedOn(people, id), arrangement.answerBy, days)
    for (const [id, at, kind] of holders(matter, people, dueOf)) {
      if (kind !== ladderKinds.pick || (matter.quietUntil && before(at.day, matter.quietUntil))) continue
      add(kind, id, `answer${days}`, at, {}, from)
    }
  }
}

function booked(matter: Matter, { ladder, people, due }: LadderContext): WantedNotice[] {
  const { meeting } = matter
  if (!meeting) return []
  const wanted: WantedNotice[] = []
  const anchor = `${meeting.startsAt}.${matter.generation}`
  const both = [...new Set([matter.personId, meeting.conductorId])]
  const startDay = meeting.startsAt.toZonedDateTimeISO(due.zone).toPlainDate()
  const endDay = meeting.endsAt.toZonedDateTimeISO(due.zone).toPlainDate()
  const add = (kind: string, rung: string, recipientId: number, { at }: Due, detail = {}) =>
    wanted.push({ kind, recipientId, rung, anchor, dueAt: at, detail })

  if (ladder.upcoming)
    for (const [id, at] of atWork(both, people, (person) => {
      const calendar = people.calendarOf(person)
      const morning = due.from(calendar, startDay, 0)
      // An interview before the ladder's hour is told of the working day before.
      return Temporal.Instant.compare(morning.at, meeting.startsAt) < 0
        ? morning
        : due.from(calendar, startDay, -1)
    }))
      if (Temporal.Instant.compare(at.at, meeting.startsAt) < 0) add(ladderKinds.upcoming, 'day', id, at)

  // The staff member is asked as the interview ends; who conducts several that day is asked once, in the evening, and
  // of what ends later than that with the next morning's message.
  const asked: DueOf = (person) => {
    const calendar = people.calendarOf(person)
    return person === matter.personId
      ? due.next(calendar, meeting.endsAt)
      : due.evening(calendar, meeting.endsAt)
  }
  for (const [id, at] of atWork(both, people, asked))
    if (!meeting.answeredBy.includes(id)) add(ladderKinds.ask, 'ask', id, at)
  for (const days of ladder.askAgain)
    for (const [id, at] of atWork(both, people, (person) =>
      // Counted from the day of the question, which after a late interview is the next morning.
      due.from(people.calendarOf(person), asked(person).day, days),
    )) {
      const quiet = matter.quietUntil !== null && before(at.day, matter.quietUntil)
      // A calendar may count the evening of a closed day back to the day before: never again before the question.
      const over = Temporal.Instant.compare(at.at, asked(id).at) > 0
      if (!meeting.answeredBy.includes(id) && !quiet && over)
        add(ladderKinds.ask, `ask+${days}`, id, at, { again: true })
    }
  const { quietUntil } = matter
  if (quietUntil && before(endDay, quietUntil))
    for (const [id, at] of atWork(both, people, (person) =>
      due.onOrAfter(people.calendarOf(person), quietUntil),
    ))
      if (!meeting.answeredBy.includes(id))
        add(ladderKinds.ask, `again-${quietUntil}`, id, at, { again: true })
  return wanted
}

/** Those at work on the day it falls for them. */
function atWork(ids: readonly number[], people: PeopleFacts, dueOf: DueOf): (readonly [number, Due])[] {
  return ids.map((id) => [id, dueOf(id)] as const).filter(([id, at]) => !people.awayOn(id, at.day))
}

/**
 * Who holds the matter up at their own due time, and with which kind they are told. Nobody while the staff member is
 * away: there is nobody to meet.
 */
function holders(matter: Matter, people: PeopleFacts, dueOf: DueOf): (readonly [number, Due, string])[] {
  const there = ({ day }: Due) => !people.awayOn(matter.personId, day)
  const told = atWork([matter.personId], people, dueOf)
    .filter(([, at]) => ['pick', 'answer'].includes(turnAt(matter, at.at, at.day) ?? ''))
    .map(([id, at]) => [id, at, ladderKinds.pick] as const)
  const toOffer = (ids: readonly number[], kind: string) =>
    atWork(ids, people, dueOf)
      .filter(([, at]) => there(at) && turnAt(matter, at.at, at.day) === 'offer')
      .map(([id, at]) => [id, at, kind] as const)
  const conductors = actingConductors(matter, people, (id) => dueOf(id).day)
  return [
    ...told,
    ...(conductors.length > 0
      ? toOffer(conductors, ladderKinds.offer)
      : toOffer(people.hrOf(matter.personId), ladderKinds.phone)),
  ]
}
