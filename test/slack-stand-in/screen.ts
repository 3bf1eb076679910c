// What a Slack client draws, by what is written on it, and what it holds of a form's fields.
import type { SlackBlock, SlackModal, SlackOption } from '../../src/adapters/slack/blocks.ts'

export type Input = Extract<SlackModal['blocks'][number], { type: 'input' }>
type Chooser = { options?: SlackOption[]; option_groups?: { options: SlackOption[] }[] }
export const offered = ({ options = [], option_groups = [] }: Chooser) => [
  ...options,
  ...option_groups.flatMap((group) => group.options),
]

/** The buttons, and the menus by their placeholder, that say this; `at` picks among those of several rows. */
export function elementOf(blocks: readonly SlackBlock[], label: string, at = 0) {
  const found = blocks.flatMap((block) => {
    const elements =
      block.type === 'actions' ? block.elements : block.type === 'section' ? [block.accessory] : []
    return elements.flatMap((element) => {
      const written = element?.type === 'button' ? element.text.text : element?.placeholder?.text
      return element && written === label ? { element, block_id: block.block_id } : []
    })
  })[at]
  if (!found) throw new Error(`Nothing here says ${label}`)
  return found
}

export const optionOf = (chooser: Chooser, label: string): SlackOption => {
  const found = offered(chooser).find((each) => each.text.text === label)
  if (!found) throw new Error(`No option says ${label}`)
  return found
}

/** What Slack holds of a field: what was typed, else what it began with. */
export function stateOf(
  { element }: Input,
  given: string | readonly string[] | undefined,
  searched: readonly SlackOption[],
): object {
  const one = typeof given === 'string' ? given : given?.[0]
  const { type } = element
  switch (type) {
    case 'plain_text_input':
    case 'number_input':
      return { type, value: (one ?? element.initial_value) || null }
    case 'datepicker':
      return { type, selected_date: one ?? element.initial_date ?? null }
    case 'timepicker':
      return { type, selected_time: one ?? element.initial_time ?? null }
    case 'static_select':
      return { type, selected_option: one ? optionOf(element, one) : (element.initial_option ?? null) }
    case 'external_select':
      // Only what a search has offered can be chosen.
      return {
        type,
        selected_option: one ? optionOf({ options: [...searched] }, one) : (element.initial_option ?? null),
      }
    case 'multi_static_select':
    case 'checkboxes': {
      const labels = typeof given === 'string' ? [given] : given
      return {
        type,
        selected_options: labels?.map((label) => optionOf(element, label)) ?? element.initial_options ?? [],
      }
    }
    default:
      return element satisfies never
  }
}

/** Whether a field holds nothing: the client itself keeps a form whose required fields are empty. */
export const isEmpty = (state: object): boolean =>
  Object.entries(state).every(
    ([name, value]) => name === 'type' || value === null || (Array.isArray(value) && value.length === 0),
  )
