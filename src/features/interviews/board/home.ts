// My next things about interviews, for Home.
import { fromDbDate, toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Ask, HomeItem } from '../../../intake/handler.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { openAction } from '../booking/show.ts'
import { nameOf } from '../booking/texts.ts'
import { loadViews } from '../booking/view.ts'
import { whenOf } from '../booking/views.ts'
import { disclosures } from '../disclosure.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { openOwn } from './mine.ts'
import { running } from './running.ts'
import { isOver } from './state-words.ts'
import { textsIn } from './texts.ts'

/** Meetings that a conductor sees on Home: the next ones. */
const mostMeetings = 5

type Booked = Interview & { readonly status: 'booked' }
const isBooked = (interview: Interview): interview is Booked => interview.status === 'booked'

export async function boardHome(core: Core, ask: Ask): Promise<readonly HomeItem[]> {
  return inTransaction(core.db, async (tx) => [
    ...(await own(core, tx, ask)),
    ...(await disclosed(core, tx, ask)),
    ...(await conducted(core, tx, ask)),
    ...(await waitingOfMine(core, tx, ask)),
  ])
}

/** From the disclosure to the last day of complaint: when, and where; what about is nobody's here. */
async function disclosed(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const { today, language } = ask
  const mine = await loadInterviews(
    tx,
    {
      personId: ask.actor.id,
      status: { notIn: ['exempt', 'cancelled'] },
      step: {
        status: 'open',
        disclosedOn: { lte: toDbDate(today), gt: toDbDate(today.subtract({ days: 90 })) },
        cycle: { status: { in: ['open', 'closed'] } },
      },
    },
    today,
  )
  const shown = await disclosures(
    tx,
    mine.map((each) => each.step?.disclosedOn),
  )
  return mine.flatMap((each): HomeItem[] => {
    const on = each.step?.disclosedOn
    if (!shown || !on) return []
    const { until, desk } = shown(on)
    if (Temporal.PlainDate.compare(until, today) < 0) return []
    const t = textsIn(language)
    return [
      {
        at: endOf(until, core.zone),
        text: t.homeDisclosed(nameOf(each, language), formatDate(on, language)),
        detail: t.homeComplaint(formatDate(until, language), desk[language]),
        button: { label: t.see, action: openAction(each.id) },
      },
    ]
  })
}

const endOf = (day: Temporal.PlainDate, zone: string) =>
  day.toZonedDateTime({ timeZone: zone, plainTime: '17:00' }).toInstant()

async function meetingItems(core: Core, tx: Tx, found: readonly Booked[], ask: Ask): Promise<HomeItem[]> {
  const { actor, language, now, today } = ask
  const t = textsIn(language)
  const other = (each: Booked) => (each.personId === actor.id ? each.meeting.conductorId : each.personId)
  const people = await loadPeople(tx, found.map(other), today)
  // One meeting may serve interviews of two cycles: it is one thing to go to.
  const once = [...Map.groupBy(found, ({ meeting }) => meeting.id).values()].flatMap(([first]) => first ?? [])
  return once.flatMap((each): HomeItem[] => {
    const person = people.get(other(each))
    const who = person ? addressed(person, language) : t.someone
    const names = found.flatMap((one) => (one.meeting.id === each.meeting.id ? [nameOf(one, language)] : []))
    const name = names.join(language === 'ja' ? '・' : ' / ')
    const button = { label: t.see, action: openAction(each.id) }
    if (!isOver(each.meeting.endsAt, now))
      return [
        {
          at: each.meeting.startsAt,
          text: t.homeBooked(name, who),
          detail: [whenOf(each.meeting, core.zone, language), each.meeting.place].filter(Boolean).join(' '),
          button,
        },
      ]
    const answered = each.meeting.answers.some(({ personId }) => personId === actor.id)
    return answered ? [] : [{ at: each.meeting.endsAt, text: t.homeAsk(name), detail: who, button }]
  })
}

async function own(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const { language, today, now } = ask
  const t = textsIn(language)
  const mine = await openOwn(tx, ask.actor.id, ask)
  const waiting = mine.filter(
    (each) =>
      each.status === 'waiting' && (!each.step || Temporal.PlainDate.compare(each.step.opensOn, today) <= 0),
  )
  const views = await loadViews(tx, waiting, ask.actor, core.zone, now)
  return [
    ...(await meetingItems(core, tx, mine.filter(isBooked), ask)),
    ...waiting.flatMap((each): HomeItem[] => {
      const { slots = 0, arrangement = null } = views.get(each.id) ?? {}
      // The arrangement itself asks for what suits.
      if (slots === 0 && arrangement && !arrangement.answered) return []
      const name = nameOf(each, language)
      return [
        {
          at: endOf(each.deadline, core.zone),
          text: slots > 0 ? t.homePick(name) : arrangement ? t.homeSettling(name) : t.homeWaiting(name),
          button: { label: t.see, action: openAction(each.id) },
        },
      ]
    }),
  ]
}

/** What a conductor has before them: the next meetings, and those whose outcome they have not said. */
async function conducted(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const ahead = { conductorId: ask.actor.id, status: 'booked' }
  const where = { status: 'booked', ...running }
  const next = await loadInterviews(
    tx,
    {
      ...where,
      meeting: { ...ahead, endsAt: { gt: toDbInstant(ask.now) } },
    },
    ask.today,
  )
  const over = await loadInterviews(
    tx,
    {
      ...where,
      meeting: {
        ...ahead,
        endsAt: { lte: toDbInstant(ask.now) },
        confirmations: { none: { personId: ask.actor.id } },
      },
    },
    ask.today,
  )
  const soonest = next
    .filter(isBooked)
    .toSorted((a, b) => Temporal.Instant.compare(a.meeting.startsAt, b.meeting.startsAt))
    .slice(0, mostMeetings)
  return meetingItems(core, tx, [...soonest, ...over.filter(isBooked).slice(0, mostMeetings)], ask)
}

/** How many of each open step still have no date with this conductor. */
async function waitingOfMine(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const { actor, language, today } = ask
  const t = textsIn(language)
  const day = today.toString()
  const rows = await tx.$queryRaw<
    { id: number; name: string; name_en: string; deadline: Date; count: number }[]
  >`
    SELECT s.id, s.name, s.name_en, min(i.deadline) AS deadline, count(*)::int AS count
    FROM participant p JOIN interview i ON i.id = p.interview_id
    JOIN step s ON s.id = i.step_id JOIN cycle c ON c.id = s.cycle_id
    WHERE p.person_id = ${actor.id} AND p.role = 'conductor' AND p.from_on <= ${day}::date
      AND (p.to_on IS NULL OR p.to_on > ${day}::date)
      AND i.status = 'waiting' AND s.status = 'open' AND c.status = 'open' AND s.opens_on <= ${day}::date
    GROUP BY s.id ORDER BY 4, 1`
  return rows.map((row) => ({
    at: endOf(fromDbDate(row.deadline), core.zone),
    text: t.homeTeam(language === 'ja' ? row.name : row.name_en || row.name, row.count),
    button: { label: t.see, action: { id: 'interviews.team', data: { step: row.id } } },
  }))
}
