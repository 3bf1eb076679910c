// 「メンター」: what concerns the reader, first as a participant, then as somebody who runs programmes.
import type { Block, Card, Row } from '../../cards/card.ts'
import { fromDbDate, fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { loadAbsences } from '../../directory/load.ts'
import type { Ask, HomeItem } from '../../intake/handler.ts'
import { formatDate, formatDateTime } from '../../kernel/format.ts'
import type { Core } from '../feature.ts'
import { mayRun, runnerOf } from './access.ts'
import { type MyPair, mineBlocks, myPairs, openQuestions, takesAnswers } from './mine.ts'
import { openTo } from './offers.ts'
import { roundDays, togetherFrom } from './plan.ts'
import { stateOf } from './scene.ts'
import { textsIn } from './texts.ts'
import { meetingOf } from './times.ts'
import { bold, buttons, card, notes, periodOf, showPair, showProgramme, showProposal, text } from './views.ts'

/** The latest programmes that a page can hold; older ones have ended. */
const mostProgrammes = 20

export async function drawHome(core: Core, tx: Tx, ask: Ask, lines?: readonly string[]): Promise<Card> {
  const t = textsIn(ask.language)
  const mine = await mineBlocks(core, tx, ask)
  const { access } = await runnerOf(tx, ask.actor, ask.today)
  const runs = access.home !== undefined && !ask.actor.guest
  const programmes = runs
    ? (await tx.mentoringProgramme.findMany({ orderBy: { id: 'desc' } })).filter((each) =>
        mayRun(access, each),
      )
    : []
  const rows = programmes.slice(0, mostProgrammes).map(
    (programme): Row => ({
      text: programme.name,
      detail: `${t.statuses[programme.status as keyof typeof t.statuses]} ${periodOf(stateOf(programme), ask.language)}`,
      button: { label: t.open, action: showProgramme(programme.id) },
    }),
  )
  const running: Block[] = runs
    ? [
        ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : [text(t.noneRun)]),
        buttons({
          label: t.create,
          ...(mine.length === 0 && { style: 'primary' as const }),
          action: { id: 'mentoring.edit', data: {} },
        }),
      ]
    : []
  return card(ask.language, [
    { type: 'heading', text: t.heading },
    ...notes(lines),
    ...mine,
    ...(mine.length > 0 && running.length > 0 ? [{ type: 'divider' } satisfies Block] : []),
    ...running,
    ...(mine.length + running.length === 0 ? [bold(t.none)] : []),
  ])
}

const home = { id: 'mentoring.home', data: {} }

/**
 * What waits for the reader: an answer to a call, an offer, a first meeting, a question "did you meet?"; and for a
 * coordinator what participants and the matching have left to them.
 */
export async function homeItems(core: Core, ask: Ask): Promise<HomeItem[]> {
  const { prisma } = core.db
  const t = textsIn(ask.language)
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: core.zone }).toInstant()
  const item = (day: Temporal.PlainDate | null, said: string, until?: (day: string) => string): HomeItem => ({
    at: day && at(day),
    text: said,
    ...(day && until && { detail: until(formatDate(day, ask.language)) }),
    button: { label: t.open, action: home },
  })
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
    include: { programme: true },
    take: 3,
  })
  const open = await openTo(core, prisma, offers, ask.actor.id, ask.today)
  const active = await prisma.mentoringPair.findMany({
    where: { status: 'active', OR: [{ menteeId: ask.actor.id }, { mentorId: ask.actor.id }] },
    include: { programme: true },
    orderBy: { id: 'asc' },
    take: 20,
  })
  const questions = await openQuestions(prisma, active, ask.actor.id, ask.today)
  const mine = await myPairs(prisma, active, { id: ask.actor.id, language: ask.language }, ask.today)
  const asked = mine.filter(({ pair }) => questions.has(pair.id)).slice(0, 3)
  return [
    ...members.flatMap(({ programme }) =>
      programme.signUpUntil && takesAnswers(programme, ask.today)
        ? [item(fromDbDate(programme.signUpUntil), t.signUp.home(programme.name), t.homeUntil)]
        : [],
    ),
    ...open.map(({ programme, acceptBy }) =>
      item(fromDbDateOrNull(acceptBy), t.offer.home(programme.name), t.homeUntil),
    ),
    ...asked.map(({ pair, partner }) => item(questions.get(pair.id)?.since ?? null, t.checkIn.home(partner))),
    ...(await meetingItems(core, ask, mine, new Set(questions.keys()))),
    ...(await coordinatorItems(core, ask)),
  ]
}

