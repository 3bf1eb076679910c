// 「メンター」: what concerns the reader, first as a participant, then as somebody who runs programmes.
import type { Block, Card, Row } from '../../cards/card.ts'
import { fromDbDate, fromDbDateOrNull } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Ask, HomeItem } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import { mayRun, runnerOf } from './access.ts'
import { mineBlocks, myPairs, openQuestions, takesAnswers } from './mine.ts'
import { stateOf } from './scene.ts'
import { textsIn } from './texts.ts'
import { bold, buttons, card, notes, periodOf, showProgramme, text } from './views.ts'

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

/** What waits for the reader: an answer to a call, an offer, a question "did you meet?". */
export async function homeItems(core: Core, ask: Ask): Promise<HomeItem[]> {
  const { prisma } = core.db
  const t = textsIn(ask.language)
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: core.zone }).toInstant()
  const item = (day: Temporal.PlainDate | null, said: string): HomeItem => ({
    at: day && at(day),
    text: said,
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
    include: { programme: { select: { name: true } } },
    take: 3,
  })
  const active = await prisma.mentoringPair.findMany({
    where: { status: 'active', OR: [{ menteeId: ask.actor.id }, { mentorId: ask.actor.id }] },
    include: { programme: true },
    take: 20,
  })
  const questions = await openQuestions(prisma, active, ask.actor.id, ask.today)
  const asked = active.filter(({ id }) => questions.has(id)).slice(0, 3)
  const mine = await myPairs(prisma, asked, { id: ask.actor.id, language: ask.language }, ask.today)
  return [
    ...members.flatMap(({ programme }) =>
      programme.signUpUntil && takesAnswers(programme, ask.today)
        ? [item(fromDbDate(programme.signUpUntil), t.signUp.home(programme.name))]
        : [],
    ),
    ...offers.map(({ programme, acceptBy }) =>
      item(fromDbDateOrNull(acceptBy), t.offer.home(programme.name)),
    ),
    ...mine.map(({ pair, partner }) => item(questions.get(pair.id)?.since ?? null, t.checkIn.home(partner))),
  ]
}
