// A draft on its author's desk, and the forms with which it is written and sent off.
import type { Block, Button, Card, Field, Form, Row } from '../../cards/card.ts'
import { fitLabel } from '../../cards/fit.ts'
import { type AudienceChoices, type AudiencePart, audienceFields } from '../../directory/audience/form.ts'
import type { Group, GroupKind } from '../../directory/audience/groups.ts'
import type { Audience } from '../../directory/audience.ts'
import type { Standing } from './audience.ts'
import { type Broadcast, limits, mustType, needsApproval } from './rules.ts'
import type { Sizes } from './settings.ts'
import { textsIn } from './texts.ts'
import { deskPage, openOne, stateLine } from './views-desk.ts'
import type { Reader } from './views-message.ts'

export interface Draft {
  readonly broadcast: Broadcast
  readonly standing: Standing
  readonly examples: readonly string[]
  readonly sizes: Sizes
  /** Other features have people to name. */
  readonly groups: boolean
  readonly note?: string | undefined
}

/** How many, who for example, and who is not among them. */
export function countLine(
  { broadcast, standing, examples }: Pick<Draft, 'broadcast' | 'standing' | 'examples'>,
  { language }: Reader,
): string {
  const t = textsIn(language)
  const { absent, personIds } = standing
  return [
    t.people(personIds.length),
    ...(examples.length > 0 ? [t.draft.examples(examples)] : []),
    ...(absent > 0
      ? [broadcast.audience.withAbsent ? t.draft.absentIn(absent) : t.draft.absent(absent)]
      : []),
  ].join('　')
}

export const optionsLine = ({ acknowledge, urgent }: Broadcast, { language }: Reader): string => {
  const t = textsIn(language).draft
  return [acknowledge ? t.acknowledgeOn : t.acknowledgeOff, urgent ? t.urgentOn : t.urgentOff].join('　')
}

export function draftCard(draft: Draft, reader: Reader): Card {
  const { broadcast, standing, sizes, note } = draft
  const { language } = reader
  const t = textsIn(language)
  const data = { broadcast: broadcast.id, version: broadcast.version }
  const count = standing.personIds.length
  const row = (text: string, detail: string, label: string, id: string): Row => ({
    text,
    detail,
    button: { label, action: { id: `broadcasts.${id}`, data } },
  })
  const discard: Button = {
    label: t.draft.discard,
    action: { id: 'broadcasts.cancel', data },
    confirm: {
      title: t.draft.discardTitle,
      text: t.draft.discardText,
      yes: t.draft.discardYes,
      no: t.cancel,
    },
  }
  const blocks: Block[] = [
    { type: 'heading', text: stateLine(broadcast, reader) },
    ...(note ? [{ type: 'text', text: [{ bold: note }] } as const] : []),
    ...(broadcast.declined ? [{ type: 'text', text: t.draft.declinedBy(broadcast.declined) } as const] : []),
    {
      type: 'facts',
      facts: [
        { label: t.draft.subject, value: broadcast.title },
        { label: t.draft.audience, value: standing.line[language] },
        { label: t.draft.count, value: count > 0 ? countLine(draft, reader) : t.people(0) },
        { label: t.draft.options, value: optionsLine(broadcast, reader) },
      ],
    },
    ...(count === 0 ? [{ type: 'text', text: t.draft.nobody } as const] : []),
    ...(needsApproval(count, sizes) && sizes.approvalAbove !== null
      ? [{ type: 'context', text: t.draft.willApprove(sizes.approvalAbove) } as const]
      : []),
    {
      type: 'list',
      rows: [
        row(t.draft.text, fitLabel(broadcast.body, 60), t.draft.edit, 'write'),
        row(t.draft.audience, t.draft.audienceDetail, t.draft.choose, 'who'),
        row(t.draft.numbers, t.draft.numbersDetail, t.draft.paste, 'people'),
        ...(draft.groups
          ? [row(t.draft.groups, standing.group?.name[language] ?? t.who.noGroup, t.draft.choose, 'group')]
          : []),
        row(t.draft.preview, t.draft.previewDetail, t.draft.show, 'preview'),
      ],
    },
    {
      type: 'buttons',
      buttons: [
        ...(count > 0
          ? [
              {
                label: t.draft.send,
                action: { id: 'broadcasts.send', data },
                style: 'primary',
              } as const,
            ]
          : []),
        discard,
        { label: t.back, action: deskPage(1) },
      ],
    },
  ]
  return { summary: t.draft.summary, language, blocks }
}

/** As its recipients have it, greeting and all, for whoever looks after it. */
export function previewCard(broadcast: Broadcast, message: Card, reader: Reader): Card {
  const t = textsIn(reader.language)
  const note: Block[] =
    broadcast.status === 'draft'
      ? [{ type: 'context', text: t.preview.note(message.summary) }, { type: 'divider' }]
      : []
  return {
    summary: message.summary,
    language: reader.language,
    blocks: [
      ...note,
      ...message.blocks,
      { type: 'divider' },
      {
        type: 'buttons',
        buttons: [{ label: t.preview.back, action: openOne(broadcast.id) }],
      },
    ],
  }
}

