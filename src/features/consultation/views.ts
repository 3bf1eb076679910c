// Pure: desks in, cards and forms out.
import type { Block, Button, Card, Field, Form, LinkButton, Row } from '../../cards/card.ts'
import type { Platform } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { type Desk, deskKinds, type MonthOfDesk } from './desks.ts'
import { aboutOf, nameOf, textsIn } from './texts.ts'

const close = (language: Language): Button => ({
  label: textsIn(language).close,
  action: { id: 'consultation.close' },
})

export function desksCard(
  desks: readonly Desk[],
  {
    language,
    platform,
    office,
    note,
  }: { language: Language; platform: Platform; office: string; note?: string },
): Card {
  const t = textsIn(language)
  const rows = desks.map(
    (desk): Row => ({
      text: [{ bold: nameOf(desk, language) }],
      ...(aboutOf(desk, language) && { detail: aboutOf(desk, language) }),
      button: { label: t.open, action: { id: 'consultation.desk', data: { desk: desk.id } } },
    }),
  )
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    ...(note ? [{ type: 'text', text: [{ bold: note }] } satisfies Block] : []),
    { type: 'text', text: desks.length > 0 ? t.promise : `${t.none}${t.noneNext(office)}` },
    ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
    { type: 'buttons', buttons: [close(language)] },
    { type: 'context', text: t.platform(platform) },
  ]
  // What a notification previews says nothing of the matter.
  return { language, summary: t.summary, blocks }
}

/** Somebody at the desk who may be written to; `chat` opens a private chat with them. */
export interface Contact {
  readonly name: string
  readonly chat?: string
}

export function deskCard(
  desk: Desk,
  contact: Contact | undefined,
  { language, platform }: { language: Language; platform: Platform },
): Card {
  const t = textsIn(language)
  const facts = [
    { label: t.phone, value: desk.phone },
    { label: t.email, value: desk.email },
    { label: t.place, value: desk.place },
    { label: t.hours, value: desk.hours },
    { label: t.person, value: contact?.name ?? '' },
  ].filter(({ value }) => value !== '')
  const buttons: (Button | LinkButton)[] = [
    ...(contact?.chat ? [{ label: t.chat, url: contact.chat }] : []),
    { label: t.back, action: { id: 'consultation.desks' } },
    close(language),
  ]
  return {
    language,
    summary: t.summary,
    blocks: [
      { type: 'heading', text: nameOf(desk, language) },
      ...(aboutOf(desk, language) ? [{ type: 'text', text: aboutOf(desk, language) } satisfies Block] : []),
      facts.length > 0 ? { type: 'facts', facts } : { type: 'text', text: t.noContact },
      { type: 'buttons', buttons },
      { type: 'context', text: `${t.outside}\n${t.platform(platform)}` },
    ],
  }
}

export function closedCard(language: Language): Card {
  const t = textsIn(language)
  return { language, summary: t.summary, blocks: [{ type: 'context', text: `${t.closed}${t.closedNext}` }] }
}

export function manageCard(desks: readonly Desk[], language: Language, note?: string): Card {
  const t = textsIn(language)
  const rows = desks.flatMap((desk, i): Row[] => {
    const { id, version, shown } = desk
    const state = [
      t.kinds[desk.kind],
      desk.phone || desk.email || desk.place || (desk.personId === null ? t.missing : ''),
      ...(shown ? [] : [t.hidden]),
    ]
    return [
      {
        text: [{ bold: `${i + 1}. ${nameOf(desk, language)}` }],
        detail: state.filter((one) => one !== '').join(' ・ '),
        button: { label: t.change, action: { id: 'consultation.edit', data: { desk: id } } },
      },
      {
        // Said with its name: several such rows are read out one after the other.
        text: shown ? t.shownRow(nameOf(desk, language)) : t.hiddenRow(nameOf(desk, language)),
        button: {
          label: shown ? t.hide : t.show,
          action: { id: 'consultation.show', data: { desk: id, version, shown: !shown } },
        },
      },
    ]
  })
  return {
    language,
    summary: t.manageSummary,
    blocks: [
      { type: 'heading', text: t.manageHeading },
      ...(note ? [{ type: 'text', text: [{ bold: note }] } satisfies Block] : []),
      { type: 'text', text: desks.length > 0 ? t.manageIntro : t.manageNone },
      ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
      {
        type: 'buttons',
        buttons: [
          { label: t.add, style: 'primary', action: { id: 'consultation.edit', data: {} } },
          { label: t.counts, action: { id: 'consultation.counts' } },
        ],
      },
    ],
  }
}

