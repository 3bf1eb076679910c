// How people behave: they ask how things stand, look, and press one of the buttons they are shown, fill in a form as
// it is offered or a little differently. What they choose follows from seed, person and day alone.
import type { Action, Card, Field, Form, FormValues } from '../../src/cards/card.ts'
import type { InboundEvent, Reply } from '../../src/chat/chat.ts'
import type { World } from './world.ts'

export interface Staff {
  readonly id: number
  readonly number: string
  readonly platform: 'slack' | 'teams'
  readonly conducts: boolean
}

interface Offered {
  readonly action: Action
  readonly options?: readonly string[]
}

/** Every button and menu of a card, in its order. */
export function offeredIn(replies: readonly Reply[]): Offered[] {
  const found: Offered[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each)
    else if (typeof value === 'object' && value !== null) {
      const { action, options } = value as { action?: Action; options?: readonly { value: string }[] }
      if (action) found.push({ action, ...(options && { options: options.map((each) => each.value) }) })
      for (const inner of Object.values(value)) walk(inner)
    }
  }
  for (const reply of replies) if ('card' in reply) walk((reply.card as Card).blocks)
  return found
}

export const formIn = (replies: readonly Reply[]): Form | undefined =>
  replies.flatMap((reply) => (reply.type === 'form' ? [reply.form] : []))[0]

/** How much people like to press what; what is not named is left alone. */
const liking: Readonly<Record<string, number>> = {
  'interviews.pick': 4,
  'interviews.take': 8,
  'interviews.offer': 6,
  'interviews.slots': 0.3,
  'interviews.withdraw': 0.2,
  'interviews.withdraw-all': 0.2,
  'interviews.arrange': 2,
  'interviews.suits': 6,
  'interviews.arrangement': 3,
  'interviews.propose': 5,
  'interviews.accept': 6,
  'interviews.arrange-cancel': 0.3,
  'interviews.open': 1.5,
  'interviews.release': 0.6,
  'interviews.cancel': 1,
  'interviews.fix': 0.8,
  'interviews.answer': 8,
  'interviews.later': 0.7,
  'interviews.ask-deadline': 0.6,
  'interviews.team': 0.5,
  'interviews.mine': 0.3,
  'interviews.calendar': 0.1,
  'interviews.ics': 0.1,
  'interviews.individual-new': 0.05,
  'interviews.deadlines': 1,
  'interviews.deadline-grant': 4,
  'interviews.deadline-decline': 1,
  'interviews.unclear': 2,
  'interviews.check': 3,
  'interviews.settle': 3,
  'interviews.tell-superior': 0.5,
}

type Name = readonly (string | number)[]

function choose(world: World, offered: readonly Offered[], name: Name): Offered | undefined {
  const weight = ({ action }: Offered) =>
    action.id === 'interviews.answer' && action.data?.answer !== 'held' ? 1 : (liking[action.id] ?? 0)
  const total = offered.reduce((sum, each) => sum + weight(each), 0)
  let left = world.chance.of('choose', ...name) * total
  for (const each of offered) {
    left -= weight(each)
    if (left < 0) return each
  }
  return undefined
}

/** A form as it was offered, here and there with something else. */
export function fill(world: World, form: Form, name: Name): FormValues {
  const values: Record<string, string | readonly string[]> = {}
  const { chance } = world
  const answerTo = (field: Field): string | readonly string[] | undefined => {
    const other = chance.hits(0.25, 'other', field.name, ...name)
    switch (field.type) {
      case 'text':
        return field.value ?? (field.optional ? undefined : '第2会議室')
      case 'number':
        return field.value === undefined ? undefined : String(field.value)
      case 'date':
        return (
          field.value ??
          world.today.add({ days: 7 + chance.below(10, 'date', field.name, ...name) }).toString()
        )
      case 'time':
        return field.value ?? `${9 + chance.below(8, 'hour', field.name, ...name)}:00`
      case 'select': {
        const some = chance.pick(field.options, 'option', field.name, ...name)?.value
        return field.value !== undefined && !other ? field.value : some
      }
      case 'multiselect':
      case 'checkboxes': {
        const some = field.options.filter((option) => chance.hits(0.4, 'many', option.label, ...name))
        const chosen = field.values?.length && !other ? field.values : some.map((option) => option.value)
        return chosen.length > 0 ? chosen : undefined
      }
      case 'person':
        return field.value
      default:
        return field satisfies never
    }
  }
  for (const field of form.fields) {
    const value = answerTo(field)
    if (value !== undefined) values[field.name] = value
  }
  return values
}

