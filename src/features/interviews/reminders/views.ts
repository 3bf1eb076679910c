// The parts of a reminder message: the present state in, blocks out. No greeting: the message has one.
import type { ActionData, Block, Button, Card, Row } from '../../../cards/card.ts'
import { formatDate, formatSpan } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import { nameOf } from '../booking/texts.ts'
import type { Interview } from '../state.ts'
import { called, type Scene, type Subject } from './scene.ts'
import { textsIn } from './texts.ts'
import { type Tone, toneOn } from './tone.ts'

/** How many names or rows a message shows before it counts the rest. */
const shown = 8

export interface Reading {
  readonly scene: Scene
  readonly reader: number
  readonly language: Language
  /** 「職員課 佐藤」: who signs from the seventh day on. */
  readonly signature: string
  /** The reader's section has a clerk, to whom it can be left. */
  readonly clerk?: boolean
}

/** Interviews of one step (or a single one without a step) that are told of together. */
export interface Group {
  readonly subjects: readonly Subject[]
  /** All of it is only the opening. */
  readonly opening: boolean
}

export const buttons = (...found: readonly Button[]): Block => ({ type: 'buttons', buttons: found })
export const text = (words: string): Block => ({ type: 'text', text: words })

const earliest = (subjects: readonly Subject[]) =>
  subjects.map(({ matter }) => matter.deadline).toSorted(Temporal.PlainDate.compare)[0]

/** The step as the reader calls it, its date, and the tone of today. */
function speaking({ subjects, opening }: Group, { scene, reader, language }: Reading) {
  const [first] = subjects
  const deadline = earliest(subjects)
  if (!first || !deadline) throw new Error('a group of reminders without an interview')
  const tone: Tone = opening ? 'opens' : toneOn(scene.people.calendarOf(reader), deadline, scene.today)
  return { step: nameOf(first.interview, language), deadline: formatDate(deadline, language), tone, first }
}

export const groupName = (group: Group, reading: Reading): string => speaking(group, reading).step

/** What a button of a group carries: its step, or the one interview. */
const target = ({ interview }: Subject): ActionData =>
  interview.step ? { step: interview.step.id } : { interview: interview.id }

function waysOut(
  tone: Tone,
  data: ActionData,
  language: Language,
  { clerk = false, assembly = false } = {},
): Button[] {
  const t = textsIn(language)
  const toClerk: Button = { label: t.leaveToClerk, action: { id: 'interviews.to-clerk', data } }
  const ask: Button = { label: t.askDeadline, action: { id: 'interviews.ask-deadline', data } }
  if (assembly)
    return [
      { label: t.afterAssembly, action: { id: 'interviews.after-assembly', data } },
      ...(tone === 'opens' ? [] : [clerk ? toClerk : ask]),
    ]
  const later: Button =
    clerk && tone !== 'inform' ? toClerk : { label: t.later, action: { id: 'interviews.later', data } }
  switch (tone) {
    case 'opens':
      return []
    case 'inform':
      return [later]
    case 'short':
    case 'last':
    case 'today':
    case 'crossing':
    case 'help':
    case 'call':
      return [later, ask]
    default:
      return tone satisfies never
  }
}

const signed = (tone: Tone, { signature }: Reading): Block[] =>
  tone === 'call' && signature ? [{ type: 'context', text: signature }] : []

const primary = (lead: boolean) => (lead ? { style: 'primary' as const } : {})

