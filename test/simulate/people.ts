// How people behave: they ask how things stand, look, and press one of the buttons they are shown, fill in a form as
// it is offered or a little differently. What they choose follows from seed, person and day alone.
import type { Field, Form, FormValues } from '../../src/cards/card.ts'
import type { InboundEvent } from '../../src/chat/chat.ts'
import { formIn, type Offered, offeredIn } from './cards.ts'
import type { Said, SimulatedFeature, Staff } from './features/feature.ts'
import type { World } from './world.ts'

type Name = readonly (string | number)[]

function choose(
  world: World,
  features: readonly SimulatedFeature[],
  offered: readonly Offered[],
  name: Name,
): Offered | undefined {
  const weight = ({ action }: Offered) => {
    for (const { likes, liking } of features) {
      const liked = likes?.(action) ?? liking?.[action.id]
      if (liked !== undefined) return liked
    }
    return 0
  }
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

export const eventOf = (person: Staff, key: string, said: Said): InboundEvent => {
  const { platform, number } = person
  const sender = { platform, tenant: 'T1', user: `U${number}`, locale: 'ja' } as const
  return { key, sender, ...said } as InboundEvent
}

/**
 * Goes as far as the first step that may change something, and gives that step back unsent; `undefined` when the
 * person only looked.
 */
export async function session(
  world: World,
  features: readonly SimulatedFeature[],
  person: Staff,
  hr: boolean,
  name: Name,
): Promise<InboundEvent | undefined> {
  const key = (n: number) => [...name, n].join(':')
  const openings: Said[] = []
  for (const feature of features) openings.push(...((await feature.openings?.(person, hr)) ?? []))
  const opening = world.chance.pick(openings, 'opening', ...name)
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
    const chosen = choose(world, features, offeredIn(replies), [...name, step])
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
