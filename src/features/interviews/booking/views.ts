// The cards of booking: state in, card out.
import type { Span } from '../../../agenda/span.ts'
import type { Action, ActionData, Block, Button, Card, Row } from '../../../cards/card.ts'
import { addressed, type Person } from '../../../directory/people.ts'
import { formatDate, formatSpan } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { heldQuestionBlocks } from '../held/question.ts'
import type { Interview, Meeting } from '../state.ts'
import { sideOf } from './access.ts'
import { nameOf, textsIn } from './texts.ts'
import type { InterviewView } from './view.ts'

/** Rows of a paged list. */
export const pageSize = 8

const person = (people: ReadonlyMap<number, Person>, id: number, language: Language): string => {
  const found = people.get(id)
  return found ? addressed(found, language) : textsIn(language).person
}

/** The other side's names for a reader; the staff member's for everybody who is not on that side. */
export function counterpart(
  interview: Interview,
  view: Pick<InterviewView, 'reader' | 'language' | 'people'>,
): string {
  if (sideOf(interview, view.reader) === 'staff') return sitting(interview, view)
  return person(view.people, interview.personId, view.language)
}

/** Whoever sits with the staff member, else whoever conducts now. */
function sitting(interview: Interview, view: Pick<InterviewView, 'language' | 'people'>): string {
  const { language, people } = view
  const meeting = 'meeting' in interview ? interview.meeting : null
  const ids = meeting ? [meeting.conductorId] : interview.conductorIds
  const names = ids.map((id) => person(people, id, language))
  return names.length > 0 ? textsIn(language).list(names) : textsIn(language).nobody
}

export const whenOf = (time: Span | Meeting, zone: string, language: Language): string =>
  'start' in time
    ? formatSpan(time.start, time.end, zone, language)
    : formatSpan(time.startsAt, time.endsAt, zone, language)

/**
 * One interview as it stands, with what this reader can do next: the place that everybody comes back to. Nothing of
 * the other side's answer is in it.
 */
export function interviewBlocks(interview: Interview, view: InterviewView): Block[] {
  const { language, zone } = view
  const t = textsIn(language)
  const meeting = 'meeting' in interview ? interview.meeting : null
  const prepare = language === 'ja' ? interview.step?.prepare : interview.step?.prepareEn
  const side = sideOf(interview, view.reader)
  const staff = side === 'staff'
  const open = interview.status === 'waiting' || interview.status === 'booked'
  return [
    { type: 'heading', text: nameOf(interview, language) },
    {
      type: 'facts',
      facts: [
        { label: staff ? t.with : t.member, value: counterpart(interview, view) },
        ...(side === undefined ? [{ label: t.with, value: sitting(interview, view) }] : []),
        ...(meeting
          ? [{ label: t.when, value: whenOf(meeting, zone, language) }]
          : open
            ? [{ label: t.when, value: t.undecided }]
            : []),
        ...(meeting?.place ? [{ label: t.place, value: meeting.place }] : []),
        ...(open ? [{ label: t.deadline, value: formatDate(interview.deadline, language) }] : []),
        ...(open && staff && prepare ? [{ label: t.prepare, value: prepare }] : []),
        ...(view.disclosure
          ? [
              { label: t.disclosed, value: formatDate(view.disclosure.disclosedOn, language) },
              {
                label: t.complaint,
                value: t.complaintUntil(
                  formatDate(view.disclosure.until, language),
                  view.disclosure.desk[language],
                ),
              },
            ]
          : []),
      ],
    },
    ...(meeting && view.also && view.also.length > 0
      ? [{ type: 'context' as const, text: t.also(view.also.map((other) => longName(other, language))) }]
      : []),
    ...nextBlocks(interview, view),
  ]
}

/** The same as a message of its own; `line` says first what has just happened. */
export function interviewCard(interview: Interview, view: InterviewView, line?: string): Card {
  const blocks = interviewBlocks(interview, view)
  const name = nameOf(interview, view.language)
  return {
    summary: line ?? textsIn(view.language).cardSummary(name),
    blocks: line ? [{ type: 'text', text: line }, ...blocks] : blocks,
  }
}

/** The step with its cycle: two of one name may share a meeting. */
const longName = (interview: Interview, language: Language): string => {
  const { cycle } = interview
  const of = cycle && (language === 'ja' ? cycle.name : cycle.nameEn || cycle.name)
  return of ? textsIn(language).ofCycle(nameOf(interview, language), of) : nameOf(interview, language)
}

const buttons = (...found: readonly Button[]): Block => ({ type: 'buttons', buttons: found })
const says = (text: string): Block => ({ type: 'text', text })

