import type { Block, Button, Card, Form, Row } from '../../../cards/card.ts'
import { addressed, type Person } from '../../../directory/people.ts'
import { formatDate, formatSpan } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Slot } from '../booking/store.ts'
import { nameOf } from '../booking/texts.ts'
import { paged } from '../booking/views.ts'
import type { Interview } from '../state.ts'
import type { Proposal } from './proposal.ts'
import type { Arrangement } from './store.ts'
import { arrangementTexts } from './texts.ts'

/** One line and nothing else. */
export const lineCard = (line: string): Card => ({ summary: line, blocks: [{ type: 'text', text: line }] })

const progressAction = (arrangement: number, page?: number) => ({
  id: 'interviews.arrangement',
  data: { arrangement, ...(page !== undefined && { page }) },
})

export function startedCard(line: string, arrangement: number, language: Language): Card {
  const t = arrangementTexts(language)
  return {
    summary: t.startedSummary,
    blocks: [
      { type: 'text', text: line },
      { type: 'buttons', buttons: [{ label: t.seeProgress, action: progressAction(arrangement) }] },
    ],
  }
}

const stepName = ({ step }: Arrangement, language: Language): string =>
  nameOf({ kind: 'step', step }, language)

/** Names by interview, for the conductor alone. */
export interface Names {
  readonly members: readonly Interview[]
  readonly people: ReadonlyMap<number, Person>
  readonly language: Language
}

function memberName(names: Names, interviewId: number): string {
  const member = names.members.find((each) => each.id === interviewId)
  const found = member && names.people.get(member.personId)
  return found ? addressed(found, names.language) : arrangementTexts(names.language).member
}

const cancelButton = (arrangement: number, language: Language): Button => {
  const t = arrangementTexts(language)
  return {
    label: t.cancel,
    action: { id: 'interviews.arrange-cancel', data: { arrangement } },
    confirm: { title: t.cancelTitle, text: t.cancelText, yes: t.yes, no: t.no },
  }
}

/** Who has answered, and the way on. */
export function progressCard(arrangement: Arrangement, names: Names, page: number, line?: string): Card {
  const { language, members } = names
  const t = arrangementTexts(language)
  const answered = members.filter((each) => arrangement.answered.has(each.id))
  const rows = members.map((each): Row => {
    const count = arrangement.suits.get(each.id)?.size ?? 0
    const said = count > 0 ? t.gave(count) : t.gaveNone
    return {
      text: memberName(names, each.id),
      detail: arrangement.answered.has(each.id) ? said : t.gaveNot,
    }
  })
  const all = members.length > 0 && answered.length === members.length
  const propose: Button = {
    label: t.propose,
    action: { id: 'interviews.propose', data: { arrangement: arrangement.id } },
    ...(all && { style: 'primary' }),
  }
  return {
    summary: t.progressSummary,
    blocks: [
      { type: 'heading', text: t.progressTitle(stepName(arrangement, language)) },
      ...(line ? [{ type: 'text', text: line } as const] : []),
      {
        type: 'facts',
        facts: [
          { label: t.answered, value: t.answeredOf(answered.length, members.length) },
          { label: t.by, value: formatDate(arrangement.answerBy, language) },
          { label: t.slots, value: t.slotsCount(arrangement.slots.length) },
        ],
      },
      ...(rows.length > 0 ? paged(rows, page, language, (to) => progressAction(arrangement.id, to)) : []),
      { type: 'buttons', buttons: [propose, cancelButton(arrangement.id, language)] },
    ],
  }
}

/** Names that a reason lists before it counts the rest. */
const mostNames = 6
/** Rows of a proposal that fit into one message beside those who are not placed. */
const mostRows = 40

function reasonText(reason: Proposal['unplaced'][number]['reason'], names: Names): string {
  const t = arrangementTexts(names.language)
  switch (reason.kind) {
    case 'silent':
      return t.silent
    case 'nothing-suits':
      return t.nothingSuits
    case 'gone':
      return t.gone
    case 'crowded': {
      const shown = reason.people.slice(0, mostNames).map((id) => memberName(names, id))
      const more = reason.people.length - shown.length
      const list = more > 0 ? [t.others(shown, more)] : shown
      return t.crowded(list, reason.people.length, reason.slots.length)
    }
    default:
      return reason satisfies never
  }
}

