// The cards that are intake's own. Pure: state in, card out.
import type { Block, Button, Card, Row } from '../cards/card.ts'
import { reference } from '../kernel/flow.ts'
import type { Bilingual, Language } from '../kernel/language.ts'
import type { CommandHandler, HomeItem } from './handler.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsOf = (language: Language): typeof ja => (language === 'en' ? en : ja)

const helpButton = (language: Language): Button => ({
  label: textsOf(language).help.button,
  action: { id: 'intake.help' },
})
const homeButton = (language: Language): Button => ({
  label: textsOf(language).home.button,
  action: { id: 'intake.home' },
})
const languageButton = (language: Language): Button => ({
  label: textsOf(language).language.button,
  action: { id: 'intake.language' },
})

const lines = (
  summary: string,
  paragraphs: readonly string[],
  buttons: readonly Button[],
  context?: string,
): Card => ({
  summary,
  blocks: [
    ...paragraphs.map((text): Block => ({ type: 'text', text })),
    ...(context ? [{ type: 'context', text: context } as const] : []),
    ...(buttons.length > 0 ? [{ type: 'buttons', buttons } as const] : []),
  ],
})

export interface HelpGroup {
  readonly title?: Bilingual
  readonly commands: readonly CommandHandler[]
}

/** Only commands that the reader may use are handed in; a group without any is left out. */
export function helpCard(
  groups: readonly HelpGroup[],
  language: Language,
  opening?: string,
  intro = textsOf(language).help.intro,
): Card {
  const t = textsOf(language).help
  const row = (command: CommandHandler): Row => ({
    text: [{ bold: command.phrases[language][0] ?? command.id }],
    detail: command.help[language],
    button: { label: t.open, action: { id: 'intake.run', data: { command: command.id } } },
  })
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      { type: 'text', text: opening ? `${opening}\n${intro}` : intro },
      ...groups
        .filter((group) => group.commands.length > 0)
        .flatMap((group): Block[] => [
          { type: 'divider' },
          ...(group.title ? [{ type: 'text', text: [{ bold: group.title[language] }] } as const] : []),
          { type: 'list', rows: group.commands.map(row) },
        ]),
    ],
  }
}

/** How many things Home shows; a manager with more looks at the board. */
const HOME_ITEMS = 12

export interface HomeView {
  readonly addressed: string
  /** In order of time. */
  readonly items: readonly HomeItem[]
  /** A feature could not be asked. */
  readonly incomplete: boolean
  /** Looked at on a page, where nothing can be told later. */
  readonly page: boolean
  readonly language: Language
}

export function homeCard({ addressed, items, incomplete, page, language }: HomeView): Card {
  const t = textsOf(language).home
  const shown = items.slice(0, HOME_ITEMS)
  const rows = shown.map(
    (item): Row => ({
      text: item.text,
      ...(item.detail && { detail: item.detail }),
      ...(item.button && { button: item.button }),
    }),
  )
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading(addressed) },
      { type: 'text', text: rows.length > 0 || incomplete ? (page ? t.introPage : t.intro) : t.empty },
      ...(rows.length > 0 ? [{ type: 'list', rows } as const] : []),
      ...(items.length > shown.length
        ? [{ type: 'context', text: t.more(items.length - shown.length) } as const]
        : []),
      ...(incomplete ? [{ type: 'context', text: t.incomplete } as const] : []),
      { type: 'divider' },
      { type: 'buttons', buttons: [helpButton(language), languageButton(language)] },
    ],
  }
}

export function languageCard(language: Language, changed: boolean): Card {
  const t = textsOf(language).language
  const choose = (label: string, to: Language): Button => ({
    label,
    action: { id: 'intake.set-language', data: { language: to } },
    ...(to !== language && { style: 'primary' as const }),
  })
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      { type: 'text', text: changed ? t.changed : t.now },
      {
        type: 'buttons',
        buttons: [choose('日本語', 'ja'), choose('English', 'en'), homeButton(language)],
      },
    ],
  }
}

export const refusedCard = (who: Bilingual, office: Bilingual, language: Language): Card => {
  const t = textsOf(language).refused
  return lines(t.summary, [t.text(who[language]), t.next(office[language])], [helpButton(language)])
}

/** A feature's own "no": its text says what to do next. */
export const refusalCard = (text: Bilingual, language: Language): Card =>
  lines(textsOf(language).note.summary, [text[language]], [homeButton(language), helpButton(language)])

export const outdatedCard = (language: Language): Card => {
  const t = textsOf(language).outdated
  return lines(t.summary, [t.text], [homeButton(language), helpButton(language)])
}

export const settledCard = (language: Language): Card => {
  const t = textsOf(language).settled
  return lines(t.summary, [t.text], [homeButton(language)])
}

export const busyCard = (language: Language): Card => {
  const t = textsOf(language).busy
  return lines(t.summary, [t.text], [homeButton(language)])
}

/** The answer follows by itself. */
export const delayedCard = (language: Language): Card => {
  const t = textsOf(language).delayed
  return lines(t.summary, [t.text], [])
}

/** A dialog that was asked for too long ago to be opened. */
export const pressAgainCard = (language: Language): Card => {
  const t = textsOf(language).pressAgain
  return lines(t.summary, [t.text], [homeButton(language)])
}

/** A form whose fields need mending, when it is no longer open. */
export const notTakenCard = (errors: readonly string[], language: Language): Card => {
  const t = textsOf(language).notTaken
  return lines(t.summary, [t.text, ...errors], [homeButton(language)])
}

export const brokenCard = (flow: string, office: Bilingual, language: Language): Card => {
  const t = textsOf(language).broken
  return lines(
    t.summary,
    [t.text, t.next(office[language])],
    [helpButton(language)],
    t.reference(reference(flow)),
  )
}

export const thanksCard = (language: Language): Card => {
  const t = textsOf(language).help
  return lines(t.thanks, [t.thanks], [homeButton(language)])
}

export const fileCard = (problem: { readonly limit?: number }, language: Language): Card => {
  const t = textsOf(language).file
  return lines(t.summary, [problem.limit ? t.tooLarge(problem.limit) : t.unknown], [helpButton(language)])
}

/** For whoever is not in the directory, whose language is a guess: both, and nothing about anybody. */
export const strangerCard = (office: Bilingual): Card => ({
  summary: `${ja.stranger.summary} / ${en.stranger.summary}`,
  blocks: [
    { type: 'text', text: ja.stranger.text(office.ja) },
    { type: 'divider' },
    { type: 'text', text: en.stranger.text(office.en) },
  ],
})
