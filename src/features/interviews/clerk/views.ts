// What a section clerk sees: who waits for what, and what can be done for them. Nothing of what was answered.
import type { Action, Block, Button, Card, Row } from '../../../cards/card.ts'
import { addressed, type Person } from '../../../directory/people.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Slot } from '../booking/store.ts'
import { nameOf } from '../booking/texts.ts'
import { paged, whenOf } from '../booking/views.ts'
import type { Interview } from '../state.ts'
import { type Arranged, textsIn } from './access.ts'

export interface Scene {
  readonly people: ReadonlyMap<number, Person>
  /** How many times each can choose from. */
  readonly slots: ReadonlyMap<number, readonly Slot[]>
  /** Who has no account: nobody but the clerk can tell them. */
  readonly alone: ReadonlySet<number>
  readonly now: Temporal.Instant
  readonly zone: string
  readonly language: Language
}

const called = ({ people, language }: Scene, id: number | undefined): string => {
  const person = id === undefined ? undefined : people.get(id)
  return person ? addressed(person, language) : textsIn(language).nobody
}

const isOver = ({ now }: Scene, interview: Interview): boolean =>
  interview.status === 'booked' && Temporal.Instant.compare(interview.meeting.endsAt, now) <= 0
const hasBegun = ({ now }: Scene, interview: Interview): boolean =>
  interview.status === 'booked' && Temporal.Instant.compare(interview.meeting.startsAt, now) <= 0
const hasAnswered = (interview: Interview): boolean =>
  interview.status === 'booked' &&
  interview.meeting.answers.some(({ personId }) => personId === interview.personId)

function stateOf(scene: Scene, interview: Interview): string {
  const t = textsIn(scene.language).state
  if (interview.status !== 'booked') return t.waiting(scene.slots.get(interview.id)?.length ?? 0)
  if (!isOver(scene, interview)) return t.booked(whenOf(interview.meeting, scene.zone, scene.language))
  return hasAnswered(interview) ? t.answered : t.answering
}

const conductorOf = (interview: Interview): number | undefined =>
  interview.status === 'booked' ? interview.meeting.conductorId : interview.conductorIds[0]

export const openFor = (interview: number): Action => ({ id: 'interviews.clerk-open', data: { interview } })

export function listCard(interviews: readonly Interview[], scene: Scene, page: number, line?: string): Card {
  const { language } = scene
  const t = textsIn(language)
  const needs = interviews.filter(
    (each) => each.status === 'waiting' || (isOver(scene, each) && !hasAnswered(each)),
  )
  const waiting = needs.filter(({ status }) => status === 'waiting').length
  const rest = interviews.filter((each) => !needs.includes(each))
  // Those whom nobody but the clerk can help first, the soonest deadline among them.
  const first = needs.toSorted(
    (a, b) => Number(scene.alone.has(b.personId)) - Number(scene.alone.has(a.personId)),
  )
  const rows = [...first, ...rest].map(
    (interview): Row => ({
      text: t.row(called(scene, interview.personId), called(scene, conductorOf(interview))),
      detail: t.rowDetail(
        nameOf(interview, language),
        formatDate(interview.deadline, language),
        stateOf(scene, interview) + (scene.alone.has(interview.personId) ? t.alone : ''),
      ),
      button: { label: t.open, action: openFor(interview.id) },
    }),
  )
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (line) blocks.push({ type: 'text', text: [{ bold: line }] })
  blocks.push({ type: 'text', text: rows.length === 0 ? t.none : t.intro(waiting, needs.length - waiting) })
  if (rows.length > 0)
    blocks.push(...paged(rows, page, language, (to) => ({ id: 'interviews.clerk', data: { page: to } })))
  return { summary: t.summary, blocks }
}

export function oneCard({ interview, conductor }: Arranged, scene: Scene, line?: string): Card {
  const { language } = scene
  const t = textsIn(language)
  const { id, version } = interview
  const data = { interview: id, version }
  const slots = scene.slots.get(id)?.length ?? 0
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (line) blocks.push({ type: 'text', text: [{ bold: line }] })
  blocks.push({
    type: 'facts',
    facts: [
      { label: t.person, value: called(scene, interview.personId) },
      { label: t.conductor, value: called(scene, conductorOf(interview)) },
      { label: t.step, value: nameOf(interview, language) },
      { label: t.deadline, value: formatDate(interview.deadline, language) },
      { label: t.now, value: stateOf(scene, interview) },
    ],
  })
  if (scene.alone.has(interview.personId)) blocks.push({ type: 'context', text: t.aloneNote })
  const buttons: Button[] = []
  if (isOver(scene, interview) && !hasAnswered(interview)) {
    blocks.push({ type: 'text', text: t.answerIntro })
    for (const answer of ['held', 'moved', 'not_held'] as const)
      buttons.push({
        label: t.answer[answer],
        action: { id: 'interviews.clerk-answer', data: { ...data, answer } },
      })
  } else if (!hasBegun(scene, interview)) {
    if (slots > 0)
      buttons.push({
        label: interview.status === 'booked' ? t.change : t.pick,
        ...(interview.status === 'waiting' && { style: 'primary' as const }),
        action: { id: 'interviews.clerk-pick', data: { interview: id } },
      })
    if (interview.status === 'waiting' && conductor !== undefined)
      buttons.push({ label: t.offer, action: { id: 'interviews.clerk-offer', data: { interview: id } } })
    if (interview.status === 'waiting' && conductor === undefined)
      blocks.push({ type: 'context', text: t.outside })
  }
  buttons.push({ label: t.back, action: { id: 'interviews.clerk', data: { page: 1 } } })
  return { summary: line ?? t.summary, blocks: [...blocks, { type: 'buttons', buttons }] }
}

export function choicesCard(interview: Interview, scene: Scene, page: number, line?: string): Card {
  const { language, zone } = scene
  const t = textsIn(language)
  const slots = scene.slots.get(interview.id) ?? []
  const rows = slots.map((slot) => ({
    text: whenOf(slot, zone, language),
    ...(slot.place && { detail: slot.place }),
    button: {
      label: t.choose,
      action: {
        id: 'interviews.clerk-take',
        data: { interview: interview.id, version: interview.version, slot: slot.id },
      },
    },
  }))
  const back = { label: t.offerCancel, action: openFor(interview.id) }
  const turn = (to: number) => ({ id: 'interviews.clerk-pick', data: { interview: interview.id, page: to } })
  return {
    summary: t.chooseTitle,
    blocks: [
      { type: 'heading', text: t.chooseTitle },
      ...(line ? [{ type: 'text', text: [{ bold: line }] } as const] : []),
      { type: 'facts', facts: [{ label: t.person, value: called(scene, interview.personId) }] },
      { type: 'text', text: slots.length === 0 ? t.noSlots : t.chooseIntro },
      ...(rows.length > 0
        ? paged(rows, page, language, turn, back)
        : [{ type: 'buttons', buttons: [back] } as const]),
    ],
  }
}
