// What the two of a meeting are told that a pause has put off: once for all of them, with the way to another time.
import type { ActionData, Block, Button } from '../../../cards/card.ts'
import { fromDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { restReasons } from '../../../directory/closures.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { formatDate, formatDateTime } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { openAction } from '../booking/show.ts'
import { pickableSlots } from '../booking/store.ts'
import { interviewName } from '../conductors/views.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { meetingOf, putOffKind } from './put-off.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)
const shownAtMost = 8

interface PutOff {
  readonly interview: Interview
  readonly startsAt: Temporal.Instant
  readonly with: string
}

export const putOffNotice = (core: Core): NoticeKind => ({
  kind: putOffKind,
  priority: 2,
  ifUnknown: 'repeat',
  hours: 'working',
  draw: (tx, notices, to, now) => draw(core, tx, notices, to, now),
})

const idsOf = ({ detail }: DueNotice): number[] =>
  typeof detail.of === 'string' ? detail.of.split(' ').map((each) => Number(each.split('.')[0])) : []

async function draw(
  core: Core,
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
): Promise<Part | null> {
  const { zone } = core
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const interviews = new Map(
    (await loadInterviews(tx, { id: { in: notices.flatMap(idsOf) } }, today)).map((one) => [one.id, one]),
  )
  const meetings = new Map(
    (
      await tx.meeting.findMany({ where: { id: { in: notices.map(({ subject }) => meetingOf(subject)) } } })
    ).map((row) => [row.id, row]),
  )
  const people = await loadPeople(
    tx,
    [
      ...[...interviews.values()].flatMap((one) => [one.personId, ...one.conductorIds]),
      ...[...meetings.values()].map((row) => row.conductorId),
    ],
    today,
  )
  const name = (id: number) => {
    const person = people.get(id)
    return person ? addressed(person, to.language) : ''
  }
  const runs = ({ step, cycle }: Interview) => !step || (step.status === 'open' && cycle?.status === 'open')
  const obsolete: number[] = []
  const own: PutOff[] = []
  const theirs: PutOff[] = []
  for (const notice of notices) {
    const meeting = meetings.get(meetingOf(notice.subject))
    const open = idsOf(notice).flatMap((id) => interviews.get(id) ?? [])
    // Settled anew, cancelled, held otherwise: there is nothing left to find.
    const waiting = open.filter((one) => one.status === 'waiting' && runs(one))
    const [first] = waiting
    const ahead = meeting && Temporal.Instant.compare(fromDbInstant(meeting.startsAt), now) > 0
    // Whoever no longer conducts it hears of an hour that is still to come alone.
    const concerned = first && (first.personId === to.id || first.conductorIds.includes(to.id) || ahead)
    if (!meeting || !first || !concerned) {
      obsolete.push(notice.id)
      continue
    }
    const startsAt = fromDbInstant(meeting.startsAt)
    for (const interview of waiting)
      if (interview.personId === to.id) own.push({ interview, startsAt, with: name(meeting.conductorId) })
      else theirs.push({ interview, startsAt, with: name(interview.personId) })
  }
  if (own.length + theirs.length === 0) return null
  const slots = await pickableSlots(
    tx,
    [...own, ...theirs].map(({ interview }) => interview),
    now,
    zone,
  )
  const hasSlots = ({ interview }: PutOff) => (slots.get(interview.id)?.length ?? 0) > 0
  const choice = own.find(hasSlots)
  const restedOn = await restReasons(tx, zone)
  const reasons = new Set([...own, ...theirs].flatMap(({ startsAt }) => restedOn(startsAt) ?? []))
  const mayOffer = theirs.filter((one) => one.interview.conductorIds.includes(to.id) && !hasSlots(one))
  return { ...part([...reasons], own, theirs, { choice, mayOffer }, zone, to.language), obsolete }
}

/** Own interviews first. A conductor whose hours still stand has nothing to do. The one button leads to another time; whoever is both sides of some has one for each side. */
export function part(
  reasons: readonly string[],
  own: readonly PutOff[],
  theirs: readonly PutOff[],
  way: { readonly choice: PutOff | undefined; readonly mayOffer: readonly PutOff[] },
  zone: string,
  language: Language,
): Omit<Part, 'obsolete'> {
  const t = textsIn(language)
  const all = [...own, ...theirs]
  const buttons: Button[] = []
  const [first] = own
  if (way.choice)
    buttons.push({
      label: t.pick,
      style: 'primary',
      action: { id: 'interviews.pick', data: { interview: way.choice.interview.id } },
    })
  else if (first) buttons.push({ label: t.open, action: openAction(first.interview.id) })
  if (way.mayOffer.length > 0) {
    const steps = new Set(way.mayOffer.map(({ interview }) => interview.step?.id))
    const [only] = steps
    const data: ActionData = steps.size === 1 && only !== undefined ? { step: only } : {}
    buttons.push({ label: t.offer, style: 'primary', action: { id: 'interviews.offer', data } })
  }
  const blocks: Block[] = [
    { type: 'text', text: t.opening(reasons.join(language === 'ja' ? '、' : ', ')) },
    {
      type: 'list',
      rows: all.slice(0, shownAtMost).map(({ interview, startsAt, with: name }) => ({
        text: t.row(interviewName(interview, language), formatDateTime(startsAt, zone, language)),
        detail: t.detail(name, formatDate(interview.deadline, language)),
      })),
    },
  ]
  if (all.length > shownAtMost) blocks.push({ type: 'context', text: t.more(all.length - shownAtMost) })
  if (own.length > 0) blocks.push({ type: 'context', text: way.choice ? t.ownSlots : t.own })
  if (theirs.length > 0)
    blocks.push({ type: 'context', text: way.mayOffer.length > 0 ? t.theirs : t.theirsSlots })
  if (buttons.length > 0) blocks.push({ type: 'buttons', buttons })
  return { summary: t.summary, blocks }
}
