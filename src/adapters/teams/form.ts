// Forms in Teams: a dialog where the button that was pressed could open one, else a card in the chat. Both hold the
// same fields, and both are drawn anew with what was typed when something needs mending.

import type { z } from 'zod'
import type { Field, FieldErrors, Form, FormValues, Option } from '../../cards/card.ts'
import { fit, fitLabel, isBlank, languageOf, moreMark } from '../../cards/fit.ts'
import { commonBudget, teamsLimits as limits, slackLimits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { MessageRef } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { type WireForm, writeJson, writeOption } from '../codec.ts'
import type { Action, Activity, AdaptiveCard, Dialog, Element, Input, searchResponseSchema } from './card.ts'
import { asMessage, envelope } from './render.ts'
import { escapeMarkdown, noMentions, textElements } from './text.ts'

const words = {
  ja: {
    required: (label: string) => `「${label}」を入力してください`,
    search: '氏名の一部で探す',
    choose: '選んでください',
    none: '選べるものがありません',
  },
  en: {
    required: (label: string) => `Please fill in “${label}”`,
    search: 'Search by name',
    choose: 'Choose',
    none: 'Nothing to choose from',
  },
} as const

export interface Refill {
  /** What was typed, by field; it wins over the form's own values. */
  readonly values?: FormValues
  readonly errors?: FieldErrors
  /** The message from which the form was opened. */
  readonly message?: MessageRef
}

/**
 * Inputs lie beside our own data when they come back: their names begin apart from it and say how their value is
 * written (m: several options, o: one option, else as typed).
 */
export const inputId = (field: Field): string => {
  if (field.type === 'multiselect' || field.type === 'checkboxes') return `f.m.${field.name}`
  return field.type === 'select' || field.type === 'person' ? `f.o.${field.name}` : `f.t.${field.name}`
}

const isDate = (value: string): boolean => {
  try {
    return Temporal.PlainDate.from(value).toString() === value
  } catch {
    return false
  }
}

const finite = (value: string | number | undefined): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

interface Share {
  readonly form: string
  readonly language: Language
  /** Characters of JSON that one field may take. */
  readonly room: number
}

const choose = (options: readonly Option[], room: number) => {
  const choices: { title: string; value: string }[] = []
  let left = room
  for (const option of options.slice(0, slackLimits.formOptions)) {
    const choice = { title: fitLabel(option.label, slackLimits.optionText), value: writeOption(option.value) }
    left -= JSON.stringify(choice).length + 1
    if (left < 0 && choices.length > 0) break
    choices.push(choice)
  }
  return { choices, left: options.length - choices.length }
}

/** A field's input, and how many of its options did not fit. */
function inputOf(
  field: Field,
  typed: string | readonly string[] | undefined,
  share: Share,
): { input: Input; left: number } {
  const say = words[share.language]
  const label = fitLabel(field.label, 200)
  const none = 'options' in field && field.options.length === 0
  const asked = {
    id: inputId(field),
    label,
    ...(field.optional || none
      ? {}
      : { isRequired: true, errorMessage: fitLabel(say.required(label), limits.label) }),
  }
  const one = typeof typed === 'string' ? typed : undefined
  const many = typed === undefined ? undefined : typeof typed === 'string' ? [typed] : typed
  const placeholder = say.choose
  switch (field.type) {
    case 'text': {
      const value = fit(one ?? field.value ?? '', share.room)
      return {
        input: {
          type: 'Input.Text',
          ...asked,
          ...(field.multiline && { isMultiline: true }),
          maxLength: Math.min(
            slackLimits.inputText,
            Math.max(1, Math.floor(field.maxLength ?? slackLimits.inputText)),
          ),
          ...(field.placeholder &&
            !isBlank(field.placeholder) && { placeholder: fitLabel(field.placeholder, 150) }),
          ...(value !== '' && { value }),
        },
        left: 0,
      }
    }
    case 'number': {
      const [value, min, max] = [finite(one ?? field.value), finite(field.min), finite(field.max)]
      return {
        input: {
          type: 'Input.Number',
          ...asked,
          ...(min !== undefined && { min }),
          ...(max !== undefined && { max }),
          ...(value !== undefined && { value }),
        },
        left: 0,
      }
    }
    case 'date': {
      const value = one ?? field.value
      return { input: { type: 'Input.Date', ...asked, ...(value && isDate(value) && { value }) }, left: 0 }
    }
    case 'time': {
      const value = one ?? field.value ?? ''
      const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(value)
      return { input: { type: 'Input.Time', ...asked, ...(isTime && { value }) }, left: 0 }
    }
    case 'select':
    case 'multiselect':
    case 'checkboxes': {
      const { choices, left } = choose(none ? [{ label: say.none, value: '' }] : field.options, share.room)
      const values =
        many ??
        (field.type === 'select' ? (field.value === undefined ? [] : [field.value]) : (field.values ?? []))
      const offered = choices.map((choice) => choice.value)
      const selected = values.map(writeOption).filter((value) => offered.includes(value))
      return {
        input: {
          type: 'Input.ChoiceSet',
          ...asked,
          style: field.type === 'checkboxes' ? 'expanded' : 'compact',
          ...(field.type !== 'select' && { isMultiSelect: true }),
          wrap: true,
          choices,
          placeholder,
          ...(selected.length > 0 && { value: selected.join(',') }),
        },
        left,
      }
    }
    case 'person': {
      const value = one ?? field.value
      const shown = value === field.value ? (field.shown ?? value) : value
      return {
        input: {
          type: 'Input.ChoiceSet',
          ...asked,
          style: 'filtered',
          choices: value ? [{ title: fitLabel(shown ?? value, 75), value: writeOption(value) }] : [],
          'choices.data': { type: 'Data.Query', dataset: `people/${share.form}/${field.name}` },
          placeholder: say.search,
          ...(value && { value: writeOption(value) }),
        },
        left: 0,
      }
    }
    default:
      return field satisfies never
  }
}

function bodyOf(form: Form, refill: Refill): Element[] {
  const language = languageOf(form)
  const room = Math.min(3_000, Math.floor(20_000 / (form.fields.length + 1)))
  const body: Element[] = form.intro === undefined ? [] : textElements(form.intro, noMentions, { max: 3_000 })
  for (const field of form.fields) {
    const { input, left } = inputOf(field, refill.values?.[field.name], { form: form.id, language, room })
    body.push(input)
    const hint = [plainText(field.hint ?? ''), left > 0 ? moreMark(left, language) : ''].filter(
      (line) => !isBlank(line),
    )
    const error = refill.errors?.[field.name]
    // What to mend stands right below its field, before any hint.
    if (error)
      body.push(...textElements(error, noMentions, { warning: true, bold: true, max: 400 }).map(close))
    if (hint.length > 0)
      body.push(
        ...textElements(hint.join('\n'), noMentions, { subtle: true, small: true, max: 600 }).map(close),
      )
  }
  // A message for a field that the form does not have must not get lost.
  const known = new Set(form.fields.map((field) => field.name))
  for (const [field, message] of Object.entries(refill.errors ?? {})) {
    if (!known.has(field))
      body.unshift(...textElements(message, noMentions, { warning: true, bold: true, max: 400 }))
  }
  return body.length > 0 ? body : textElements(fitLabel(form.title, 300), noMentions)
}

const close = <Each extends Element>(element: Each): Each => ({ ...element, spacing: 'None' as const })

function wireForm(form: Form, refill: Refill): WireForm {
  const data = form.data ?? {}
  if (writeJson(data).length > commonBudget.actionData) {
    throw new RangeError(`The data of ${form.id} takes more than ${commonBudget.actionData} characters`)
  }
  return { id: form.id, data: { ...data }, ...(refill.message && { message: { ...refill.message } }) }
}

const title = (form: Form) => fitLabel(form.title, 200)

/** The dialog for `task/fetch`, and again for a `task/submit` that needs mending (then with values and errors). */
export function renderForm(form: Form, refill: Refill = {}): Dialog {
  const actions: Action[] = [
    {
      type: 'Action.Submit',
      title: fitLabel(form.submit, slackLimits.buttonText),
      data: { form: wireForm(form, refill) },
      style: 'positive',
      associatedInputs: 'auto',
    },
  ]
  const content = envelope(bodyOf(form, refill), { words: title(form), actions })
  return {
    title: title(form),
    width: 'medium',
    height: 'large',
    card: { contentType: 'application/vnd.microsoft.card.adaptive', content },
  }
}

/** The same form as a card in the chat, with a button that takes it back. */
export function renderFormMessage(form: Form, refill: Refill = {}): Activity {
  const heading: AdaptiveCard['body'][number] = {
    type: 'TextBlock',
    text: escapeMarkdown(title(form)),
    wrap: true,
    style: 'heading',
    size: 'Medium',
    weight: 'Bolder',
  }
  const actions: Action[] = [
    {
      type: 'Action.Execute',
      title: fitLabel(form.submit, slackLimits.buttonText),
      verb: form.id,
      data: { form: wireForm(form, refill) },
      style: 'positive',
      associatedInputs: 'auto',
    },
    {
      type: 'Action.Execute',
      title: fitLabel(form.cancel, slackLimits.buttonText),
      verb: 'form.cancel',
      data: { cancel: true },
      associatedInputs: 'none',
    },
  ]
  return asMessage(form.title, envelope([heading, ...bodyOf(form, refill)], { words: title(form), actions }))
}

/** The answer to a search for people: the first fifteen, which is what Teams shows; more letters narrow it. */
export const renderOptions = (found: readonly Option[]): z.infer<typeof searchResponseSchema> => ({
  type: 'application/vnd.microsoft.search.searchResponse',
  statusCode: 200,
  value: {
    results: found.slice(0, limits.searchResults).map((option) => ({
      title: fitLabel(option.label, limits.label),
      value: writeOption(option.value),
    })),
  },
})
