// The cards about people: the staff list as it stands, absences, rights, the trail. Pure.

import type { Block, Button, Card, Form, Row } from '../../cards/card.ts'
import type { Role } from '../../directory/actor.ts'
import { formatDateTime, formatDateYear } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { cutText } from '../../kernel/words.ts'
import type { AbsenceRow, GrantRow, Reached, TrailEntry } from './people-repository.ts'
import type { ImportRow } from './repository.ts'
import { peopleTexts } from './texts-people.ts'

const shownRows = 15
export const absenceKinds = ['leave', 'secondment', 'other'] as const

export interface OverviewState {
  readonly people: readonly Reached[]
  readonly last: ImportRow | undefined
  readonly waiting: readonly ImportRow[]
  /** Whether the reader may import. */
  readonly whole: boolean
  readonly zone: string
}

export function overviewCard(
  { people, last, waiting, whole, zone }: OverviewState,
  language: Language,
): Card {
  const t = peopleTexts(language)
  const o = t.overview
  const count = (missing: (person: Reached) => boolean) => o.count(people.filter(missing).length)
  const gaps = new Map<string, number>()
  for (const person of people)
    if (!person.evaluator) gaps.set(person.section, (gaps.get(person.section) ?? 0) + 1)
  const sections = [...gaps].toSorted((a, b) => b[1] - a[1])
  const rows: Row[] = [
    ...waiting.map((row) => ({
      text: o.waiting(row.fileName),
      button: { label: t.open, action: { id: 'staff-list.preview', data: { id: row.id } } },
    })),
    ...(sections.length > 0
      ? [
          {
            text: o.gaps,
            detail: o.gapsDetail,
            button: { label: o.fill, action: { id: 'staff-list.gaps' } },
          },
        ]
      : []),
    { text: o.lists, detail: o.listsDetail, button: { label: o.get, action: { id: 'staff-list.reached' } } },
  ]
  const blocks: Block[] = [
    { type: 'heading', text: o.heading },
    {
      type: 'facts',
      facts: [
        { label: o.people, value: o.count(people.length) },
        {
          label: o.last,
          value: last?.appliedAt
            ? o.lastApplied(
                formatDateTime(last.appliedAt, zone, language),
                formatDateYear(last.effectiveOn, language),
              )
            : o.never,
        },
        { label: o.email, value: count((person) => !person.email) },
        { label: o.account, value: count((person) => !person.account) },
        { label: o.gaps, value: count((person) => !person.evaluator) },
      ],
    },
  ]
  if (sections.length > 0) {
    const lines = sections.slice(0, 8).map(([section, n]) => o.gapList(section, n))
    if (sections.length > 8) lines.push(t.more(sections.length - 8))
    blocks.push({ type: 'context', text: `${o.gaps}\n${lines.join('\n')}` })
  }
  blocks.push({ type: 'list', rows }, { type: 'text', text: whole ? o.how : o.howPart })
  if (whole)
    blocks.push({ type: 'buttons', buttons: [{ label: o.template, action: { id: 'staff-list.template' } }] })
  return { summary: o.summary, blocks }
}

/** A line that says what has just happened, above the list it happened to. */
const noted = (note: string | undefined): Block[] => (note ? [{ type: 'text', text: [{ bold: note }] }] : [])

/** One page of rows, and the button to the next; what lies past the end begins anew. */
function paged(
  rows: readonly Row[],
  from: number,
  actionId: string,
  language: Language,
): { shown: Block[]; next: readonly Button[] } {
  const start = from < rows.length ? Math.max(0, from) : 0
  const left = rows.length - start - shownRows
  const next = {
    label: peopleTexts(language).next(left),
    action: { id: actionId, data: { from: start + shownRows } },
  }
  return {
    shown: rows.length > 0 ? [{ type: 'list', rows: rows.slice(start, start + shownRows) }] : [],
    next: left > 0 ? [next] : [],
  }
}

