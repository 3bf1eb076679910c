// メンター・引継ぎ: people who help each other on, matched and followed through a programme.
import { z } from 'zod'
import { toDbInstant } from '../../db/time.ts'
import { action, replaceWith, say } from '../../intake/handler.ts'
import { everybody } from '../../intake/permissions.ts'
import type { Core, Feature } from '../feature.ts'
import { working } from './common.ts'
import { following } from './follow.ts'
import { guestsOfProgramme } from './handlers-guests.ts'
import { mineHandlers } from './handlers-mine.ts'
import { pairHandlers } from './handlers-pairs.ts'
import { programmeHandlers } from './handlers-programme.ts'

export { sealAnswer } from './answer.ts'

import { drawHome, homeItems } from './home.ts'
import { noticeKinds, titles } from './notices.ts'
import { idOf } from './plan.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

export function mentoring(core: Core): Feature {
  const [programmes, pairs, mine] = [programmeHandlers(core), pairHandlers(core), mineHandlers(core)]
  const guests = guestsOfProgramme(core)
  const home = { id: 'mentoring.home', data: {} }
  return {
    name: 'mentoring',
    title: titles,
    guests: true,
    notices: noticeKinds(core),
    commands: [
      {
        id: 'mentoring.home',
        phrases: {
          ja: ['メンター', 'メンタリング', 'メンター制度', '引継ぎ相手'],
          en: ['mentor', 'mentoring', 'mentors'],
        },
        help: { ja: ja.help, en: en.help },
        permission: everybody,
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
        permission: everybody,
        data: z.object({}),
        handle: (ask) => working(core, async (tx) => replaceWith(await drawHome(core, tx, ask), home)),
      }),
      ...programmes.actions,
      ...pairs.actions,
      ...mine.actions,
      ...guests.actions,
    },
    forms: { ...programmes.forms, ...pairs.forms, ...mine.forms, ...guests.forms },
    on: following(core),
    resting: async (tx, { from, to }, { language, now }) => {
      const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
      const meetings = await tx.booking.groupBy({
        by: ['subject'],
        where: {
          subject: { startsWith: 'mentoring.meeting:' },
          status: 'booked',
          AND: [{ startsAt: { gte: at(from), lt: at(to) } }, { startsAt: { gt: toDbInstant(now) } }],
        },
      })
      return meetings.length > 0 ? [textsIn(language).resting(meetings.length)] : []
    },
    bookings: async (tx, subjects, { language }) => {
      const meetings = subjects.filter(
        (subject) => subject.startsWith('mentoring.meeting:') && idOf(subject) > 0,
      )
      const pairs = await tx.mentoringPair.findMany({
        where: { id: { in: meetings.map(idOf) } },
        select: { id: true, programme: { select: { name: true } } },
      })
      const names = new Map(pairs.map(({ id, programme }) => [id, programme.name]))
      return new Map(
        meetings.flatMap((subject) => {
          const name = names.get(idOf(subject))
          return name === undefined
            ? []
            : [[subject, { summary: textsIn(language).introduction.booking(name) }]]
        }),
      )
    },
    home: (ask) => homeItems(core, ask),
  }
}
