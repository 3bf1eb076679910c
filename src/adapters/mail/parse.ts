// What a page sends back, as an inbound event. Nothing of it is believed but the pass; all else is looked up in what the
// pass holds.
import { z } from 'zod'
import type { Field, FormValues } from '../../cards/card.ts'
import type { InboundEvent } from '../../chat/chat.ts'
import { type Door, newKey, type Passes } from './links.ts'

const posted = z.looseObject({ t: z.string() })
const oneOf = (value: unknown): string | undefined => {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}
const allOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string')

/** The option at the place that was sent. */
const optionAt = (options: readonly { readonly value: string }[], place: string | undefined) =>
  place !== undefined && /^\d{1,4}$/.test(place) ? options[Number(place)]?.value : undefined

/** Of a field: what it brings back; undefined where it was left empty. */
function bringsBack(
  field: Field,
  at: number,
  body: Readonly<Record<string, unknown>>,
): FormValues[string] | undefined {
  const raw = body[`v${at}`]
  switch (field.type) {
    case 'select':
      return optionAt(field.options, oneOf(raw))
    case 'multiselect':
    case 'checkboxes': {
      const values = allOf(raw).flatMap((place) => optionAt(field.options, place) ?? [])
      return values.length > 0 ? values : undefined
    }
    case 'person': {
      const chosen = oneOf(body[`p${at}`])
      return chosen && /^\d{1,10}$/.test(chosen) ? chosen : undefined
    }
    case 'text':
    case 'number':
    case 'date':
    case 'time': {
      const text = oneOf(raw)?.replace(/\r\n?/g, '\n')
      return text === undefined || text === '' ? undefined : text
    }
    default:
      return field satisfies never
  }
}

export interface Sent {
  readonly door: Door
  /** As it came, to be shown again where something else is asked first. */
  readonly pass: string
  readonly event: InboundEvent
  /** What the holder said to the question of the door. */
  readonly answer: string
  /** Names that were written into fields for people, still to be looked up. */
  readonly people: Readonly<Record<string, string>>
}

export const senderOf = ({ to, language }: Pick<Door, 'to' | 'language'>) => ({ ...to, locale: language })

/** Undefined: the pass is none of ours, or an option was not among those that were offered. */
export function readSent(payload: unknown, passes: Passes): Sent | undefined {
  const body = posted.safeParse(payload).data
  const door = body && passes.read(body.t)
  if (!body || !door) return undefined
  const { does, key } = door
  const base = { door, pass: body.t, answer: oneOf(body.c) ?? '', people: {} }
  const sender = senderOf(door)
  switch (does.type) {
    case 'home':
      // It only reads: each time is one of its own, however long the code lasts.
      return { ...base, event: { type: 'home', key: newKey(), sender } }
    case 'press': {
      const selected = does.options
        ? optionAt(
            does.options.map((value) => ({ value })),
            oneOf(body.s),
          )
        : does.selected
      if (does.options && selected === undefined) return undefined
      const { action } = does
      return {
        ...base,
        event: { type: 'click', key, sender, action, ...(selected !== undefined && { selected }) },
      }
    }
    case 'form': {
      const { form } = does
      const entries = form.fields.flatMap((field, at) => {
        const value = bringsBack(field, at, body)
        return value === undefined ? [] : [[field.name, value] as const]
      })
      const people = form.fields.flatMap((field, at) => {
        const name = oneOf(body[`v${at}`])?.trim()
        return field.type === 'person' && name && !oneOf(body[`p${at}`]) ? [[field.name, name] as const] : []
      })
      return {
        ...base,
        event: {
          type: 'submit',
          key,
          sender,
          form: form.id,
          data: form.data ?? {},
          values: Object.fromEntries(entries),
        },
        people: Object.fromEntries(people),
      }
    }
    default:
      return does satisfies never
  }
}
