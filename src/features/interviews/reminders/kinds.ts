// How the ladder's notices are drawn at the moment they are sent: from the present state, for whoever is the right
// person now. What the world has overtaken is settled as obsolete and says nothing.
import type { Block } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { familyName, loadPeople } from '../../../directory/people.ts'
import { officeName, readSetting } from '../../../directory/settings.ts'
import type { Core } from '../../feature.ts'
import { clerksOf } from '../clerk/access.ts'
import { heldQuestionBlocks, isAsked } from '../held/question.ts'
import type { Interview } from '../state.ts'
import { ladderKinds } from './ladder.ts'
import { type HeldUp, heldUpBy, interviewOfReminder } from './matter.ts'
import { loadScene, type Scene, type Subject } from './scene.ts'
import { ladderSetting } from './settings.ts'
import { textsIn } from './texts.ts'
import {
  askHeading,
  buttons,
  type Group,
  groupName,
  type Holder,
  offerBlocks,
  phoneBlocks,
  pickBlocks,
  type Reading,
  soonBlocks,
  superiorBlocks,
  text,
  upcomingBlocks,
} from './views.ts'

/** A live matter with the notices that speak of it. */
interface Live {
  readonly subject: Subject
  readonly notices: readonly DueNotice[]
  readonly heldUp: HeldUp | null
}

type Draw = (live: readonly Live[], reading: Reading) => Omit<Part, 'obsolete'> | null

/** The kinds of the ladder. `superior` ones may also come from HR's own button. */
export function ladderNoticeKinds(core: Pick<Core, 'zone'>): NoticeKind[] {
  const kind = (
    name: string,
    priority: NoticeKind['priority'],
    stillTrue: (live: Live, scene: Scene, to: Recipient) => boolean,
    draw: Draw,
  ): NoticeKind => ({
    kind: name,
    priority,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const byId = Map.groupBy(notices, ({ subject }) => interviewOfReminder(subject))
      const scene = await loadScene(core, tx, [...byId.keys()], now)
      const live = [...byId].flatMap(([id, found]): Live[] => {
        const subject = scene.subjects.get(id)
        if (!subject || scene.people.awayOn(to.id, scene.today)) return []
        const one = {
          subject,
          notices: found,
          heldUp: heldUpBy(subject.matter, scene.people, now, scene.today),
        }
        return stillTrue(one, scene, to) ? [one] : []
      })
      if (live.length === 0) return null
      const office = await readSetting(tx, officeName)
      const { officer } = await readSetting(tx, ladderSetting)
      const signature = textsIn(to.language).signed(
        office[to.language],
        officer || (await officerOf(tx, live, scene)),
      )
      const clerk = name === ladderKinds.offer && (await clerksOf(tx, to.id, scene.today)).length > 0
      const part = draw(live, { scene, reader: to.id, language: to.language, signature, clerk })
      const told = new Set(live.flatMap((one) => one.notices.map(({ id }) => id)))
      return part && { ...part, obsolete: notices.map(({ id }) => id).filter((id) => !told.has(id)) }
    },
  })

  return [
    kind(ladderKinds.offer, 2, isConductorsTurn, (live, reading) => {
      const groups = byStep(live)
      const t = textsIn(reading.language)
      const [first] = groups
      if (!first) return null
      const name = groupName(first, reading)
      return {
        summary: first.opening ? t.opensConductor(name) : t.offerConductor(name),
        blocks: groups.flatMap((group, i) => offerBlocks(group, reading, i === 0)),
      }
    }),
    kind(ladderKinds.pick, 1, isStaffsTurn, (live, reading) => {
      const t = textsIn(reading.language)
      const [first] = live
      if (!first) return null
      const name = groupName({ subjects: [first.subject], opening: true }, reading)
      return {
        summary: isOpening(first) ? t.opensSummary(name) : t.offerSummary(name),
        blocks: live.flatMap((one, i) => pickBlocks(one.subject, isOpening(one), reading, i === 0)),
      }
    }),
    kind(ladderKinds.upcoming, 1, isStillAhead, (live, reading) => ({
      summary: textsIn(reading.language).upcomingSummary,
      blocks: upcomingBlocks(oncePerMeeting(live), reading),
    })),
    kind(ladderKinds.ask, 1, isStillAsked, (live, reading) => ({
      summary: textsIn(reading.language).askSummary,
      blocks: [
        ...(live.every(isAgain) ? [text(textsIn(reading.language).askAgain)] : []),
        ...askBlocks(oncePerMeeting(live), reading),
      ],
    })),
    kind(ladderKinds.phone, 2, isHrsMatter, (live, reading) => {
      const { holders, gaps } = holdersOf(live)
      return {
        summary:
          holders.length > 0 ? textsIn(reading.language).phoneSummary : textsIn(reading.language).gapSummary,
        blocks: phoneBlocks(holders, gaps, reading),
      }
    }),
    kind(
      ladderKinds.superiorSoon,
      1,
      (live, _scene, to) => live.heldUp?.by.includes(to.id) ?? false,
      (live, reading) => {
        const superior = reading.scene.people.superiorOf(reading.reader)
        if (superior === null) return null
        return {
          summary: textsIn(reading.language).soonSummary,
          blocks: holdersOf(live).holders.flatMap(({ conductor, group }) =>
            soonBlocks(group, superior, conductor, reading),
          ),
        }
      },
    ),
    kind(ladderKinds.superior, 2, isSuperiorsMatter, (live, reading) => ({
      summary: textsIn(reading.language).superiorSummary,
      blocks: holdersOf(live)
        .holders.filter(({ id }) => reading.scene.people.superiorOf(id) === reading.reader)
        .flatMap(({ id, conductor, group }) => superiorBlocks(group, id, conductor, reading)),
    })),
  ]
}