/** How long each text of a desk may be. */
export const longest = {
  name: 60,
  nameEn: 80,
  about: 120,
  aboutEn: 160,
  phone: 60,
  email: 120,
  place: 80,
  hours: 80,
} as const

/** `place`: where it stands, or would, among how many; none to choose where it is the only one. */
export function deskForm(
  desk: Desk | undefined,
  contact: string | undefined,
  place: { readonly at: number; readonly of: number },
  language: Language,
): Form {
  const t = textsIn(language)
  const text = (name: keyof typeof longest, label: string, optional = true): Field => ({
    type: 'text',
    name,
    label,
    optional,
    maxLength: longest[name],
    ...(desk?.[name] && { value: desk[name] }),
  })
  return {
    language,
    id: 'consultation.save',
    title: desk ? t.changeTitle : t.addTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { ...(desk && { desk: desk.id, version: desk.version }), at: place.at },
    fields: [
      {
        type: 'select',
        name: 'kind',
        label: t.kind,
        options: deskKinds.map((kind) => ({ value: kind, label: t.kinds[kind] })),
        ...(desk && { value: desk.kind }),
      },
      text('name', t.name, false),
      text('about', t.aboutField),
      text('phone', t.phone),
      text('email', t.email),
      text('place', t.place),
      text('hours', t.hours),
      {
        type: 'person',
        name: 'person',
        label: t.personField,
        hint: t.personHint,
        optional: true,
        ...(desk?.personId && { value: String(desk.personId), shown: contact ?? '' }),
      },
      ...(desk?.personId
        ? [
            {
              type: 'checkboxes',
              name: 'nobody',
              label: t.noPerson,
              optional: true,
              options: [{ value: 'yes', label: t.noPersonOption }],
            } satisfies Field,
          ]
        : []),
      ...(place.of > 1
        ? [
            {
              type: 'number',
              name: 'order',
              label: t.order(place.of),
              hint: t.orderHint,
              optional: true,
              min: 1,
              max: place.of,
              value: place.at,
            } satisfies Field,
          ]
        : []),
      text('nameEn', t.nameEn),
      text('aboutEn', t.aboutEn),
    ],
  }
}

export function countsCard(
  desks: readonly Desk[],
  counts: ReadonlyMap<number, readonly MonthOfDesk[]>,
  language: Language,
): Card {
  const t = textsIn(language)
  // Months of fewer than five are one line: twelve times the same says no more.
  const lines = (desk: Desk) => {
    const told = (counts.get(desk.id) ?? []).flatMap(({ month, count }) =>
      count === undefined ? [] : [t.monthLine(t.month(month), t.times(count))],
    )
    const months = counts.get(desk.id)?.length ?? 0
    return told.length === months ? told : [...told, told.length > 0 ? t.otherFew : t.allFew]
  }
  return {
    language,
    summary: t.countsSummary,
    blocks: [
      { type: 'heading', text: t.countsHeading },
      { type: 'text', text: desks.length > 0 ? t.countsIntro : t.manageNone },
      ...(desks.length > 0
        ? [
            {
              type: 'list',
              rows: desks.map((desk) => ({
                text: [{ bold: nameOf(desk, language) }],
                detail: lines(desk).join('\n'),
              })),
            } satisfies Block,
          ]
        : []),
      { type: 'buttons', buttons: [{ label: t.back, action: { id: 'consultation.manage' } }] },
    ],
  }
}