type Written = Pick<Broadcast, 'id' | 'version' | 'title' | 'body' | 'link' | 'acknowledge' | 'urgent'>

/** For a new announcement, to the people of a waiting list where there is one, or to change one. */
export function writeForm(broadcast: Written | undefined, { language }: Reader, list?: number): Form {
  const t = textsIn(language)
  const options = [
    ...(broadcast?.acknowledge ? ['acknowledge'] : []),
    ...(broadcast?.urgent ? ['urgent'] : []),
  ]
  return {
    id: 'broadcasts.text',
    title: t.write.title,
    submit: t.save,
    cancel: t.cancel,
    language,
    data: broadcast
      ? { broadcast: broadcast.id, version: broadcast.version }
      : { ...(list !== undefined && { list }) },
    fields: [
      {
        name: 'title',
        label: t.write.subject,
        hint: t.write.subjectHint(limits.title),
        type: 'text',
        maxLength: limits.title,
        ...(broadcast && { value: broadcast.title }),
      },
      {
        name: 'body',
        label: t.write.body,
        hint: t.write.bodyHint(limits.body),
        type: 'text',
        multiline: true,
        maxLength: limits.body,
        ...(broadcast && { value: broadcast.body }),
      },
      {
        name: 'link',
        label: t.write.link,
        hint: t.write.linkHint,
        type: 'text',
        optional: true,
        maxLength: limits.link,
        ...(broadcast?.link && { value: broadcast.link }),
      },
      {
        name: 'options',
        label: t.write.options,
        type: 'checkboxes',
        optional: true,
        options: [
          { label: t.write.acknowledge, value: 'acknowledge' },
          { label: t.write.urgent, value: 'urgent' },
        ],
        values: options,
      },
    ],
  }
}

/** One part of the audience. */
export function whoForm(
  broadcast: Broadcast,
  part: AudiencePart,
  choices: AudienceChoices,
  { language }: Reader,
): Form {
  const t = textsIn(language)
  return {
    id: part === 'conditions' ? 'broadcasts.who-save' : 'broadcasts.people-save',
    title: part === 'conditions' ? t.who.title : t.who.titlePeople,
    submit: t.save,
    cancel: t.cancel,
    language,
    data: { broadcast: broadcast.id, version: broadcast.version },
    intro: part === 'conditions' ? t.who.intro : t.who.introPeople,
    fields: audienceFields([part], broadcast.audience, choices, language),
  }
}

export interface Groups {
  readonly kind: GroupKind
  readonly groups: readonly Group[]
}

/** A group of another feature: the value names its kind and id. */
export const groupValue = (kind: string, id: number): string => `${kind}/${id}`

export function groupForm(broadcast: Broadcast, offered: readonly Groups[], { language }: Reader): Form {
  const t = textsIn(language)
  const present: Audience['group'] = broadcast.audience.group
  return {
    id: 'broadcasts.group-save',
    title: t.who.titleGroup,
    submit: t.save,
    cancel: t.cancel,
    language,
    data: { broadcast: broadcast.id, version: broadcast.version },
    fields: [
      {
        name: 'group',
        label: t.who.group,
        type: 'select',
        optional: true,
        options: [
          { label: t.who.noGroup, value: '' },
          ...offered.flatMap(({ kind, groups }) =>
            groups.slice(0, 100).map(({ id, name }) => ({
              label: `${kind.title[language]}: ${name[language]}`,
              value: groupValue(kind.kind, id),
            })),
          ),
        ],
        value: present ? groupValue(present.kind, present.id) : '',
      },
    ],
  }
}

/** The last look: when, and the number where it is for many. */
export function sendForm(
  { broadcast, standing, sizes }: Pick<Draft, 'broadcast' | 'standing' | 'sizes'>,
  reader: Reader,
  given: { readonly date?: string | undefined; readonly time?: string | undefined } = {},
): Form {
  const { language } = reader
  const t = textsIn(language)
  const count = standing.personIds.length
  const approval = needsApproval(count, sizes)
  const intro = approval ? t.send.introApproval : t.send.intro
  const fields: Field[] = [
    {
      name: 'date',
      label: t.send.date,
      hint: t.send.dateHint,
      type: 'date',
      optional: true,
      ...(given.date && { value: given.date }),
    },
    {
      name: 'time',
      label: t.send.time,
      type: 'time',
      optional: true,
      ...(given.time && { value: given.time }),
    },
    ...(mustType({ count, audience: broadcast.audience }, sizes)
      ? [
          {
            name: 'count',
            label: t.send.count,
            hint: t.send.countHint(count),
            type: 'text',
            maxLength: 10,
          } as const,
        ]
      : []),
  ]
  return {
    id: 'broadcasts.send-off',
    title: t.send.title,
    submit: approval ? t.send.submitApproval : t.send.submit,
    cancel: t.cancel,
    language,
    data: { broadcast: broadcast.id, version: broadcast.version, count },
    intro: intro(standing.line[language], count),
    fields,
  }
}