type Said = Pick<InboundEvent, 'type'> & Record<string, unknown>

export const eventOf = (person: Staff, key: string, said: Said): InboundEvent => {
  const { platform, number } = person
  const sender = { platform, tenant: 'T1', user: `U${number}`, locale: 'ja' } as const
  return { key, sender, ...said } as InboundEvent
}

/** What a reminder's buttons ask for, of an interview that the person holds up. */
const fromReminder = (interview: number): readonly Said[] =>
  ['interviews.later', 'interviews.ask-deadline', 'interviews.ask-deadline'].map((id) => ({
    type: 'click',
    action: { id, data: { interview } },
  }))

const openings = (person: Staff, hr: boolean, waiting: number | undefined): readonly Said[] => [
  { type: 'words', text: '面談' },
  { type: 'words', text: '面談' },
  ...(waiting === undefined ? [] : fromReminder(waiting)),
  ...(person.conducts ? [{ type: 'words', text: '面談 部下' } as const, { type: 'home' } as const] : []),
  ...(hr
    ? [
        { type: 'click', action: { id: 'interviews.deadlines', data: {} } } as const,
        { type: 'click', action: { id: 'interviews.unclear', data: {} } } as const,
      ]
    : []),
]

/** The most urgent interview that this person holds up, as staff member or as conductor. */
async function waitingFor(world: World, { id }: Staff): Promise<number | undefined> {
  const [row] = await world.ask<{ id: number }>(
    `SELECT i.id FROM interview i JOIN step s ON s.id = i.step_id WHERE i.status = 'waiting' AND s.opens_on <= $2
       AND (i.person_id = $1 OR EXISTS (SELECT FROM participant q WHERE q.interview_id = i.id AND q.person_id = $1
              AND q.role = 'conductor' AND q.to_on IS NULL))
     ORDER BY i.deadline, i.person_id LIMIT 1`,
    [id, world.today.toString()],
  )
  return row?.id
}

/**
 * Goes as far as the first step that may change something, and gives that step back unsent; `undefined` when the
 * person only looked.
 */
export async function session(
  world: World,
  person: Staff,
  hr: boolean,
  name: Name,
): Promise<InboundEvent | undefined> {
  const key = (n: number) => [...name, n].join(':')
  const waiting = await waitingFor(world, person)
  const opening = world.chance.pick(openings(person, hr, waiting), 'opening', ...name)
  if (!opening) return undefined
  const first = eventOf(person, key(0), opening)
  if (first.type === 'click' && world.effectOf(first.action.id) === 'changes') return first
  let replies = await world.receive(first)
  for (let step = 1; step <= 5; step += 1) {
    const form = formIn(replies)
    if (form) {
      const values = fill(world, form, [...name, step])
      return eventOf(person, key(step), { type: 'submit', form: form.id, data: form.data ?? {}, values })
    }
    const chosen = choose(world, offeredIn(replies), [...name, step])
    if (!chosen) return undefined
    const selected = chosen.options && world.chance.pick(chosen.options, 'select', ...name, step)
    const event = eventOf(person, key(step), {
      type: 'click',
      action: chosen.action,
      ...(selected !== undefined && { selected }),
    })
    if (world.effectOf(chosen.action.id) === 'changes') return event
    replies = await world.receive(event)
  }
  return undefined
}