/** Person by person: when, or why not. */
export function proposalCard(
  arrangement: Arrangement,
  proposal: Proposal,
  names: Names,
  zone: string,
  line?: string,
): Card {
  const { language } = names
  const t = arrangementTexts(language)
  const slots = new Map(arrangement.slots.map((slot) => [slot.id, slot]))
  const placed = proposal.placed.map(({ interview, slot, best }): Row => {
    const found = slots.get(slot)
    const when = found ? formatSpan(found.start, found.end, zone, language) : ''
    return { text: t.row(when, memberName(names, interview)), ...(best && { detail: t.best }) }
  })
  const unplaced = proposal.unplaced.map(
    ({ interview, reason }): Row => ({
      text: memberName(names, interview),
      detail: reasonText(reason, names),
    }),
  )
  const accept: Button = {
    label: t.accept,
    action: {
      id: 'interviews.accept',
      data: { arrangement: arrangement.id, made: proposal.made },
    },
    style: 'primary',
    confirm: {
      title: t.acceptTitle,
      text: t.acceptText(placed.length),
      yes: t.acceptYes,
      no: t.no,
    },
  }
  const lists: Block[] = [
    ...chunks(placed).map((rows): Block => ({ type: 'list', rows })),
    ...(unplaced.length > 0
      ? [
          { type: 'text', text: [{ bold: t.unplaced }] } as const,
          ...chunks(unplaced).map((rows): Block => ({ type: 'list', rows })),
        ]
      : []),
  ]
  return {
    summary: t.proposalSummary,
    blocks: [
      { type: 'heading', text: t.proposalTitle(stepName(arrangement, language)) },
      ...(line ? [{ type: 'text', text: line } as const] : []),
      { type: 'text', text: t.proposalCount(placed.length, placed.length + unplaced.length) },
      ...lists,
      {
        type: 'buttons',
        buttons: [
          ...(placed.length > 0 ? [accept] : []),
          { label: t.back, action: progressAction(arrangement.id, 1) },
          cancelButton(arrangement.id, language),
        ],
      },
    ],
  }
}

const chunks = (rows: readonly Row[]): Row[][] =>
  Array.from({ length: Math.ceil(rows.length / mostRows) }, (_, n) =>
    rows.slice(n * mostRows, (n + 1) * mostRows),
  )

export function acceptedCard(lines: readonly string[], language: Language): Card {
  const t = arrangementTexts(language)
  return {
    summary: t.proposalSummary,
    blocks: [
      { type: 'text', text: lines.join('\n') },
      { type: 'buttons', buttons: [{ label: t.seeSlots, action: { id: 'interviews.slots' } }] },
    ],
  }
}

/** The dialog in which a staff member marks what suits. */
export function suitsForm(
  arrangement: Arrangement,
  interview: Interview,
  slots: readonly Slot[],
  zone: string,
  language: Language,
): Form {
  const t = arrangementTexts(language)
  const options = slots.map((slot) => ({
    label: formatSpan(slot.start, slot.end, zone, language),
    value: String(slot.id),
  }))
  const given = arrangement.suits.get(interview.id)
  const values = (preference: 1 | 2) =>
    slots.filter((slot) => given?.get(slot.id) === preference).map((slot) => String(slot.id))
  const none = arrangement.answered.has(interview.id) && (given?.size ?? 0) === 0
  return {
    id: 'interviews.suits',
    title: t.suitsTitle,
    submit: t.suitsSubmit,
    cancel: t.suitsCancel,
    data: { arrangement: arrangement.id, interview: interview.id },
    intro: t.suitsIntro,
    fields: [
      { type: 'multiselect', name: 'suits', label: t.suits, optional: true, options, values: values(1) },
      { type: 'multiselect', name: 'best', label: t.bestOnes, optional: true, options, values: values(2) },
      {
        type: 'checkboxes',
        name: 'none',
        label: t.noneLabel,
        optional: true,
        options: [{ label: t.none, value: 'none' }],
        values: none ? ['none'] : [],
      },
    ],
  }
}
