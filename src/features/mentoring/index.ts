// メンター・引継ぎ: people who help each other on, matched and followed through a programme.
import { z } from 'zod'
import { fromDbDate, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { action, type HomeItem, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import type { Core, Feature } from '../feature.ts'
import { activate, endOfThoseWhoLeft } from './change.ts'
import { working } from './common.ts'
import { mineHandlers } from './handlers-mine.ts'
import { pairHandlers } from './handlers-pairs.ts'
import { closeProgramme, programmeHandlers } from './handlers-programme.ts'
import { drawHome } from './home.ts'
import { takesAnswers } from './mine.ts'
import { noticeKinds, titles } from './notices.ts'
import { idOf } from './plan.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

/** Silence is acceptance, a programme ends with its last day, and whoever has left is nobody's partner. */
async function openDay(core: Core, tx: Tx, on: Temporal.PlainDate, now: Temporal.Instant): Promise<void> {
  await endOfThoseWhoLeft(core, tx, on, now)
  const silent = await tx.mentoringPair.findMany({
    where: { status: 'offered', acceptBy: { lt: toDbDate(on) } },
  })
  if (silent.length > 0) await activate(core, tx, silent, on, now)
  const over = await tx.mentoringProgramme.findMany({
    where: { status: { in: ['sign_up', 'running'] }, endsOn: { lt: toDbDate(on) } },
    select: { id: true },
  })
  for (const { id } of over) await closeProgramme(core, tx, id, on, now)
}

export function mentoring(core: Core): Feature {
  const [programmes, pairs, mine] = [programmeHandlers(core), pairHandlers(core), mineHandlers(core)]
  const home = { id: 'mentoring.home', data: {} }
  return {
    name: 'mentoring',
    title: titles,
    notices: noticeKinds(core),
    commands: [
      {
        id: 'mentoring.home',
        phrases: {
          ja: ['メンター', 'メンタリング', 'メンター制度', '引継ぎ相手'],
          en: ['mentor', 'mentoring', 'mentors'],
        },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        handle: (ask) => working(core, async (tx) => say(await drawHome(core, tx, ask), home)),
      },
    ],
    questions: [
      { command: 'mentoring.home', all: [/メンター|メンティ/] },
      { command: 'mentoring.home', all: [/mentor|mentee/] },
    ],
    actions: {
      'mentoring.home': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) => working(core, async (tx) => replaceWith(await drawHome(core, tx, ask), home)),
      }),
      ...programmes.actions,
      ...pairs.actions,
      ...mine.actions,
    },
    forms: { ...programmes.forms, ...pairs.forms, ...mine.forms },
    on: async (event, tx, now) => {
      const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
      switch (event.type) {
        case 'day-opened':
          return openDay(core, tx, event.on, now)
        case 'people-changed':
          return endOfThoseWhoLeft(core, tx, today, now, event.personIds)
        case 'transfer-effective':
        case 'absence-changed':
          return
        default:
          return event satisfies never
      }
    },
    bookings: async (_, subjects, { language }) =>
      new Map(
        subjects
          .filter((subject) => subject.startsWith('mentoring.meeting:') && idOf(subject) > 0)
          .map((subject) => [subject, { summary: textsIn(language).introduction.bookingText }]),
      ),
    home: async (ask): Promise<HomeItem[]> => {
      const { prisma } = core.db
      const t = textsIn(ask.language)
      const at = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: core.zone }).toInstant()
      const members = await prisma.mentoringMember.findMany({
        where: { personId: ask.actor.id, status: 'asked' },
        include: { programme: true },
        take: 3,
      })
      const offers = await prisma.mentoringPair.findMany({
        where: {
          status: 'offered',
          OR: [
            { menteeId: ask.actor.id, menteeAccepted: false },
            { mentorId: ask.actor.id, mentorAccepted: false },
          ],
        },
        include: { programme: { select: { name: true } } },
        take: 3,
      })
      return [
        ...members.flatMap(({ programme }) =>
          programme.signUpUntil && takesAnswers(programme, ask.today)
            ? [
                {
                  at: at(fromDbDate(programme.signUpUntil)),
                  text: t.signUp.home(programme.name),
                  button: { label: t.open, action: home },
                },
              ]
            : [],
        ),
        ...offers.map(({ programme, acceptBy }) => ({
          at: acceptBy && at(fromDbDate(acceptBy)),
          text: t.offer.home(programme.name),
          button: { label: t.open, action: home },
        })),
      ]
    },
  }
}