/** Of each pair the first meeting: when it is, or that a time is to be chosen, until they have met or are asked so. */
async function meetingItems(
  core: Core,
  ask: Ask,
  mine: readonly MyPair[],
  questioned: ReadonlySet<number>,
): Promise<HomeItem[]> {
  const { prisma } = core.db
  const all = textsIn(ask.language)
  const t = all.introduction
  const button = { label: all.open, action: home }
  const met = await prisma.mentoringCheckIn.findMany({
    where: { personId: ask.actor.id, met: true, pairId: { in: mine.map(({ pair }) => pair.id) } },
    select: { pairId: true },
  })
  // During a leave of one of them there is nothing to choose.
  const away = await loadAbsences(
    prisma,
    ask.today,
    mine.flatMap(({ pair }) => [pair.menteeId, pair.mentorId]),
  )
  const items: HomeItem[] = []
  for (const { pair, partner } of mine) {
    const meeting = await meetingOf(prisma, pair.id, ask.actor.id, ask.now)
    if (meeting && !meeting.over)
      items.push({
        at: meeting.start,
        text: t.home(partner),
        detail: formatDateTime(meeting.start, core.zone, ask.language),
        button,
      })
    const rests = away.has(pair.menteeId) || away.has(pair.mentorId)
    const settled = questioned.has(pair.id) || met.some(({ pairId }) => pairId === pair.id)
    if (meeting || rests || settled) continue
    const from = togetherFrom(pair, pair.programme)
    const by = from && roundDays(from, fromDbDate(pair.programme.endsOn)).get('start')
    items.push({
      at: by ? by.toZonedDateTime({ timeZone: core.zone }).toInstant() : null,
      text: t.homeChoose(partner),
      ...(by && { detail: t.homeBy(formatDate(by, ask.language)) }),
      button,
    })
  }
  return items.slice(0, 6)
}

/** Of the programmes that the reader coordinates: who asks about another partner, and pairs nobody has published. */
async function coordinatorItems(core: Core, ask: Ask): Promise<HomeItem[]> {
  const { prisma } = core.db
  const t = textsIn(ask.language).matter
  const programmes = await prisma.mentoringProgramme.findMany({
    where: {
      coordinatorId: ask.actor.id,
      status: { in: ['draft', 'sign_up', 'running'] },
      pairs: { some: { OR: [{ status: 'proposed' }, { status: 'active', rematch: { not: null } }] } },
    },
    orderBy: { id: 'asc' },
    take: 6,
  })
  if (programmes.length === 0) return []
  const { access } = await runnerOf(prisma, ask.actor, ask.today)
  const items: HomeItem[] = []
  for (const programme of programmes.filter((each) => mayRun(access, each))) {
    const { id: programmeId, name } = programme
    const asking = await prisma.mentoringPair.findMany({
      where: { programmeId, status: 'active', rematch: { not: null } },
      select: { id: true },
    })
    const [first] = asking
    if (first)
      items.push({
        at: null,
        text: t.homeRematch(name, asking.length),
        button: {
          label: t.open,
          action: asking.length === 1 ? showPair(first.id) : showProposal(programmeId),
        },
      })
    const proposed = await prisma.mentoringPair.count({ where: { programmeId, status: 'proposed' } })
    if (proposed > 0)
      items.push({
        at: null,
        text: t.homeProposed(name, proposed),
        button: { label: t.open, action: showProposal(programmeId) },
      })
  }
  return items
}
