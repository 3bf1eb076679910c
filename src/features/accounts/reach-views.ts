// Pure: who is not reached, in cards and in a file.
import type { Block, Button, Card } from '../../cards/card.ts'
import type { OutgoingFile, Platform } from '../../chat/chat.ts'
import { csvFile } from '../../chat/csv.ts'
import type { Language } from '../../kernel/language.ts'
import { secondsEach } from './install.ts'
import { markOf, type Person, targetsOf, type Unreached, type WishRefusal } from './reach-repository.ts'
import { nameOf, reachTexts } from './texts-reach.ts'

const kinds: readonly Unreached[] = ['without-app', 'not-met', 'blocked', 'closed', 'nowhere']
const shownNames = 20
const platforms: readonly Platform[] = ['slack', 'teams', 'playground', 'email', 'paper']

export interface ReachState {
  readonly people: readonly Person[]
  /** Whether the reader sees the whole city. */
  readonly whole: boolean
  /** Whether codes can be printed here: there is an outside address. */
  readonly prints?: boolean
  /** Whether the reader may have the app put with people: undefined where the city does not permit it at all. */
  readonly installs?: boolean
  readonly note?: string
}

const noted = (note: string | undefined): Block[] => (note ? [{ type: 'text', text: [{ bold: note }] }] : [])

export function reachCard({ people, whole, installs, prints, note }: ReachState, language: Language): Card {
  const t = reachTexts(language).reach
  const reasons = reachTexts(language).install.reason
  const by = Map.groupBy(people, ({ why }) => why)
  const missing = people.filter(({ why }) => why !== null)
  const nobody = people.filter((person) => person.by === null)
  const channels = Map.groupBy(
    people.flatMap((person) => person.by ?? []),
    (platform) => platform,
  )
  const lacking = by.get('without-app') ?? []
  const waiting = lacking.filter(({ wish }) => wish?.status === 'waiting')
  const refused = Map.groupBy(
    lacking.flatMap(({ wish }) => (wish?.status === 'refused' ? [wish.reason ?? 'rejected'] : [])),
    (reason: WishRefusal) => reason,
  )
  const present = kinds.filter((kind) => by.has(kind))
  const targets = targetsOf(people)
  const buttons: Button[] = [
    ...(installs && targets.length > 0
      ? [{ label: t.preview, style: 'primary', action: { id: 'accounts.preview-install' } } satisfies Button]
      : []),
    ...(missing.length > 0 ? [{ label: t.file, action: { id: 'accounts.unreached-file' } }] : []),
    ...(prints && missing.length > 0 ? [{ label: t.print, action: { id: 'accounts.print' } }] : []),
    ...(waiting.length > 0 ? [{ label: t.refresh, action: { id: 'accounts.unreached' } }] : []),
  ]
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    ...noted(note),
    ...(whole ? [] : [{ type: 'context', text: t.part } satisfies Block]),
    { type: 'text', text: t.counted(people.length - missing.length, people.length) },
    {
      type: 'facts',
      facts: [
        ...platforms.flatMap((platform) => {
          const count = channels.get(platform)?.length ?? 0
          return count > 0 ? [{ label: nameOf(platform, language), value: t.people(count) }] : []
        }),
        { label: t.nobody, value: t.people(nobody.length) },
      ],
    },
    ...(present.length === 0
      ? []
      : [
          {
            type: 'list',
            rows: present.map((kind) => ({
              text: [{ bold: t.row(t.state[kind], by.get(kind)?.length ?? 0) }],
              detail: t.todo[kind],
            })),
          } satisfies Block,
        ]),
    ...(waiting.length > 0 ? [{ type: 'text', text: t.waiting(waiting.length) } satisfies Block] : []),
    ...(refused.size > 0
      ? [
          {
            type: 'text',
            text: [
              t.failed,
              ...[...refused].map(([reason, all]) => t.failedBy(reasons[reason], all.length)),
            ].join('\n'),
          } satisfies Block,
        ]
      : []),
    ...(lacking.length > 0
      ? [
          { type: 'text', text: t.policy } satisfies Block,
          ...(installs === false
            ? []
            : [{ type: 'context', text: installs ? t.canInstall : t.cannotInstall } satisfies Block]),
        ]
      : []),
    ...(buttons.length > 0 ? [{ type: 'buttons', buttons } satisfies Block] : []),
  ]
  return { language, summary: t.summary, blocks }
}

/** Who would get the app, before anybody does. */
export function previewCard(targets: readonly Person[], language: Language, note?: string): Card {
  const t = reachTexts(language).install
  const left = targets.length - shownNames
  const minutes = Math.max(1, Math.ceil((targets.length * secondsEach) / 60))
  const names = targets.slice(0, shownNames).map(({ name, section }) => t.person(name, section))
  const back: Button = { label: t.back, action: { id: 'accounts.unreached' } }
  const blocks: Block[] =
    targets.length === 0
      ? [...noted(note), { type: 'text', text: t.nobody }, { type: 'buttons', buttons: [back] }]
      : [
          { type: 'heading', text: t.heading },
          ...noted(note),
          { type: 'text', text: t.what(targets.length, minutes) },
          { type: 'text', text: [...names, ...(left > 0 ? [t.more(left)] : [])].join('\n') },
          { type: 'context', text: t.again },
          {
            type: 'buttons',
            buttons: [
              {
                label: t.go(targets.length),
                style: 'primary',
                action: { id: 'accounts.install', data: { mark: markOf(targets) } },
              },
              back,
            ],
          },
        ]
  return { language, summary: t.summary, blocks }
}

export function unreachedFile(people: readonly Person[], language: Language): OutgoingFile {
  const t = reachTexts(language).reach
  const reasons = reachTexts(language).install.reason
  const rows = people.flatMap(({ why, wish, ...person }) => {
    if (why === null) return []
    const app = wish
      ? [t.installState[wish.status], ...(wish.reason ? [reasons[wish.reason]] : [])].join('：')
      : ''
    const { section, number, name, title, email, by } = person
    const how = by ? nameOf(by, language) : t.nobody
    return [[section, number, name, title, email, how, t.state[why], t.todo[why], app]]
  })
  return csvFile(`${t.fileName}.csv`, t.fileComment, [t.columns, ...rows])
}