/** The family name of the HR officer in charge of whom this is about. */
async function officerOf(tx: Tx, live: readonly Live[], { people, today }: Scene): Promise<string> {
  const [id] = live.flatMap(({ subject }) => people.hrOf(subject.matter.personId))
  const officer = id === undefined ? undefined : (await loadPeople(tx, [id], today)).get(id)
  return officer ? familyName(officer.name) : ''
}

const isOpening = ({ notices }: Pick<Live, 'notices'>) => notices.every(({ detail }) => detail.opens === true)

/** Everything in it has been asked before. */
const isAgain = ({ notices }: Live) => notices.every(({ detail }) => detail.again === true)

const isQuiet = ({ subject: { matter }, notices }: Live, { today }: Scene) =>
  !isOpening({ notices }) &&
  matter.quietUntil !== null &&
  Temporal.PlainDate.compare(today, matter.quietUntil) < 0

function isConductorsTurn(live: Live, scene: Scene, to: Recipient): boolean {
  return live.heldUp?.turn === 'offer' && live.heldUp.by.includes(to.id) && !isQuiet(live, scene)
}

function isStaffsTurn(live: Live, scene: Scene, to: Recipient): boolean {
  const { subject, heldUp } = live
  if (!heldUp || subject.matter.personId !== to.id || isQuiet(live, scene)) return false
  return heldUp.turn !== 'offer' || isOpening(live)
}

const meetingOf = ({ subject }: Live) =>
  subject.interview.status === 'booked' ? subject.interview.meeting : undefined

function isStillAhead(live: Live, { now }: Scene, to: Recipient): boolean {
  const meeting = meetingOf(live)
  if (!meeting || !live.subject.matter.running || Temporal.Instant.compare(meeting.startsAt, now) <= 0)
    return false
  return [live.subject.matter.personId, meeting.conductorId].includes(to.id)
}

function isStillAsked(live: Live, { now }: Scene, to: Recipient): boolean {
  const meeting = meetingOf(live)
  if (!meeting || !live.subject.matter.running || Temporal.Instant.compare(meeting.endsAt, now) > 0)
    return false
  return isAsked(live.subject.interview, to.id) && !meeting.answers.some(({ personId }) => personId === to.id)
}

const isHrsMatter = ({ subject, heldUp }: Live, { people }: Scene, to: Recipient): boolean =>
  heldUp !== null && people.hrOf(subject.matter.personId).includes(to.id)

const isSuperiorsMatter = ({ heldUp }: Live, { people }: Scene, to: Recipient): boolean =>
  heldUp?.by.some((id) => people.superiorOf(id) === to.id) ?? false

/** In order of deadline; interviews without a step stand alone. */
function byStep(live: readonly Live[]): Group[] {
  const groups = Map.groupBy(live, ({ subject }) => subject.matter.stepId ?? -subject.matter.id)
  return [...groups.values()].map((found) => ({
    subjects: found.map(({ subject }) => subject),
    opening: found.every(isOpening),
  }))
}

/** Who is waited for, by person and step; `gaps`: interviews that no conductor at work can settle. */
function holdersOf(live: readonly Live[]): { holders: Holder[]; gaps: number } {
  const waiting = live.flatMap((one) =>
    (one.heldUp?.by ?? []).map((id) => ({ id, one, conductor: one.heldUp?.turn === 'offer' })),
  )
  const holders = [...Map.groupBy(waiting, ({ id, conductor }) => `${id}:${conductor}`).values()].flatMap(
    (found) => {
      const [first] = found
      if (!first) return []
      return byStep(found.map(({ one }) => one)).map(
        (group): Holder => ({
          id: first.id,
          conductor: first.conductor,
          group: { ...group, opening: false },
        }),
      )
    },
  )
  return { holders, gaps: live.filter(({ heldUp }) => heldUp?.by.length === 0).length }
}

/** In order of time. One meeting may serve two interviews: it is told of once. */
function oncePerMeeting(live: readonly Live[]): (Interview & { status: 'booked' })[] {
  const seen = new Set<number>()
  const found = live.flatMap(({ subject: { interview } }) => {
    if (interview.status !== 'booked' || seen.has(interview.meeting.id)) return []
    seen.add(interview.meeting.id)
    return [interview]
  })
  return found.toSorted((a, b) => Temporal.Instant.compare(a.meeting.startsAt, b.meeting.startsAt))
}

/** How many meetings one message asks about; the others wait on the board. */
const askedAtOnce = 8

/** Each meeting with its answers; several share one question, and only the first keeps an obvious button. */
function askBlocks(asked: readonly (Interview & { status: 'booked' })[], reading: Reading): Block[] {
  const { scene, reader, language } = reading
  const t = textsIn(language)
  const several = asked.length > 1
  const left = asked.length - askedAtOnce
  return [
    ...(several ? [text(t.askSeveral(asked.length))] : []),
    ...asked.slice(0, askedAtOnce).flatMap((interview, i): Block[] => [
      askHeading(interview, reading),
      ...heldQuestionBlocks(interview, {
        reader,
        language,
        now: scene.now,
        restedOn: scene.restedOn,
        alone: false,
      })
        // Asked once for all, but where the day itself is in question.
        .filter((block) => !several || block.type === 'buttons' || scene.restedOn(interview.meeting.startsAt))
        .map((block) =>
          i > 0 && block.type === 'buttons' ? { ...block, buttons: block.buttons.map(plain) } : block,
        ),
    ]),
    ...(left > 0
      ? [
          text(t.askMore(left)),
          buttons({ label: t.askBoard, action: { id: 'intake.run', data: { command: 'interviews.team' } } }),
        ]
      : []),
  ]
}

const plain = <Any extends object>(button: Any): Any => ({ ...button, style: undefined })
