// What a sign-up wants told, to whom and when: a pure function of the present. Delivery reconciles it by key.
import type { WantedNotice } from '../../../delivery/notice.ts'
import {
  HolidaysUnknownError,
  type WorkingCalendar,
  workingDayOnOrAfter,
  workingDaysFrom,
} from '../../../kernel/calendar.ts'
import { approvalEnds } from '../sign-up/waitlist.ts'
import type { Course, Session, SignUp } from '../state.ts'

export const trainingKinds = {
  open: 'trainings.open',
  closing: 'trainings.closing',
  choose: 'trainings.choose',
  approve: 'trainings.approve',
  result: 'trainings.result',
  offer: 'trainings.offer',
  coming: 'trainings.coming',
  soon: 'trainings.soon',
  materials: 'trainings.materials',
  changed: 'trainings.changed',
  due: 'trainings.due',
  away: 'trainings.away',
  makeTime: 'trainings.make-time',
} as const

/** A sign-up with what its reminders depend on. */
export interface Matter {
  readonly signUp: SignUp
  readonly course: Course
  /** Who is above the person now, to be told who is away when; null: nobody is known. */
  readonly supervisorId: number | null
  calendarOf(personId: number): WorkingCalendar
}

export interface Moment {
  readonly zone: string
  readonly now: Temporal.Instant
  /** Working days after the deadline on which a supervisor is asked to make time; null: only HR's button does. */
  readonly escalateAfter: number | null
}

/** When the day's reminders go out; the interviews' go out then too, so that they become one message. */
export const morningTime = Temporal.PlainTime.from('08:45')

/** Working days around a deadline on which whoever has not finished is reminded. */
const chaseDays = [-10, -5, -1, 1, 5, 10] as const
/** A duty stays one: it is asked for until it is done, ever less often, until the next year's course takes its place. */
const dutyDays = [...chaseDays, 20, 40, 60, 100, 140, 180, 220] as const
/** Working days before the window closes on which whoever was nominated and has not chosen is reminded. */
const chooseDays = [-5, -1] as const
const comingDays = [-7, -1] as const

/** Whether anybody is told of this state by itself; of the others nothing needs to be known. */
export const wantsSomething = ({ status }: Pick<SignUp, 'status'>): boolean =>
  status === 'nominated' || status === 'awaiting_approval' || status === 'offered' || status === 'confirmed'

export function wantedOf(matter: Matter, moment: Moment): WantedNotice[] {
  const { signUp, course } = matter
  if (course.status === 'draft' || course.status === 'cancelled') return []
  switch (signUp.status) {
    case 'nominated':
      return [...choosing(matter, moment), ...chasing(matter, moment)]
    case 'awaiting_approval':
      return signUp.approverId === null ? [] : approving(matter, signUp.approverId, moment)
    case 'offered':
      return offering(matter, signUp.offerUntil, moment)
    case 'confirmed': {
      const session = course.sessions.find(({ id }) => id === signUp.sessionId)
      return session ? attending(matter, session, moment) : chasing(matter, moment)
    }
    case 'applied':
    case 'waitlisted':
    case 'declined':
    case 'cancelled':
    case 'attended':
    case 'partly':
    case 'absent':
    case 'completed':
      return []
    default:
      return signUp satisfies never
  }
}

const morning = (day: Temporal.PlainDate, zone: string): Temporal.Instant =>
  day.toZonedDateTime({ timeZone: zone, plainTime: morningTime }).toInstant()

function onOrAfter(calendar: WorkingCalendar, date: Temporal.PlainDate): Temporal.PlainDate {
  try {
    return workingDayOnOrAfter(calendar, date)
  } catch (error) {
    if (!(error instanceof HolidaysUnknownError)) throw error
    return workingDayOnOrAfter({ ...calendar, observesHolidays: false }, date)
  }
}

/** Reminders to the person, so many working days from a day by their own calendar; quiet while they asked for quiet. */
function toPerson(
  { signUp, calendarOf }: Matter,
  { zone }: Pick<Moment, 'zone'>,
  kind: string,
  day: Temporal.PlainDate,
  days: readonly number[],
): WantedNotice[] {
  const calendar = calendarOf(signUp.personId)
  return days.flatMap((n) => {
    const on = workingDaysFrom(calendar, day, n)
    if (signUp.quietUntil && Temporal.PlainDate.compare(on, signUp.quietUntil) < 0) return []
    return [
      {
        kind,
        recipientId: signUp.personId,
        rung: n > 0 ? `+${n}` : String(n),
        anchor: day.toString(),
        dueAt: morning(on, zone),
      },
    ]
  })
}

