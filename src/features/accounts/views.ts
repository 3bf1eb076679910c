// Pure: matters in, cards and forms out.
import type { Block, Button, Card, Form, Row } from '../../cards/card.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Matter } from './repository.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { reachTexts } from './texts-reach.ts'

export const textsOf = (language: Language): typeof ja => (language === 'en' ? en : ja)

const platformName = (platform: string): string => (platform === 'teams' ? 'Teams' : 'Slack')
const shownRows = 10

function rowOf(matter: Matter, zone: string, language: Language): Row {
  const t = textsOf(language)
  const platform = platformName(matter.platform)
  const day = formatDate(matter.at.toZonedDateTimeISO(zone).toPlainDate(), language)
  const name = matter.person?.name ?? ''
  const button = (label: string, id: string): Button => ({
    label,
    action: { id, data: { matter: matter.id } },
  })
  switch (matter.kind) {
    case 'unknown':
      return {
        text: t.unknown(matter.shownName, platform),
        detail: t.unknownDetail(day),
        button: button(t.link, 'accounts.link'),
      }
    case 'renamed':
      return {
        text: t.renamed(name, matter.shownName, platform),
        detail: t.renamedDetail(day),
        button: button(t.check, 'accounts.check'),
      }
    case 'other-name':
      return {
        text: t.otherName(name, matter.shownName, platform),
        detail: t.otherNameDetail(day),
        button: button(t.check, 'accounts.check'),
      }
    case 'closed':
      return {
        text: t.closed(name, platform),
        detail: t.closedDetail(day),
        button: button(t.seen, 'accounts.seen'),
      }
    default:
      return matter.kind satisfies never
  }
}

export function mattersCard(
  matters: readonly Matter[],
  zone: string,
  language: Language,
  note?: string,
): Card {
  const t = textsOf(language)
  const shown = matters.slice(0, shownRows)
  const left = matters.length - shown.length
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      ...(note ? [{ type: 'text', text: note } satisfies Block] : []),
      { type: 'text', text: shown.length > 0 ? t.intro : t.none },
      ...(shown.length > 0
        ? [{ type: 'list', rows: shown.map((matter) => rowOf(matter, zone, language)) } satisfies Block]
        : []),
      ...(left > 0 ? [{ type: 'context', text: t.more(left) } satisfies Block] : []),
      {
        type: 'buttons',
        buttons: [{ label: reachTexts(language).reach.door, action: { id: 'accounts.unreached' } }],
      },
    ],
  }
}

export function linkForm(matter: Matter, language: Language): Form {
  const t = textsOf(language).linkForm
  return {
    id: 'accounts.link',
    language,
    title: t.title,
    submit: t.submit,
    cancel: textsOf(language).cancel,
    data: { matter: matter.id },
    intro: t.intro(matter.shownName),
    fields: [
      { type: 'person', name: 'person', label: t.person, hint: t.personHint, optional: true },
      {
        type: 'checkboxes',
        name: 'nobody',
        label: t.nobodyLabel,
        options: [{ label: t.nobody, value: 'yes' }],
        optional: true,
      },
    ],
  }
}

export function checkForm(matter: Matter, language: Language): Form {
  const t = textsOf(language).checkForm
  return {
    id: 'accounts.check',
    language,
    title: t.title,
    submit: t.submit,
    cancel: textsOf(language).cancel,
    data: { matter: matter.id },
    intro: t.intro(matter.person?.name ?? ''),
    fields: [
      {
        type: 'select',
        name: 'decision',
        label: t.label,
        options: [
          { label: t.keep, value: 'keep' },
          { label: t.unlink, value: 'unlink' },
        ],
      },
    ],
  }
}

export const noticeBlocks = (count: number, language: Language): Block[] => {
  const t = textsOf(language)
  return [
    { type: 'text', text: t.notice(count) },
    { type: 'buttons', buttons: [{ label: t.open, style: 'primary', action: { id: 'accounts.show' } }] },
  ]
}
