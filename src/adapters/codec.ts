// What travels through a platform inside buttons and forms and comes back: actions, forms, option values. Whatever
// comes back may have been forged, so everything is read through a schema.
import { z } from 'zod'
import type { Action } from '../cards/card.ts'
import { commonBudget, slackLimits } from '../cards/limits.ts'

/** "feature.verb" */
const id = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][\w.:-]*$/i)

const data = z.record(z.string().max(100), z.union([z.string(), z.number(), z.boolean()]))

/** A button's wire form. */
export const actionSchema = z.strictObject({ id, data: data.optional(), selected: z.string().optional() })

/** A form's wire form: which it is, its data, and the message from which it was opened. */
export const formSchema = z.strictObject({
  id,
  data,
  message: z.strictObject({ conversation: z.string().max(500), id: z.string().max(500) }).optional(),
})

export type WireAction = z.infer<typeof actionSchema>
export type WireForm = z.infer<typeof formSchema>

/** JSON of any length; anything that is none reads as undefined. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** JSON in which nothing looks like markup: a platform that escapes `&<>` on the way would break it. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[&<>]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * The action as it travels. @throws RangeError where its data is larger than every platform takes, or its id is none:
 * both are mistakes in a view, found by its test.
 */
export function wireAction(action: Action, selected?: string): WireAction {
  const wire = {
    id: action.id,
    ...(action.data && { data: action.data }),
    ...(selected !== undefined && { selected }),
  }
  const read = actionSchema.safeParse(wire)
  if (!read.success)
    throw new RangeError('An action needs an id like "feature.verb" and data of plain values')
  const size = writeJson(action.data ?? {}).length
  if (size > commonBudget.actionData) {
    throw new RangeError(
      `The data of ${action.id} takes ${size} characters, more than ${commonBudget.actionData}`,
    )
  }
  return read.data
}

/** A button's value, back as what it asks for; undefined where it is none of ours. */
export function readAction(value: unknown): WireAction | undefined {
  const read = actionSchema.safeParse(value)
  return read.success ? read.data : undefined
}

const plainValue = /^[^=&<>,%]+$/

/**
 * An option's value as platforms take it: never empty (Slack refuses that), without the comma that Teams joins several
 * with and without what Slack escapes. Ids pass as they are.
 * @throws RangeError where it is longer than an option's value may be
 */
export function writeOption(value: string): string {
  const wire = plainValue.test(value)
    ? value
    : `=${value.replace(/[&<>,%]/g, (sign) => encodeURIComponent(sign))}`
  if (wire.length > slackLimits.optionValue) {
    throw new RangeError(`An option's value is an id of at most ${commonBudget.optionValue} characters`)
  }
  return wire
}

/** The value that was written; what was never written by us comes back as it is. */
export const readOption = (wire: string): string =>
  wire.startsWith('=')
    ? wire
        .slice(1)
        .replace(/%(26|3C|3E|2C|25)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : wire
