// Forms as Slack modals, and what Slack is answered while one is open.

import type { z } from 'zod'
import type { Field, FieldErrors, Form, Option } from '../../cards/card.ts'
import { fit, fitLabel, isBlank, languageOf, moreMark } from '../../cards/fit.ts'
import { commonBudget, slackLimits as limits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { MessageRef } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { type WireForm, writeJson } from '../codec.ts'
import type { fieldErrorsSchema, SlackInput, SlackModal, suggestionsSchema } from './blocks.ts'
import { optionChoices, slackOption } from './options.ts'
import { label, richInlines } from './text.ts'

const words = {
  ja: { none: '選べるものがありません', choose: '選んでください', search: '氏名の一部で探す' },
  en: { none: 'Nothing to choose from', choose: 'Choose', search: 'Search by name' },
} as const

/** Blocks of ours begin with a sign that no field's name has. */
const titleBlock = '#title'
const introBlock = '#intro'

const decimal = (value: number | undefined): string | undefined =>
  value !== undefined && Number.isFinite(value) && !/e/.test(String(value)) ? String(value) : undefined

const isDate = (value: string): boolean => {
  try {
    return Temporal.PlainDate.from(value).toString() === value
  } catch {
    return false
  }
}

interface Share {
  readonly language: Language
  /** Characters that one field may fill. */
  readonly characters: number
}

/** The element of a field, and a line to add to its hint where not all options could be shown. */
function elementOf(field: Field, share: Share): { element: SlackInput['element']; note?: string } {
  const action_id = field.name
  const say = words[share.language]
  const optionsOf = (options: readonly Option[], selected: readonly string[]) => {
    const offered = options.length > 0 ? options : [{ label: say.none, value: '' }]
    const { choices, ...rest } = optionChoices(offered, {
      most: limits.formOptions,
      characters: share.characters,
      selected,
      language: share.language,
    })
    const note = rest.left > 0 ? moreMark(rest.left, share.language) : undefined
    return { choices, selected: rest.selected, note }
  }
  const placeholder = label(say.choose, limits.placeholder)
  switch (field.type) {
    case 'text': {
      const most = Math.min(limits.inputText, Math.max(1, Math.floor(field.maxLength ?? limits.inputText)))
      return {
        element: {
          type: 'plain_text_input',
          action_id,
          ...(field.multiline && { multiline: true }),
          max_length: most,
          ...(field.value && { initial_value: fit(field.value, Math.min(most, share.characters)) }),
          ...(field.placeholder &&
            !isBlank(field.placeholder) && { placeholder: label(field.placeholder, limits.placeholder) }),
        },
      }
    }
    case 'number': {
      const [initial, min, max] = [field.value, field.min, field.max].map(decimal)
      return {
        element: {
          type: 'number_input',
          action_id,
          is_decimal_allowed: [initial, min, max].some((value) => value?.includes('.')),
          ...(initial && { initial_value: initial }),
          ...(min && { min_value: min }),
          ...(max && { max_value: max }),
        },
      }
    }
    case 'date':
      return {
        element: {
          type: 'datepicker',
          action_id,
          ...(field.value && isDate(field.value) && { initial_date: field.value }),
        },
      }
    case 'time':
      return {
        element: {
          type: 'timepicker',
          action_id,
          ...(field.value && /^([01]\d|2[0-3]):[0-5]\d$/.test(field.value) && { initial_time: field.value }),
        },
      }
    case 'select': {
      const { choices, selected, note } = optionsOf(
        field.options,
        field.value === undefined ? [] : [field.value],
      )
      return {
        element: {
          type: 'static_select',
          action_id,
          ...choices,
          ...(selected[0] && { initial_option: selected[0] }),
          placeholder,
        },
        note,
      }
    }
    case 'checkboxes':
      if (field.options.length > 0 && field.options.length <= limits.checkboxes) {
        const options = field.options.map(slackOption)
        const chosen = options.filter((_, at) => field.values?.includes(field.options[at]?.value ?? ''))
        return {
          element: {
            type: 'checkboxes',
            action_id,
            options,
            ...(chosen.length > 0 && { initial_options: chosen }),
          },
        }
      }
      return multiple(field.options, field.values ?? [])
    case 'multiselect':
      return multiple(field.options, field.values ?? [])
    case 'person':
      return {
        element: {
          type: 'external_select',
          action_id,
          min_query_length: 1,
          ...(field.value && {
            initial_option: slackOption({ label: field.shown ?? field.value, value: field.value }),
          }),
          placeholder: label(say.search, limits.placeholder),
        },
      }
    default:
      return field satisfies never
  }

  function multiple(options: readonly Option[], values: readonly string[]) {
    const { choices, selected, note } = optionsOf(options, values)
    return {
      element: {
        type: 'multi_static_select' as const,
        action_id,
        ...choices,
        ...(selected.length > 0 && { initial_options: selected }),
        placeholder,
      },
      note,
    }
  }
}

function inputBlock(field: Field, share: Share): SlackInput {
  if (field.name === '' || field.name.length > limits.id || field.name.startsWith('#')) {
    throw new RangeError('A field needs a name of 1 to 255 characters that does not begin with #')
  }
  const { element, note } = elementOf(field, share)
  const hint = [field.hint ?? '', note ?? ''].filter((line) => !isBlank(line)).join('\n')
  const none = 'options' in field && field.options.length === 0
  return {
    type: 'input',
    block_id: field.name,
    label: label(field.label, Math.min(limits.label, 500)),
    // A menu without options cannot be answered: it does not hold up the rest.
    optional: field.optional === true || none,
    ...(hint && { hint: label(hint, Math.min(limits.hint, 1_000)) }),
    element,
  }
}

/**
 * A modal for `views.open`. `message` is the one whose button opened it; it comes back with the submission, so that the
 * answer can take its place. Where an answer has field errors Slack itself keeps the input (`renderFieldErrors`).
 */
export function renderForm(form: Form, message?: MessageRef): SlackModal {
  const language = languageOf(form)
  const wire: WireForm = { id: form.id, data: form.data ?? {}, ...(message && { message: { ...message } }) }
  const metadata = writeJson(wire)
  if (writeJson(wire.data).length > commonBudget.actionData || metadata.length > limits.privateMetadata) {
    throw new RangeError(`The data of ${form.id} takes more than ${commonBudget.actionData} characters`)
  }
  const share = {
    language,
    characters: Math.min(limits.inputText, Math.floor(40_000 / (form.fields.length + 1))),
  }
  const blocks: SlackModal['blocks'] = []
  // A title that does not fit above the modal is said in full inside.
  if (fitLabel(form.title, limits.modalTitle) !== fitLabel(form.title, limits.text)) {
    blocks.push({ type: 'section', block_id: titleBlock, text: label(form.title, 500) })
  }
  if (form.intro !== undefined && !isBlank(plainText(form.intro))) {
    blocks.push({
      type: 'rich_text',
      block_id: introBlock,
      elements: [{ type: 'rich_text_section', elements: richInlines(form.intro, limits.text) }],
    })
  }
  blocks.push(...form.fields.map((field) => inputBlock(field, share)))
  if (blocks.length === 0)
    blocks.push({ type: 'section', block_id: titleBlock, text: label(form.title, 500) })
  if (blocks.length > limits.viewBlocks) throw new RangeError(`${form.id} has more fields than a modal takes`)
  return {
    type: 'modal',
    callback_id: form.id,
    title: label(form.title, limits.modalTitle),
    submit: label(form.submit, limits.modalButton),
    close: label(form.cancel, limits.modalButton),
    private_metadata: metadata,
    blocks,
  }
}

/** The answer to a submission that needs mending: the modal stays, each message under its field. */
export const renderFieldErrors = (errors: FieldErrors): z.infer<typeof fieldErrorsSchema> => ({
  response_action: 'errors',
  errors: Object.fromEntries(
    Object.entries(errors).map(([field, message]) => [field, fitLabel(message, limits.hint)]),
  ),
})

/** The answer to a search for people; where more were found than a menu shows, a heading says how many. */
export function renderOptions(
  found: readonly Option[],
  language: Language,
): z.infer<typeof suggestionsSchema> {
  const options = found.slice(0, limits.options).map(slackOption)
  const left = found.length - options.length
  return left > 0
    ? { option_groups: [{ label: label(moreMark(left, language), limits.optionText), options }] }
    : { options }
}
