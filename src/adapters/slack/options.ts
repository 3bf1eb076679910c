// Menus. A menu has no value beside its options, so its action travels in its two ids.
import type { Option } from '../../cards/card.ts'
import { slackLimits as limits } from '../../cards/limits.ts'
import type { Language } from '../../kernel/language.ts'
import { readAction, readJson, type WireAction, writeJson, writeOption } from '../codec.ts'
import type { SlackOption } from './blocks.ts'
import type { Ids } from './ids.ts'
import { label } from './text.ts'

const part = limits.id - 15

/** The menu's two ids with the action in them; undefined where it does not fit. */
export function selectIds(action: WireAction, ids: Ids): { action: string; block: string } | undefined {
  const signs = [...writeJson(action)]
  // Halves are cut between code points, so that neither holds half a character.
  let cut = 0
  let length = 0
  while (cut < signs.length && length + (signs[cut]?.length ?? 0) <= part) length += signs[cut++]?.length ?? 0
  const first = signs.slice(0, cut).join('')
  const rest = signs.slice(cut).join('')
  return rest.length > part
    ? undefined
    : { action: `${ids.action()}|${first}`, block: `${ids.block()}|${rest}` }
}

/** The action in a menu's two ids. */
export function readSelectIds(actionId: string, blockId: string): WireAction | undefined {
  const [first, rest] = [actionId, blockId].map((id) => /^[ab]\d+\|([\s\S]*)$/.exec(id)?.[1])
  return first === undefined || rest === undefined ? undefined : readAction(readJson(first + rest))
}

export const slackOption = (option: Option): SlackOption => ({
  text: label(option.label, limits.optionText),
  value: writeOption(option.value),
})

interface Choices {
  readonly choices:
    | { readonly options: SlackOption[] }
    | { readonly option_groups: { label: SlackOption['text']; options: SlackOption[] }[] }
  /** Those of the selected that are offered. */
  readonly selected: SlackOption[]
  /** How many options did not fit. */
  readonly left: number
}

/** Options as a menu takes them: at most 100 in a list, more in groups of 100, up to `most` and `characters`. */
export function optionChoices(
  all: readonly Option[],
  {
    most,
    characters,
    selected,
    language,
  }: { most: number; characters: number; selected: readonly string[]; language: Language },
): Choices {
  let room = characters
  const kept: { value: string; drawn: SlackOption }[] = []
  for (const option of all.slice(0, most)) {
    const drawn = slackOption(option)
    room -= drawn.text.text.length
    if (room < 0 && kept.length > 0) break
    kept.push({ value: option.value, drawn })
  }
  const options = kept.map(({ drawn }) => drawn)
  const chosen = kept.filter(({ value }) => selected.includes(value)).map(({ drawn }) => drawn)
  const left = all.length - kept.length
  if (options.length <= limits.options) return { choices: { options }, selected: chosen, left }
  const groups = []
  for (let start = 0; start < options.length; start += limits.options) {
    const group = options.slice(start, start + limits.options)
    const span = `${start + 1}${language === 'ja' ? '〜' : '–'}${start + group.length}`
    groups.push({ label: label(span, limits.optionText), options: group })
  }
  return { choices: { option_groups: groups }, selected: chosen, left }
}