/** Whoever was nominated is told at once, with the reason, and chooses within the window. */
function choosing(matter: Matter, moment: Moment): WantedNotice[] {
  const { signUp, course } = matter
  const { zone, now } = moment
  const opens = morning(course.opensOn, zone)
  const told: WantedNotice = {
    kind: trainingKinds.choose,
    recipientId: signUp.personId,
    rung: 'told',
    // A session that was given back or cancelled asks again.
    anchor: `v${signUp.version}`,
    dueAt: Temporal.Instant.compare(opens, now) > 0 ? opens : now,
    detail: { first: true },
  }
  return [told, ...toPerson(matter, moment, trainingKinds.choose, course.closesOn, chooseDays)]
}

/** Until it is done, and beyond the deadline: mandatory courses and what is done at one's own time. */
function chasing(matter: Matter, moment: Moment): WantedNotice[] {
  const { signUp, course, supervisorId } = matter
  const deadline = course.deadline ?? (signUp.mandatory ? course.closesOn : null)
  if (!deadline) return []
  const days = signUp.mandatory ? dutyDays : chaseDays
  // Where it is the window that ends, whoever is to choose a date is reminded of that until then.
  const chooses = signUp.status === 'nominated' && course.deadline === null
  const rungs = chooses ? days.filter((n) => n > 0) : days
  const reminders = toPerson(matter, moment, trainingKinds.due, deadline, rungs)
  if (!signUp.mandatory || supervisorId === null || moment.escalateAfter === null) return reminders
  const on = workingDaysFrom(matter.calendarOf(supervisorId), deadline, moment.escalateAfter)
  return [
    ...reminders,
    {
      kind: trainingKinds.makeTime,
      recipientId: supervisorId,
      rung: `+${moment.escalateAfter}`,
      anchor: deadline.toString(),
      dueAt: morning(on, moment.zone),
    },
  ]
}

/** The approver is asked at once, again two working days later, and a day before it is too late. */
function approving(
  { signUp, course, calendarOf }: Matter,
  approverId: number,
  { zone, now }: Moment,
): WantedNotice[] {
  const calendar = calendarOf(approverId)
  const asked = (signUp.appliedAt ?? now).toZonedDateTimeISO(zone).toPlainDate()
  const ends = approvalEnds(calendar, course)
  const rung = (name: string, dueAt: Temporal.Instant): WantedNotice => ({
    kind: trainingKinds.approve,
    recipientId: approverId,
    rung: name,
    anchor: name === '-1' ? ends.toString() : asked.toString(),
    dueAt,
  })
  return [
    rung('ask', now),
    rung('+2', morning(workingDaysFrom(calendar, asked, 2), zone)),
    rung('-1', morning(workingDaysFrom(calendar, ends, -1), zone)),
  ]
}

/** A seat became free: asked at once, and on the last morning. */
function offering({ signUp }: Matter, until: Temporal.Instant, { zone, now }: Moment): WantedNotice[] {
  const last = until.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 })
  const rung = (name: string, dueAt: Temporal.Instant): WantedNotice => ({
    kind: trainingKinds.offer,
    recipientId: signUp.personId,
    rung: name,
    anchor: until.toString(),
    dueAt,
  })
  return [rung('ask', now), rung('last', morning(last, zone))]
}

/** Seven and one working days before, an hour before; and the supervisor in the week before. */
function attending(matter: Matter, session: Session, moment: Moment): WantedNotice[] {
  const { signUp, supervisorId, calendarOf } = matter
  const { zone, now } = moment
  if (session.status !== 'planned') return []
  const day = session.startsAt.toZonedDateTimeISO(zone).toPlainDate()
  const notices = toPerson(matter, moment, trainingKinds.coming, day, comingDays)
  notices.push({
    kind: trainingKinds.soon,
    recipientId: signUp.personId,
    rung: '-1h',
    anchor: session.startsAt.toString(),
    dueAt: session.startsAt.subtract({ hours: 1 }),
  })
  if (supervisorId === null) return notices
  const calendar = calendarOf(supervisorId)
  // All who are away in one week are told of in one message on the Monday of the week before.
  const monday = morning(onOrAfter(calendar, day.subtract({ days: day.dayOfWeek - 1 + 7 })), zone)
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const late = morning(onOrAfter(calendar, today.add({ days: 1 })), zone)
  const dueAt = Temporal.Instant.compare(monday, now) >= 0 ? monday : late
  if (Temporal.Instant.compare(dueAt, session.startsAt) < 0)
    notices.push({
      kind: trainingKinds.away,
      recipientId: supervisorId,
      rung: 'week',
      anchor: session.startsAt.toString(),
      dueAt,
    })
  return notices
}
