// How each notice is drawn when it is sent: as things are then, and nothing where the world has moved on.
import type { Block } from '../../cards/card.ts'
import type { MentoringProgramme } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../delivery/notice.ts'
import { guestUntilOf } from '../../directory/guests.ts'
import { loadAbsences } from '../../directory/load.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { formatDateTime } from '../../kernel/format.ts'
import type { Bilingual, Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { isOver } from './common.ts'
import {
  checkInBlocks,
  introduction,
  type MyPair,
  moveButton,
  myPairs,
  offerBlocks,
  rematchButton,
  signUpBlocks,
  takesAnswers,
} from './mine.ts'
import { openTo } from './offers.ts'
import { idOf, kinds, pairSubject, rounds } from './plan.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { meetingOf, minuteOf } from './times.ts'
import { buttons, showPair, showProposal, text } from './views.ts'

interface Drawn {
  readonly notice: DueNotice
  readonly programme: Pick<MentoringProgramme, 'name' | 'kind'>
  readonly blocks: readonly Block[]
}

type Draw = (
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
) => Promise<readonly Drawn[]>

/** Of these pairs, those whose offer went out to this person. */
async function heardOf(
  tx: Tx,
  recipientId: number,
  pairs: readonly { readonly my: MyPair }[],
): Promise<ReadonlySet<number>> {
  const ids = pairs.map(({ my }) => my.pair.id)
  const sent = await tx.notice.findMany({
    where: {
      recipientId,
      kind: kinds.offer,
      status: { in: ['queued', 'sent', 'failed'] },
      OR: [
        { subject: { in: ids.flatMap((id) => [`mentoring.offer:${id}`, pairSubject(id)]) } },
        { subject: { startsWith: `mentoring.back-${recipientId}-` } },
      ],
    },
    select: { subject: true },
  })
  return new Set(sent.map(({ subject }) => idOf(subject)))
}

/** People who are to join have heard of no mentors: what they were invited to is called by its name. */
function hiresOnly(drawn: readonly Drawn[]): string | undefined {
  const [first] = drawn
  return drawn.every(({ programme }) => programme.kind === 'hires') ? first?.programme.name : undefined
}

export function noticeKinds(core: Core): readonly NoticeKind[] {
  const dayOf = (now: Temporal.Instant) => now.toZonedDateTimeISO(core.zone).toPlainDate()

  const kind = (
    name: keyof typeof kinds,
    title: Bilingual,
    summary: (language: Language) => string,
    draw: Draw,
  ): NoticeKind => ({
    kind: kinds[name],
    title,
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now): Promise<Part | null> {
      // Who is on leave is left in peace; what still matters is told on their return.
      if ((await loadAbsences(tx, dayOf(now), [to.id])).has(to.id)) return null
      // Of one subject the latest word counts.
      const latest = [
        ...Map.groupBy(notices, ({ subject, detail }) => `${subject}:${detail.round ?? ''}`),
      ].flatMap(([, all]) => all.at(-1) ?? [])
      const drawn = await draw(tx, latest, to, now)
      if (drawn.length === 0) return null
      const called = hiresOnly(drawn)
      const told = new Set(drawn.map(({ notice }) => notice.id))
      return {
        summary: called ? textsIn(to.language).hires.summaries[name](called) : summary(to.language),
        blocks: [
          ...drawn.flatMap(({ blocks }, i): Block[] =>
            i === 0 ? [...blocks] : [{ type: 'divider' }, ...blocks],
          ),
        ],
        obsolete: notices.filter(({ id }) => !told.has(id)).map(({ id }) => id),
      }
    },
  })

  /** The reader's own pairs that these notices are about, as they are now. */
  const pairsOf = async (
    tx: Tx,
    notices: readonly DueNotice[],
    to: Recipient,
    now: Temporal.Instant,
    statuses: readonly string[],
  ): Promise<readonly { readonly notice: DueNotice; readonly my: MyPair }[]> => {
    const pairs = await tx.mentoringPair.findMany({
      where: { id: { in: notices.map(({ subject }) => idOf(subject)) }, status: { in: [...statuses] } },
      include: { programme: true },
    })
    const mine = await myPairs(tx, await openTo(core, tx, pairs, to.id, dayOf(now)), to, dayOf(now))
    return notices.flatMap((notice) => {
      const my = mine.find(({ pair }) => pair.id === idOf(notice.subject))
      return my ? [{ notice, my }] : []
    })
  }

  /** Questions "did you meet?" that the reader has not answered. */
  const open = async (tx: Tx, notices: readonly DueNotice[], to: Recipient, now: Temporal.Instant) => {
    const found = await pairsOf(tx, notices, to, now, ['active'])
    const answered = await tx.mentoringCheckIn.findMany({
      where: { personId: to.id, pairId: { in: found.map(({ my }) => my.pair.id) } },
    })
    const away = await loadAbsences(
      tx,
      dayOf(now),
      found.map(({ my }) => my.partnerId),
    )
    return found.flatMap(({ notice, my }) => {
      if (away.has(my.partnerId)) return []
      const round = rounds.find((each) => each === notice.detail.round)
      const done = answered.some((one) => one.pairId === my.pair.id && one.round === round)
      return round && !done ? [{ notice, my, round }] : []
    })
  }

  return [
    kind(
      'signUp',
      { ja: 'メンター制度の募集', en: 'Call for the mentoring programme' },
      (language) => textsIn(language).signUp.summary,
      async (tx, notices, to, now) => {
        const members = await tx.mentoringMember.findMany({
          where: {
            personId: to.id,
            status: 'asked',
            programmeId: { in: notices.map(({ detail }) => Number(detail.programme)) },
          },
          include: { programme: true },
        })
        const until = await guestUntilOf(tx, to.id, dayOf(now))
        return notices.flatMap((notice) => {
          const member = members.find((each) => each.programmeId === Number(notice.detail.programme))
          if (!member || !takesAnswers(member.programme, dayOf(now))) return []
          const role = member.role === 'mentor' ? ('mentor' as const) : ('mentee' as const)
          const { programme, status } = member
          return [{ notice, programme, blocks: signUpBlocks(programme, role, status, to.language, until) }]
        })
      },
    ),
    kind(
      'offer',
      { ja: 'メンターの組の案内', en: 'A mentoring pair' },
      (language) => textsIn(language).offer.summary,
      async (tx, notices, to, now) =>
        (await pairsOf(tx, notices, to, now, ['offered']))
          .filter(({ my }) => !my.accepted)
          .map(({ notice, my }) => ({
            notice,
            programme: my.pair.programme,
            blocks: offerBlocks(my, to.language),
          })),
    ),
    kind(
      'introduction',
      { ja: '組の顔合わせの案内', en: 'Introduction of a pair' },
      (language) => textsIn(language).introduction.summary,
      async (tx, notices, to, now) => {
        const drawn: Drawn[] = []
        for (const { notice, my } of await pairsOf(tx, notices, to, now, ['active']))
          drawn.push({
            notice,
            programme: my.pair.programme,
            blocks: (await introduction(core, tx, my, to.id, to.language, now)).blocks,
          })
        return drawn
      },
    ),
    kind(
      'meeting',
      { ja: '組の顔合わせの日時', en: 'Day of a first meeting' },
      (language) => textsIn(language).meeting.summary,
      async (tx, notices, to, now) => {
        const t = textsIn(to.language).meeting
        const when = (minute: unknown) =>
          formatDateTime(
            Temporal.Instant.fromEpochMilliseconds(Number(minute) * 60_000),
            core.zone,
            to.language,
          )
        const drawn: Drawn[] = []
        for (const { notice, my } of await pairsOf(tx, notices, to, now, ['active'])) {
          const { minute, was } = notice.detail
          const meeting = await meetingOf(tx, my.pair.id, to.id, now)
          // Changed or given back since: of that they hear by another word, or did it themselves.
          if (!meeting || meeting.over || minuteOf(meeting.start) !== minute) continue
          const said = was ? t.moved(my.partner, when(was), when(minute)) : t.text(my.partner, when(minute))
          drawn.push({
            notice,
            programme: my.pair.programme,
            blocks: [text(said), buttons(moveButton(my.pair.id, to.language))],
          })
        }
        return drawn
      },
    ),
    kind(
      'checkIn',
      { ja: 'メンター制度の面会の確認', en: 'Mentoring check-in' },
      (language) => textsIn(language).checkIn.summary,
      async (tx, notices, to, now) =>
        (await open(tx, notices, to, now)).map(({ notice, my, round }) => ({
          notice,
          programme: my.pair.programme,
          blocks: checkInBlocks(my, round, to.language),
        })),
    ),
    kind(
      'care',
      { ja: 'メンター制度のお尋ね', en: 'A gentle question about mentoring' },
      (language) => textsIn(language).care.summary,
      async (tx, notices, to, now) =>
        (await open(tx, notices, to, now)).map(({ notice, my, round }) => ({
          notice,
          programme: my.pair.programme,
          blocks: [
            text(textsIn(to.language).care.text(my.partner)),
            ...(my.contact ? [text(textsIn(to.language).introduction.contact(my.contact))] : []),
            ...checkInBlocks(my, round, to.language),
            buttons(rematchButton(my, to.language)),
          ],
        })),
    ),
    kind(
      'changed',
      { ja: 'メンターの組の変更', en: 'A change of mentoring pair' },
      (language) => textsIn(language).changed.summary,
      async (tx, notices, to, now) => {
        const t = textsIn(to.language).changed
        const found = await pairsOf(tx, notices, to, now, ['declined', 'ended'])
        const heard = await heardOf(tx, to.id, found)
        return found.flatMap(({ notice, my }) => {
          const { programme, activeOn } = my.pair
          // Whoever never heard of an offer does not hear that it is gone.
          if (!activeOn && !heard.has(my.pair.id)) return []
          return [
            {
              notice,
              programme,
              blocks: activeOn
                ? [text(t.text(programme.name, my.partner)), ...(my.mine === 'mentee' ? [text(t.again)] : [])]
                : [text(t.review(programme.name, my.partner)), text(t.reviewNext[my.mine])],
            },
          ]
        })
      },
    ),
    kind(
      'joined',
      { ja: '内定者の着任', en: 'A future colleague has joined' },
      (language) => textsIn(language).changed.summary,
      async (tx, notices, to, now) => {
        const t = textsIn(to.language).hires
        return (await pairsOf(tx, notices, to, now, ['active'])).map(({ notice, my }) => ({
          notice,
          programme: my.pair.programme,
          blocks: [
            text(
              my.mine === 'mentor'
                ? t.joined(my.pair.programme.name, my.partner, my.section)
                : t.joinedYourself(my.pair.programme.name, my.partner, my.section),
            ),
          ],
        }))
      },
    ),
    kind(
      'cancelled',
      { ja: 'メンター制度の中止', en: 'A mentoring programme is cancelled' },
      (language) => textsIn(language).cancelling.summary,
      async (tx, notices, to) => {
        const programmes = await tx.mentoringProgramme.findMany({
          where: { id: { in: notices.map(({ subject }) => idOf(subject)) }, status: 'cancelled' },
        })
        return notices.flatMap((notice) => {
          const programme = programmes.find((each) => each.id === idOf(notice.subject))
          return programme
            ? [{ notice, programme, blocks: [text(textsIn(to.language).cancelling.text(programme.name))] }]
            : []
        })
      },
    ),
    kind(
      'survey',
      { ja: 'メンター制度のアンケート', en: 'Mentoring survey' },
      (language) => textsIn(language).survey.summary,
      async (tx, notices, to) => {
        const t = textsIn(to.language).survey
        const programmes = await tx.mentoringProgramme.findMany({
          where: { id: { in: notices.map(({ subject }) => idOf(subject)) }, status: 'closed' },
        })
        return notices.flatMap((notice) => {
          const programme = programmes.find((each) => each.id === idOf(notice.subject))
          if (!programme) return []
          const scale = t.scale.map((label, i) => ({
            label,
            action: { id: 'mentoring.survey', data: { programme: programme.id, useful: i + 1 } },
          }))
          return [{ notice, programme, blocks: [text(t.text(programme.name)), buttons(...scale)] }]
        })
      },
    ),
    kind(
      'coordinator',
      { ja: 'メンター制度の運営', en: 'Running the mentoring programme' },
      (language) => textsIn(language).matter.summary,
      async (tx, notices, to, now) => {
        const t = textsIn(to.language).matter
        const pairs = await tx.mentoringPair.findMany({
          where: { id: { in: notices.map(({ subject }) => idOf(subject)) } },
          include: { programme: true, checkIns: true },
        })
        const people = await loadPeople(
          tx,
          notices.flatMap(({ detail }) => (typeof detail.person === 'number' ? [detail.person] : [])),
          dayOf(now),
        )
        const away = await loadAbsences(tx, dayOf(now), [...people.keys()])
        return notices.flatMap((notice) => {
          const pair = pairs.find((each) => each.id === idOf(notice.subject))
          // Whoever no longer runs it hears nothing more of it.
          if (!pair || pair.programme.coordinatorId !== to.id || isOver(pair.programme)) return []
          const { name } = pair.programme
          const line = (said: string, action: ReturnType<typeof showPair>) => [
            {
              notice,
              // Who runs it knows what kind it is.
              programme: { name, kind: 'mentor' },
              blocks: [text(said), buttons({ label: t.open, style: 'primary' as const, action })],
            },
          ]
          const { what, person, round } = notice.detail
          switch (what) {
            case 'silent': {
              const silent = away.has(Number(person)) ? undefined : people.get(Number(person))
              const done = pair.checkIns.some((one) => one.personId === person && one.round === round)
              return pair.status !== 'active' || done || !silent
                ? []
                : line(t.silent(name, addressed(silent, to.language)), showPair(pair.id))
            }
            case 'rematch':
              return pair.status === 'active' && pair.rematch ? line(t.rematch(name), showPair(pair.id)) : []
            case 'moved':
              return pair.status === 'active' || pair.status === 'offered'
                ? line(t.moved(name), showPair(pair.id))
                : []
            case 'guest-left':
              return line(t.guestLeft(name), showProposal(pair.programmeId))
            case 'left':
              return line(t.left(name), showProposal(pair.programmeId))
            default:
              return line(t.declined(name), showProposal(pair.programmeId))
          }
        })
      },
    ),
  ]
}

export const titles: Bilingual = { ja: ja.title, en: en.title }