/** To a conductor: one list of those without a date, one obvious button, quiet ways out. */
export function offerBlocks(group: Group, reading: Reading, lead: boolean): Block[] {
  const { scene, language } = reading
  const t = textsIn(language)
  const { step, deadline, tone, first } = speaking(group, reading)
  const say = {
    opens: t.offerOpens,
    inform: t.offerInform,
    short: t.offerShort,
    last: t.offerLast,
    today: t.offerToday,
    crossing: t.offerCrossing,
    help: t.offerHelp,
    call: t.offerCall,
  }[tone]
  const people = group.subjects.map(({ matter }) => called(scene, matter.personId, language, t.unknownPerson))
  const settle = group.subjects.find(({ matter }) => matter.arrangement)?.matter.arrangement
  const data = target(first)
  const act: Button = settle
    ? {
        label: t.settleButton,
        action: { id: 'interviews.arrangement', data: { arrangement: settle.id } },
        ...primary(lead),
      }
    : {
        label: t.offer,
        action: { id: 'interviews.offer', data: first.interview.step ? data : {} },
        ...primary(lead),
      }
  const assembly = scene.people.assemblyOf?.(reading.reader)
  return [
    ...(assembly ? [text(t.beforeAssembly)] : []),
    text(say(step, deadline, people.length)),
    ...(settle ? [text(t.settle)] : []),
    {
      type: 'context',
      text: t.names(people.slice(0, shown), people.length - Math.min(shown, people.length)),
    },
    buttons(
      act,
      ...waysOut(tone, data, language, {
        clerk: reading.clerk === true,
        assembly: assembly !== undefined,
      }),
    ),
    ...signed(tone, reading),
  ]
}

/** To the staff member: pick an hour, say what suits, or only that the season has come. */
export function pickBlocks(subject: Subject, opening: boolean, reading: Reading, lead: boolean): Block[] {
  const { language, scene } = reading
  const t = textsIn(language)
  const { matter } = subject
  const { step, deadline, tone } = speaking({ subjects: [subject], opening }, reading)
  const { arrangement } = matter
  const data = { interview: matter.id }
  const canPick = matter.offeredUntil !== null && Temporal.Instant.compare(matter.offeredUntil, scene.now) > 0
  const collecting =
    arrangement?.status === 'collecting' && Temporal.PlainDate.compare(arrangement.answerBy, scene.today) >= 0
  if (!canPick && collecting && !arrangement.answered)
    return [
      text(t.answer(step, formatDate(arrangement.answerBy, language))),
      buttons(
        {
          label: t.answerButton,
          action: { id: 'interviews.suits', data: { ...data, arrangement: arrangement.id } },
          ...primary(lead),
        },
        ...waysOut('inform', data, language),
      ),
    ]
  if (!canPick) return [text(t.pickOpensSoon(step, deadline))]
  const say = {
    opens: t.pickOpens,
    inform: t.pickInform,
    short: t.pickShort,
    last: t.pickLast,
    today: t.pickToday,
    crossing: t.pickCrossing,
    help: t.pickHelp,
    call: t.pickCall,
  }[tone]
  return [
    text(say(step, deadline)),
    buttons(
      { label: t.pick, action: { id: 'interviews.pick', data }, ...primary(lead) },
      ...waysOut(tone, data, language),
    ),
    ...signed(tone, reading),
  ]
}

const otherSide = (interview: Interview, scene: Scene, reader: number, language: Language): string => {
  const meeting = 'meeting' in interview ? interview.meeting : null
  const id = interview.personId === reader ? meeting?.conductorId : interview.personId
  return called(scene, id ?? 0, language, textsIn(language).unknownPerson)
}

/** One line for each interview of the day. */
export function upcomingBlocks(found: readonly Interview[], { scene, reader, language }: Reading): Block[] {
  const t = textsIn(language)
  const rows = found.flatMap((interview): Row[] => {
    if (interview.status !== 'booked') return []
    const { meeting } = interview
    return [
      {
        text: t.upcomingRow(
          nameOf(interview, language),
          formatSpan(meeting.startsAt, meeting.endsAt, scene.zone, language),
        ),
        detail: t.upcomingDetail(otherSide(interview, scene, reader, language), meeting.place),
        button: { label: t.details, action: { id: 'interviews.open', data: { interview: interview.id } } },
      },
    ]
  })
  return [{ type: 'list', rows: rows.slice(0, 20) }]
}