function nextBlocks(interview: Interview, view: InterviewView): Block[] {
  const { language } = view
  const t = textsIn(language)
  const side = sideOf(interview, view.reader)
  const { status } = interview
  switch (status) {
    case 'waiting':
      if (side === 'staff') return choosing(interview, view)
      return side === 'conductor' ? offering(interview, view) : []
    case 'booked': {
      const over = Temporal.Instant.compare(view.now, interview.meeting.endsAt) >= 0
      if (over) return heldQuestionBlocks(interview, view)
      return side ? [buttons(...bookedButtons(interview, view))] : []
    }
    case 'held':
      return [says(t.heldOn(formatDate(interview.heldOn, language)))]
    case 'unclear':
      return [says(t.unclear), ...heldQuestionBlocks(interview, view)]
    case 'suspended':
      return [says(t.suspended)]
    case 'exempt':
      return [says(t.exempt)]
    case 'cancelled':
      return [says(t.cancelled)]
    default:
      return status satisfies never
  }
}

const about = (interview: Interview, view: InterviewView) => ({
  interview: interview.id,
  version: interview.version,
  ...(view.alone && { own: true }),
})

function choosing(interview: Interview, view: InterviewView): Block[] {
  const t = textsIn(view.language)
  const pick: Button = {
    label: t.choose,
    action: { id: 'interviews.pick', data: { interview: interview.id } },
    style: 'primary',
  }
  if (view.arrangement) {
    const { id, answered } = view.arrangement
    const suits: Button = {
      label: t.answerSuits,
      action: { id: 'interviews.suits', data: { interview: interview.id, arrangement: id } },
      ...(!answered && view.slots === 0 && { style: 'primary' }),
    }
    return [
      says(answered ? t.suitsGiven : t.suitsAsked),
      buttons(...(view.slots > 0 ? [pick, suits] : [suits])),
    ]
  }
  return view.slots > 0 ? [says(t.slotsOpen(view.slots)), buttons(pick)] : [says(t.slotsSoon)]
}

function offering(interview: Interview, view: InterviewView): Block[] {
  const t = textsIn(view.language)
  const step: ActionData = interview.step ? { step: interview.step.id } : {}
  const arrange: Button[] = interview.step
    ? [
        {
          label: view.arrangement ? t.arranging : t.arrange,
          action: { id: 'interviews.arrange', data: step },
        },
      ]
    : []
  return [
    says(view.slots > 0 ? t.slotsOffered(view.slots) : t.noSlots),
    buttons(
      {
        label: t.offer,
        action: { id: 'interviews.offer', data: step },
        ...(view.slots === 0 && { style: 'primary' }),
      },
      ...arrange,
      { label: t.fix, action: { id: 'interviews.fix', data: about(interview, view) } },
    ),
  ]
}

function bookedButtons(interview: Interview & { status: 'booked' }, view: InterviewView): Button[] {
  const t = textsIn(view.language)
  const staff = sideOf(interview, view.reader) === 'staff'
  const begun = Temporal.Instant.compare(view.now, interview.meeting.startsAt) >= 0
  const add = calendarButton(interview.meeting.id, view.language)
  if (begun) return [add]
  const change: Button = staff
    ? { label: t.change, action: { id: 'interviews.pick', data: { interview: interview.id } } }
    : { label: t.change, action: { id: 'interviews.fix', data: about(interview, view) } }
  const confirm = { title: t.cancelTitle, text: t.cancelText, yes: t.yes, no: t.no }
  const cancel: Button = staff
    ? { label: t.cancel, action: { id: 'interviews.cancel', data: about(interview, view) }, confirm }
    : { label: t.cancel, action: { id: 'interviews.release', data: about(interview, view) } }
  return [add, change, cancel]
}

/** Gives the calendar file of a meeting; one that takes it out again once the time was given back. */
export const calendarButton = (meeting: number, language: Language, gone = false): Button => ({
  label: gone ? textsIn(language).removeFromCalendar : textsIn(language).addToCalendar,
  action: { id: 'interviews.ics', data: { meeting } },
})

/** Rows of one page, then one line of buttons: those that turn it (`turn` makes the action of a page) and others. */
export function paged(
  rows: readonly Row[],
  page: number,
  language: Language,
  turn: (page: number) => Action,
  ...others: readonly Button[]
): Block[] {
  const t = textsIn(language)
  const pages = Math.max(1, Math.ceil(rows.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const list: Block = { type: 'list', rows: rows.slice((at - 1) * pageSize, at * pageSize) }
  if (pages === 1) return others.length > 0 ? [list, buttons(...others)] : [list]
  return [
    list,
    { type: 'context', text: t.pageOf(at, pages) },
    buttons(
      ...(at > 1 ? [{ label: t.earlier, action: turn(at - 1) }] : []),
      ...(at < pages ? [{ label: t.later, action: turn(at + 1) }] : []),
      ...others,
    ),
  ]
}