/** What was just done, and from which row on to show. */
export interface Showing {
  readonly note?: string
  readonly from?: number
}

export function leavesCard(
  absences: readonly AbsenceRow[],
  language: Language,
  { note, from = 0 }: Showing = {},
): Card {
  const t = peopleTexts(language)
  const l = t.leave
  const rows = absences.map((absence): Row => {
    const back = absence.to ? l.backOn(formatDateYear(absence.to, language)) : l.openEnd
    const period = l.row(t.kinds[absence.kind] ?? absence.kind, formatDateYear(absence.from, language), back)
    return {
      text: [{ bold: absence.name }],
      detail: `${period}\n${absence.deputyName ? l.deputy(absence.deputyName) : l.noDeputy}`,
      button: { label: l.edit, action: { id: 'staff-list.edit-leave', data: { id: absence.id } } },
    }
  })
  const page = paged(rows, from, 'staff-list.leaves', language)
  return {
    summary: l.summary,
    blocks: [
      { type: 'heading', text: l.heading },
      ...noted(note),
      { type: 'text', text: rows.length > 0 ? l.intro : l.none },
      ...page.shown,
      {
        type: 'buttons',
        buttons: [{ label: l.add, style: 'primary', action: { id: 'staff-list.add-leave' } }, ...page.next],
      },
    ],
  }
}

/** Changes when the entry does: a form that carries another one is stale. */
export const absenceMark = ({ kind, from, to, deputyId }: AbsenceRow): string =>
  `${kind}/${from}/${to ?? ''}/${deputyId ?? ''}`

export function leaveForm(
  absence: AbsenceRow | undefined,
  today: Temporal.PlainDate,
  language: Language,
): Form {
  const t = peopleTexts(language)
  const l = t.leave
  const preset = (id: number, shown: string) => ({ value: String(id), shown })
  return {
    id: 'staff-list.leave',
    title: absence ? l.editTitle : l.addTitle,
    submit: l.submit,
    cancel: t.cancel,
    data: absence ? { id: absence.id, mark: absenceMark(absence) } : {},
    ...(absence && { intro: absence.name }),
    fields: [
      ...(absence ? [] : [{ type: 'person', name: 'person', label: l.person } as const]),
      {
        type: 'select',
        name: 'kind',
        label: l.kind,
        options: absenceKinds.map((value) => ({ value, label: t.kinds[value] ?? value })),
        value: absence?.kind ?? 'leave',
      },
      { type: 'date', name: 'from', label: l.from, value: (absence?.from ?? today).toString() },
      {
        type: 'date',
        name: 'to',
        label: l.to,
        hint: l.toHint,
        optional: true,
        ...(absence?.to && { value: absence.to.toString() }),
      },
      {
        type: 'person',
        name: 'deputy',
        label: l.deputyField,
        hint: l.deputyHint,
        optional: true,
        ...(absence?.deputyId && preset(absence.deputyId, absence.deputyName ?? '')),
      },
      ...(absence
        ? [
            {
              type: 'checkboxes',
              name: 'remove',
              label: l.remove,
              optional: true,
              options: [{ value: 'yes', label: l.removeOption }],
            } as const,
          ]
        : []),
    ],
  }
}

export function rightsCard(
  grants: readonly GrantRow[],
  language: Language,
  { note, from = 0 }: Showing = {},
): Card {
  const t = peopleTexts(language)
  const r = t.rights
  const rows = grants.map((grant): Row => {
    const scope = [grant.section ?? t.whole, ...(grant.occupation ? [r.of(grant.occupation)] : [])].join('・')
    return {
      text: r.row(grant.name, t.roles[grant.role], scope),
      button: {
        label: r.revoke,
        action: { id: 'staff-list.revoke', data: { grant: grant.id } },
        confirm: {
          title: r.revoke,
          text: r.revokeText(grant.name, t.roles[grant.role], scope),
          yes: r.revoke,
          no: t.cancel,
        },
      },
    }
  })
  const page = paged(rows, from, 'staff-list.rights', language)
  return {
    summary: r.summary,
    blocks: [
      { type: 'heading', text: r.heading },
      ...noted(note),
      { type: 'text', text: r.intro },
      ...page.shown,
      {
        type: 'buttons',
        buttons: [{ label: r.add, style: 'primary', action: { id: 'staff-list.add-right' } }, ...page.next],
      },
    ],
  }
}