/** 「期首面談(山田課長、5月20日(木) 16:00〜16:30)」 over the question of one meeting. */
export function askHeading(
  interview: Interview & { status: 'booked' },
  { scene, reader, language }: Reading,
): Block {
  const { meeting } = interview
  return text(
    textsIn(language).askTitle(
      nameOf(interview, language),
      otherSide(interview, scene, reader, language),
      formatSpan(meeting.startsAt, meeting.endsAt, scene.zone, language),
    ),
  )
}

/** Somebody who holds interviews of one step up; `conductor` or the staff member of a single one. */
export interface Holder {
  readonly id: number
  readonly conductor: boolean
  readonly group: Group
}

/** To HR: whom to telephone, and what has no conductor. Telling a superior is HR's own button, never automatic. */
export function phoneBlocks(holders: readonly Holder[], gaps: number, reading: Reading): Block[] {
  const { scene, language } = reading
  const t = textsIn(language)
  const rows = holders.slice(0, shown).map(({ id, conductor, group }): Row => {
    const { step, deadline, first } = speaking(group, reading)
    const section = scene.organisation.section(scene.names.get(id)?.sectionId ?? 0)?.name
    const superior = scene.people.superiorOf(id)
    const line = conductor ? t.phoneOffer(step, group.subjects.length, deadline) : t.phonePick(step, deadline)
    return {
      text: called(scene, id, language, t.unknownPerson),
      detail: t.phoneDetail([...(section ? [section] : []), line]),
      ...(superior !== null && {
        button: {
          label: t.tell,
          action: { id: 'interviews.tell-superior', data: { ...target(first), holder: id } },
          confirm: {
            title: t.tellTitle,
            text: t.tellText(called(scene, superior, language, t.superior)),
            yes: t.tellYes,
            no: t.tellNo,
          },
        },
      }),
    }
  })
  const more = holders.length - rows.length
  return [
    ...(rows.length > 0 ? [text(t.phoneIntro(new Set(holders.map(({ id }) => id)).size))] : []),
    ...(rows.length > 0 ? [{ type: 'list' as const, rows }] : []),
    ...(more > 0 ? [{ type: 'context' as const, text: t.moreRows(more) }] : []),
    ...(gaps > 0 ? [text(t.gapIntro(gaps))] : []),
    buttons({ label: t.board, action: { id: 'interviews.attention', data: {} }, style: 'primary' }),
  ]
}

/** To the holder, before the superior hears of it. */
export function soonBlocks(group: Group, superior: number, conductor: boolean, reading: Reading): Block[] {
  const { scene, language } = reading
  const t = textsIn(language)
  const { step, first } = speaking(group, reading)
  const who = called(scene, superior, language, t.superior)
  const act: Button = conductor
    ? { label: t.offer, action: { id: 'interviews.offer', data: first.interview.step ? target(first) : {} } }
    : { label: t.pick, action: { id: 'interviews.open', data: { interview: first.matter.id } } }
  return [
    text(conductor ? t.soonOffer(step, group.subjects.length, who) : t.soonPick(step, who)),
    buttons(
      { ...act, style: 'primary' },
      {
        label: t.askDeadline,
        action: { id: 'interviews.ask-deadline', data: target(first) },
      },
    ),
  ]
}

/** To the superior: calm, without the names of the staff. */
export function superiorBlocks(group: Group, holder: number, conductor: boolean, reading: Reading): Block[] {
  const t = textsIn(reading.language)
  const { step, deadline } = speaking(group, reading)
  const who = called(reading.scene, holder, reading.language, t.unknownPerson)
  return [
    text(
      conductor
        ? t.superiorText(who, step, group.subjects.length, deadline)
        : t.superiorPick(who, step, deadline),
    ),
    { type: 'context', text: t.superiorEnd },
  ]
}

/** One line as a message. */
export const lineCard = (summary: string, line: string): Card => ({ summary, blocks: [text(line)] })
