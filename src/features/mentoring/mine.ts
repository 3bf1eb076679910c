// What a participant sees of their own programmes and pairs, in 「メンター」 and in the messages that they receive.
import type { Block, Button, Card } from '../../cards/card.ts'
import type { MentoringPair, MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { goneGuests, guestsAmong, guestUntilOf } from '../../directory/guests.ts'
import { loadAbsences, loadOrganisation } from '../../directory/load.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { waysTogether } from '../../directory/together.ts'
import type { Ask } from '../../intake/handler.ts'
import { formatDate, formatDateTime } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { guestEnd, invitationTo } from '../guests.ts'
import { unread } from '../talk.ts'
import { openAnswer } from './answer.ts'
import { openTo } from './offers.ts'
import { openRound, type Round, togetherFrom } from './plan.ts'
import { textsIn } from './texts.ts'
import { commonTimes, type Meeting, meetingOf, minuteOf } from './times.ts'
import { bold, buttons, card, text } from './views.ts'

export type PairOfProgramme = MentoringPair & { readonly programme: MentoringProgramme }

export interface MyPair {
  readonly pair: PairOfProgramme
  readonly mine: 'mentee' | 'mentor'
  readonly theirs: 'mentee' | 'mentor'
  readonly partnerId: number
  /** How the reader addresses them. */
  readonly partner: string
  /** Their section; of people who are to join, that they are. */
  readonly section: string
  /** The partner is to join (内定者), and no member of staff so far. */
  readonly outside: boolean
  /** Of a reader who is to join: until when they are invited. */
  readonly until: Temporal.PlainDate | undefined
  readonly accepted: boolean
  readonly contact: string | undefined
}

/** Pairs as one of the two sees them; pairs of others are left out. */
export async function myPairs(
  tx: Tx,
  pairs: readonly PairOfProgramme[],
  reader: { readonly id: number; readonly language: Language },
  today: Temporal.PlainDate,
): Promise<readonly MyPair[]> {
  const own = pairs.filter(({ menteeId, mentorId }) => menteeId === reader.id || mentorId === reader.id)
  if (own.length === 0) return []
  const ids = own.flatMap(({ menteeId, mentorId, programme }) => [
    menteeId,
    mentorId,
    ...(programme.contactId ? [programme.contactId] : []),
  ])
  const people = await loadPeople(tx, ids, today)
  const org = await loadOrganisation(tx, today, [])
  const t = textsIn(reader.language).hires
  // Only what is meant for people who are to join has any.
  const hires = own.filter(({ programme }) => programme.kind === 'hires')
  const { guests, gone, until, mails } =
    hires.length > 0 ? await outsiders(tx, hires, reader.id, today) : nobody
  const name = (id: number | null) => {
    const person = id === null ? undefined : people.get(id)
    return person && (gone.has(person.id) ? t.somebody : addressed(person, reader.language))
  }
  const called = (id: number | null) => {
    const mail = mails.get(id ?? 0)
    return mail ? t.withMail(name(id) ?? '', mail) : name(id)
  }
  return own.map((pair) => {
    const mine = pair.menteeId === reader.id ? ('mentee' as const) : ('mentor' as const)
    const partnerId = mine === 'mentee' ? pair.mentorId : pair.menteeId
    return {
      pair,
      mine,
      theirs: mine === 'mentee' ? 'mentor' : 'mentee',
      partnerId,
      partner: name(partnerId) ?? '—',
      section: guests.has(partnerId)
        ? t.short
        : (org.section(people.get(partnerId)?.sectionId ?? 0)?.name ?? ''),
      outside: guests.has(partnerId),
      until,
      accepted: mine === 'mentee' ? pair.menteeAccepted : pair.mentorAccepted,
      contact: called(pair.programme.contactId),
    }
  })
}

interface Outsiders {
  readonly guests: ReadonlySet<number>
  /** Those who were guests. */
  readonly gone: ReadonlySet<number>
  /** Until when the reader is one. */
  readonly until: Temporal.PlainDate | undefined
  /** Of whom they may turn to: whoever is outside has no other way to them. */
  readonly mails: ReadonlyMap<number, string>
}
const nobody: Outsiders = { guests: new Set(), gone: new Set(), until: undefined, mails: new Map() }

async function outsiders(
  tx: Tx,
  pairs: readonly PairOfProgramme[],
  readerId: number,
  today: Temporal.PlainDate,
): Promise<Outsiders> {
  const ids = pairs.flatMap(({ menteeId, mentorId }) => [menteeId, mentorId])
  const until = await guestUntilOf(tx, readerId, today)
  const contacts = until ? pairs.flatMap(({ programme }) => programme.contactId ?? []) : []
  const found = await tx.person.findMany({
    where: { id: { in: contacts } },
    select: { id: true, email: true },
  })
  return {
    guests: await guestsAmong(tx, ids, today),
    gone: await goneGuests(tx, ids, today),
    until,
    mails: new Map(found.flatMap(({ id, email }) => (email === null ? [] : [[id, email]]))),
  }
}

/** What a side is called: in a handover there is no mentor. */
const roleIn = ({ kind }: Pick<MentoringProgramme, 'kind'>, language: Language) => {
  const t = textsIn(language)
  return kind === 'handover' ? t.handoverShort : kind === 'hires' ? t.hires.roleShort : t.roleShort
}

export function offerBlocks(my: MyPair, language: Language): Block[] {
  const all = textsIn(language)
  const t = all.offer
  const { pair, theirs, partner, section } = my
  const by = fromDbDateOrNull(pair.acceptBy)
  const data = { pair: pair.id, version: pair.version }
  return [
    // They may hear of it for the first time.
    ...(my.until && !my.accepted ? [text(invitationTo(pair.programme.name, my.until, language))] : []),
    text(t.text(pair.programme.name, roleIn(pair.programme, language)[theirs], partner, section)),
    ...(my.accepted
      ? [text(t.waiting)]
      : [
          ...(by
            ? [
                {
                  type: 'context',
                  text: (my.until ? all.hires.answerBy : t.until)(formatDate(by, language)),
                } satisfies Block,
              ]
            : []),
          buttons(
            { label: t.accept, style: 'primary', action: { id: 'mentoring.accept', data } },
            {
              label: t.decline,
              action: { id: 'mentoring.decline', data },
              confirm: { title: t.declineTitle, text: t.declineConfirm, yes: all.yes, no: all.no },
            },
          ),
        ]),
  ]
}

/** What both have named: nothing of what only one of them said. */
async function inCommon(core: Core, tx: Tx, { pair }: MyPair): Promise<string[]> {
  const members = await tx.mentoringMember.findMany({
    where: { programmeId: pair.programmeId, personId: { in: [pair.menteeId, pair.mentorId] } },
  })
  const [one, other] = members.map((member) => openAnswer(core, member))
  if (!one || !other) return []
  const shared = (name: 'topics' | 'styles' | 'times') =>
    one[name].filter((each) => other[name].includes(each))
  return [...shared('topics'), ...shared('styles'), ...shared('times')]
}

/** Times to choose from, which stand in for the time chosen so far, if any; nothing where none is found. */
async function choices(
  core: Core,
  tx: Tx,
  { pair }: MyPair,
  instead: Meeting | undefined,
  language: Language,
  now: Temporal.Instant,
): Promise<Block[]> {
  const t = textsIn(language).introduction
  const times = await commonTimes(tx, pair, now, core.zone)
  if (times.length === 0) return []
  const ahead = instead && !instead.over && { instead: minuteOf(instead.start) }
  return [
    text(!instead ? t.times : instead.over ? t.timesNext : t.timesOther),
    buttons(
      ...times.map(
        ({ start }): Button => ({
          label: formatDateTime(start, core.zone, language),
          action: { id: 'mentoring.meet', data: { pair: pair.id, minute: minuteOf(start), ...ahead } },
        }),
      ),
    ),
  ]
}

/** The time chosen, with the way to change it; else, and once it is over, times to choose from. */
async function meetingBlocks(
  core: Core,
  tx: Tx,
  my: MyPair,
  readerId: number,
  language: Language,
  now: Temporal.Instant,
): Promise<{ readonly blocks: Block[]; readonly offers: boolean }> {
  const t = textsIn(language).introduction
  const meeting = await meetingOf(tx, my.pair.id, readerId, now)
  const when = meeting && formatDateTime(meeting.start, core.zone, language)
  if (meeting && when && !meeting.over)
    return { blocks: [text(t.chosen(when)), buttons(moveButton(my.pair.id, language))], offers: false }
  const offered = await choices(core, tx, my, meeting, language, now)
  return {
    blocks: [...(when ? [text(t.past(when))] : []), ...(offered.length > 0 ? offered : [text(t.noTimes)])],
    offers: offered.length > 0,
  }
}

export const moveButton = (pair: number, language: Language): Button => ({
  label: textsIn(language).introduction.move,
  action: { id: 'mentoring.times', data: { pair } },
})

/** Other times than the one chosen. */
export async function otherTimesCard(
  core: Core,
  tx: Tx,
  my: MyPair,
  readerId: number,
  language: Language,
  now: Temporal.Instant,
): Promise<Card> {
  const all = textsIn(language)
  const t = all.introduction
  const meeting = await meetingOf(tx, my.pair.id, readerId, now)
  const offered = await choices(core, tx, my, meeting, language, now)
  return card(language, [
    { type: 'heading', text: my.pair.programme.name },
    ...(meeting && !meeting.over
      ? [text(t.withPartner(my.partner, formatDateTime(meeting.start, core.zone, language)))]
      : []),
    ...(offered.length > 0 ? offered : [text(t.noTimes)]),
    buttons({ label: all.back, action: { id: 'mentoring.home', data: {} } }),
  ])
}

/**
 * The partner, what both have in common, and three times to choose from or the time chosen; `offers`: there are times
 * to choose from.
 */
export async function introduction(
  core: Core,
  tx: Tx,
  my: MyPair,
  readerId: number,
  language: Language,
  now: Temporal.Instant,
): Promise<{ readonly blocks: Block[]; readonly offers: boolean }> {
  const all = textsIn(language)
  const t = all.introduction
  const { pair } = my
  const common = await inCommon(core, tx, my)
  const meeting = await meetingBlocks(core, tx, my, readerId, language, now)
  const blocks: Block[] = [
    text(t.text(pair.programme.name, roleIn(pair.programme, language)[my.theirs], my.partner, my.section)),
    ...(common.length > 0
      ? [{ type: 'facts', facts: [{ label: t.common, value: common.join(all.joint) }] } satisfies Block]
      : []),
    ...meeting.blocks,
    ...(await together(core, tx, my, readerId, language)),
    ...(my.contact ? [{ type: 'context', text: t.contact(my.contact) } satisfies Block] : []),
  ]
  return { blocks, offers: meeting.offers }
}

/**
 * The way to the one conversation of the two: opened by the bot where the platform lets it, with what they have in common;
 * else their own. Where their chats differ, the e-mail address of the other, as the directory has it.
 */
async function together(
  core: Core,
  tx: Tx,
  my: MyPair,
  readerId: number,
  language: Language,
): Promise<Block[]> {
  const t = textsIn(language).introduction
  // An address outside the office is its owner's to give: a guest may write to their mentor, and is written to after that.
  if (my.outside) return [text(textsIn(language).hires.reachGuest)]
  if (my.until) {
    const mentor = await tx.person.findUnique({ where: { id: my.partnerId }, select: { email: true } })
    return [text(textsIn(language).hires.reachMentor(mentor?.email ?? ''))]
  }
  const { pair, partnerId } = my
  const { way, each } = await waysTogether(tx, core.chats, readerId, [partnerId], {
    topic: pair.programme.name,
  })
  switch (way.type) {
    case 'bot':
      return [
        text(t.greet),
        buttons({ label: t.talk, action: { id: 'mentoring.talk', data: { pair: pair.id } } }),
      ]
    case 'link':
      return [text(t.greet), { type: 'buttons', buttons: [{ label: t.chat, url: way.url }] }]
    case 'apart': {
      // The playground has no chats between people.
      if (way.why === 'platform') return []
      const email = each[0]?.email
      return [text(email ? t.mail(email) : t.apart)]
    }
    default:
      return way satisfies never
  }
}

/** What the bot says first in the conversation of the two: what both have named, the times, nothing of one alone. */
export async function greetingCard(
  core: Core,
  tx: Tx,
  my: MyPair,
  readerId: number,
  language: Language,
  now: Temporal.Instant,
): Promise<Card> {
  const all = textsIn(language)
  const t = all.introduction
  const common = await inCommon(core, tx, my)
  const meeting = await meetingOf(tx, my.pair.id, readerId, now)
  const ahead = meeting && !meeting.over ? meeting : undefined
  const times = ahead ? [] : await commonTimes(tx, my.pair, now, core.zone)
  const when = (start: Temporal.Instant) => formatDateTime(start, core.zone, language)
  return card(
    language,
    [
      { type: 'heading', text: my.pair.programme.name },
      text(t.greeting),
      ...(common.length > 0
        ? [{ type: 'facts', facts: [{ label: t.common, value: common.join(all.joint) }] } satisfies Block]
        : []),
      ...(ahead
        ? [text(t.chosen(when(ahead.start)))]
        : times.length > 0
          ? [
              text(
                `${meeting ? t.timesNext : t.times}\n${times.map(({ start }) => `・${when(start)}`).join('\n')}\n${t.chooseThere}`,
              ),
            ]
          : []),
      unread(language),
    ],
    t.greetingSummary,
  )
}

export const rematchButton = (my: MyPair, language: Language): Button => {
  const all = textsIn(language)
  const t = all.introduction
  return {
    label: t.rematch,
    action: { id: 'mentoring.rematch', data: { pair: my.pair.id } },
    confirm: { title: t.rematchTitle, text: t.rematchConfirm, yes: all.yes, no: all.no },
  }
}

export function checkInBlocks(my: MyPair, round: Round, language: Language): Block[] {
  const t = textsIn(language).checkIn
  const data = (met: boolean) => ({ pair: my.pair.id, round, met })
  return [
    text(t.ask(my.partner)),
    buttons(
      { label: t.met, style: 'primary', action: { id: 'mentoring.check-in', data: data(true) } },
      { label: t.notMet, action: { id: 'mentoring.check-in', data: data(false) } },
    ),
  ]
}

export function signUpBlocks(
  programme: MentoringProgramme,
  role: 'mentee' | 'mentor',
  status: string,
  language: Language,
  invited?: Temporal.PlainDate,
): Block[] {
  const all = textsIn(language)
  const t = all.signUp
  const until = fromDbDateOrNull(programme.signUpUntil)
  const data = { programme: programme.id }
  const by = formatDate(until ?? fromDbDate(programme.startsOn), language)
  const called = programme.kind === 'hires' ? all.hires.signUpRole : roleIn(programme, language)
  // Whoever has answered is not asked again.
  const said =
    status === 'joined'
      ? [text(t.joinedUntil(by))]
      : status === 'not_joining'
        ? [text(t.notJoiningUntil(by))]
        : invited
          ? [text(invitationTo(programme.name, invited, language)), text(all.hires.signUp(by))]
          : [text(t.notice(programme.name, called[role], by))]
  return [
    ...said,
    buttons(
      {
        label: status === 'joined' ? t.change : t.answer,
        ...(status === 'asked' && { style: 'primary' as const }),
        action: { id: 'mentoring.sign-up', data },
      },
      ...(status === 'not_joining' ? [] : [{ label: t.not, action: { id: 'mentoring.not-joining', data } }]),
    ),
  ]
}

/** Pair → the question "did you meet?" that is open for the reader. While one of the two is away nobody is asked. */
export async function openQuestions(
  tx: Tx,
  active: readonly PairOfProgramme[],
  readerId: number,
  today: Temporal.PlainDate,
): Promise<ReadonlyMap<number, { readonly round: Round; readonly since: Temporal.PlainDate }>> {
  const pairs = active.filter(({ activeOn }) => activeOn !== null)
  if (pairs.length === 0) return new Map()
  const away = await loadAbsences(
    tx,
    today,
    pairs.flatMap(({ menteeId, mentorId }) => [menteeId, mentorId]),
  )
  const answers = await tx.mentoringCheckIn.findMany({
    where: { personId: readerId, pairId: { in: pairs.map(({ id }) => id) } },
    select: { pairId: true, round: true },
  })
  return new Map(
    pairs.flatMap((pair) => {
      const from = togetherFrom(pair, pair.programme)
      if (!from || away.has(pair.menteeId) || away.has(pair.mentorId)) return []
      const answered = new Set(answers.filter(({ pairId }) => pairId === pair.id).map(({ round }) => round))
      const open = openRound({ activeOn: from, endsOn: fromDbDate(pair.programme.endsOn), answered }, today)
      return open ? [[pair.id, open] as const] : []
    }),
  )
}

/** Whether answers are still taken. */
export const takesAnswers = (
  { status, signUpUntil }: Pick<MentoringProgramme, 'status' | 'signUpUntil'>,
  today: Temporal.PlainDate,
): boolean => status === 'sign_up' && signUpUntil !== null && signUpUntil >= toDbDate(today)

export async function mineBlocks(core: Core, tx: Tx, ask: Ask): Promise<Block[]> {
  const t = textsIn(ask.language)
  const members = await tx.mentoringMember.findMany({
    where: { personId: ask.actor.id, programme: { status: 'sign_up' }, status: { not: 'left' } },
    include: { programme: true },
    orderBy: { programmeId: 'desc' },
    take: 5,
  })
  const pairs = await tx.mentoringPair.findMany({
    where: {
      OR: [{ menteeId: ask.actor.id }, { mentorId: ask.actor.id }],
      status: { in: ['offered', 'active'] },
    },
    include: { programme: true },
    orderBy: { id: 'desc' },
    take: 6,
  })
  const until = await guestUntilOf(tx, ask.actor.id, ask.today)
  const blocks: Block[] = []
  for (const { programme, role, status } of members) {
    if (!takesAnswers(programme, ask.today)) continue
    const state = t.signUp.state[status as keyof typeof t.signUp.state]
    blocks.push(bold(`${programme.name}: ${state}`))
    const side = role === 'mentor' ? 'mentor' : 'mentee'
    blocks.push(...signUpBlocks(programme, side, status, ask.language, until))
  }
  const shown = await openTo(core, tx, pairs, ask.actor.id, ask.today)
  const active = pairs.filter(({ status }) => status === 'active')
  const questions = await openQuestions(tx, active, ask.actor.id, ask.today)
  for (const my of await myPairs(tx, shown, { id: ask.actor.id, language: ask.language }, ask.today)) {
    const question = questions.get(my.pair.id)
    blocks.push(
      ...(my.pair.status === 'offered'
        ? offerBlocks(my, ask.language)
        : [
            ...(question ? checkInBlocks(my, question.round, ask.language) : []),
            ...(await introduction(core, tx, my, ask.actor.id, ask.language, ask.now)).blocks,
            buttons(rematchButton(my, ask.language)),
          ]),
    )
  }
  if (!until) return blocks
  return [...(blocks.length > 0 ? blocks : [bold(t.none)]), ...guestEnd('mentoring', ask.language)]
}