export function rightForm(roles: readonly Role[], language: Language): Form {
  const t = peopleTexts(language)
  const r = t.rights
  return {
    id: 'staff-list.right',
    title: r.title,
    submit: r.submit,
    cancel: t.cancel,
    fields: [
      { type: 'person', name: 'person', label: r.person },
      {
        type: 'select',
        name: 'role',
        label: r.role,
        options: roles.map((value) => ({ value, label: t.roles[value] })),
      },
      {
        type: 'text',
        name: 'section',
        label: r.section,
        hint: r.sectionHint,
        optional: true,
        maxLength: 100,
      },
      {
        type: 'text',
        name: 'occupation',
        label: r.occupation,
        hint: r.occupationHint,
        optional: true,
        maxLength: 40,
      },
    ],
  }
}

export function trailForm(language: Language): Form {
  const t = peopleTexts(language).trail
  return {
    id: 'staff-list.trail',
    title: t.title,
    submit: t.submit,
    cancel: peopleTexts(language).cancel,
    fields: [{ type: 'person', name: 'person', label: t.person }],
  }
}

export function trailDoor(language: Language): Card {
  const t = peopleTexts(language).trail
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.title },
      { type: 'text', text: t.intro },
      {
        type: 'buttons',
        buttons: [{ label: t.choose, style: 'primary', action: { id: 'staff-list.choose-trail' } }],
      },
    ],
  }
}

export interface TrailState {
  readonly person: { readonly id: number; readonly name: string }
  readonly entries: readonly TrailEntry[]
  readonly pageSize: number
  readonly zone: string
}

export function trailCard({ person, entries, pageSize, zone }: TrailState, language: Language): Card {
  const texts = peopleTexts(language)
  const t = texts.trail
  const shown = entries.slice(0, pageSize)
  const last = shown.at(-1)
  const by = (entry: TrailEntry) =>
    t.by(entry.actor ?? (entry.via === 'cli' ? t.cli : entry.via === 'system' ? t.system : t.unknown))
  const rows = shown.map(
    (entry): Row => ({
      text: [{ bold: texts.actions[entry.action] ?? entry.action }],
      detail: [`${formatDateTime(entry.at, zone, language)}　${by(entry)}`, changeText(entry.change)]
        .filter((line) => line !== '')
        .join('\n'),
    }),
  )
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading(person.name) },
      ...(rows.length > 0 ? [{ type: 'list', rows } as const] : [{ type: 'text', text: t.none } as const]),
      {
        type: 'buttons',
        buttons: [
          ...(entries.length > pageSize && last
            ? [
                {
                  label: t.older,
                  action: { id: 'staff-list.trail-page', data: { person: person.id, before: last.id } },
                },
              ]
            : []),
          { label: t.other, action: { id: 'staff-list.choose-trail' } },
        ],
      },
    ],
  }
}

/** 「name: A → B」 for what has a before and an after, else 「name: value」; long ones are cut. */
export function changeText(change: unknown): string {
  if (typeof change !== 'object' || change === null) return ''
  const say = (value: unknown): string =>
    value === null || value === undefined
      ? '-'
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  const parts = Object.entries(change).map(([name, value]) => {
    const pair =
      typeof value === 'object' && value !== null && 'from' in value && 'to' in value ? value : undefined
    return pair ? `${name}: ${say(pair.from)} → ${say(pair.to)}` : `${name}: ${say(value)}`
  })
  const text = parts.join(', ')
  return text.length > 300 ? `${cutText(text, 299)}…` : text
}
