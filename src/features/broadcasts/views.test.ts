// Every card and form of announcements, whatever people write: legal on both platforms, shown as text, never as markup.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { renderMessage as slackMessage } from '../../adapters/slack/render.ts'
import { renderMessage as teamsMessage } from '../../adapters/teams/render.ts'
import type { Card, Form } from '../../cards/card.ts'
import { plainCard } from '../../cards/plain.ts'
import type { Language } from '../../kernel/language.ts'
import { type Broadcast, limits, statuses } from './rules.ts'
import { sizesSetting } from './settings.ts'
import { ends, filters } from './status.ts'
import { deskCard, settingsForm } from './views-desk.ts'
import { draftCard, groupForm, previewCard, sendForm, writeForm } from './views-draft.ts'
import { goneCard, letterBlocks, letterCard, receivedCard } from './views-message.ts'
import {
  approvalCard,
  cancelledCard,
  declineForm,
  resultCard,
  type Waiting,
  waitingCard,
} from './views-sent.ts'

const at = Temporal.Instant.from('2027-05-11T01:00:00Z')
const back = { id: 'broadcasts.desk', data: { page: 1 } }

const broadcast = (title: string, body: string, status: Broadcast['status'] = 'draft'): Broadcast => ({
  id: 12,
  authorId: 3,
  status,
  version: 4,
  title: title.slice(0, limits.title),
  body: body.slice(0, limits.body),
  link: 'https://example.com/?a=<b>&c=|d',
  acknowledge: true,
  urgent: false,
  audience: {},
  sendAt: at,
  expected: 10_000,
  approverId: 2,
  declined: body.slice(0, limits.reason),
  nobody: false,
  releasedAt: at,
  again: 0,
  updatedAt: at,
})

/** All that is shown of announcements with these words in it. */
function everything(title: string, body: string, language: Language): readonly (Card | Form)[] {
  const reader = { language, zone: 'Asia/Tokyo' }
  const draft = broadcast(title, body)
  const group = { id: 1, name: { ja: title, en: body } }
  const standing = {
    personIds: Array.from({ length: 10_000 }, (_, n) => n + 1),
    absent: 3,
    line: { ja: body, en: title },
    group,
  }
  const examples = [title, body, title]
  const sizes = sizesSetting.initial
  const waiting: Waiting = {
    broadcast: draft,
    standing,
    examples,
    author: title,
    approver: body,
    note: title,
  }
  const counts = { all: 9, arrived: 4, waits: 3, failed: 2, withdrawn: 0, acknowledged: 1, silent: 3 }
  const recipients = ends.map((end) => ({
    personId: 1,
    number: body,
    name: title,
    section: body,
    end,
    reason: 'blocked' as const,
    arrivedAt: at,
    acknowledgedAt: end === 'arrived' ? at : null,
  }))
  const letter = { broadcast: draft, section: title, at, acknowledgedAt: null, again: true }
  const received = Array.from({ length: 8 }, (_, id) => ({
    id,
    title,
    acknowledge: id % 2 === 0,
    acknowledgedAt: id % 4 === 0 ? at : null,
    at,
  }))
  const kind = {
    kind: 'x.y',
    title: { ja: body, en: title },
    options: async () => [],
    resolve: async () => undefined,
  }
  const result = { broadcast: draft, counts, line: body, recipients, listed: 99, page: 2, unmoved: 5 }
  return [
    letterCard(letter, reader),
    letterCard({ ...letter, acknowledgedAt: at }, reader),
    previewCard(
      draft,
      { summary: title, blocks: letterBlocks({ ...letter, preview: true }, reader) },
      reader,
    ),
    receivedCard(received, 30, 2, { writes: true }, reader),
    receivedCard([], 0, 1, { writes: false }, reader),
    goneCard(language, back),
    ...statuses.map((status) =>
      deskCard(
        {
          broadcasts: Array.from({ length: 8 }, () => broadcast(title, body, status)),
          all: 30,
          page: 2,
          toApprove: Array.from({ length: 20 }, () => draft),
          settings: true,
          note: body,
        },
        reader,
      ),
    ),
    draftCard({ broadcast: draft, standing, examples, sizes, groups: true, note: body }, reader),
    draftCard(
      { broadcast: draft, standing: { ...standing, personIds: [] }, examples: [], sizes, groups: false },
      reader,
    ),
    waitingCard(waiting, reader),
    approvalCard(waiting, reader),
    cancelledCard(draft, body, reader),
    ...[...filters, undefined].map((filter) => resultCard({ ...result, filter, note: title }, reader)),
    writeForm(draft, reader),
    writeForm(undefined, reader),
    groupForm(draft, [{ kind, groups: [group] }], reader),
    sendForm({ broadcast: draft, standing, sizes }, reader, { date: '2027-05-12', time: '10:00' }),
    declineForm(draft, reader),
    settingsForm(sizes, reader),
  ]
}

describe('whatever is written', () => {
  test('is legal on both platforms, in both languages', () => {
    fc.assert(
      fc.property(
        hostileText,
        hostileText,
        fc.constantFrom<Language>('ja', 'en'),
        (title, body, language) => {
          for (const shown of everything(title, body, language)) expectLegal(shown)
        },
      ),
      { numRuns: 8 },
    )
  })

  test('mentions nobody and formats nothing', () => {
    const wild = '<!channel> <@U123> <at>全員</at> *太字* [押す](https://evil.example)'
    const card = letterCard(
      { broadcast: { ...broadcast(wild, wild), link: null }, acknowledgedAt: null },
      { language: 'ja', zone: 'Asia/Tokyo' },
    )
    const { text, blocks = [] } = slackMessage(card, 'token') as { text: string; blocks?: unknown[] }
    expect(text).not.toMatch(/<[!@]/)
    // What stands in the blocks is plain text, in which Slack reads no markup.
    expect(JSON.stringify(blocks)).not.toContain('mrkdwn')
    const body = teamsMessage(card).attachments[0]?.content.body ?? []
    for (const element of body)
      if (element.type === 'TextBlock') expect(element.text).not.toMatch(/<at>|[^\\]\[押す/)
    expect(JSON.stringify(body)).not.toContain('<at>')
  })

  test('the longest text and title are shown whole on Slack and Teams', () => {
    const body = `はじめ${'長'.repeat(limits.body - 6)}おわり`
    const title = `題${'名'.repeat(limits.title - 2)}末`
    const card = letterCard(
      { broadcast: broadcast(title, body), section: '総務課', at, acknowledgedAt: null },
      { language: 'ja', zone: 'Asia/Tokyo' },
    )
    for (const drawn of [slackMessage(card, 'token'), teamsMessage(card)]) {
      expect(JSON.stringify(drawn)).toContain(body)
      expect(JSON.stringify(drawn)).toContain(title)
    }
  })

  test('says the same in words as in pictures, and always offers a way back', () => {
    for (const language of ['ja', 'en'] as const)
      for (const shown of everything('題名', '本文', language)) {
        if ('fields' in shown) continue
        expect(JSON.stringify(shown)).toMatch(/broadcasts\.(desk|open|received)|intake\.home/)
        for (const block of shown.blocks)
          if (block.type === 'chart')
            for (const { label, value } of block.series) {
              expect(plainCard(shown, language)).toContain(label)
              expect(block.text).toContain(String(value))
            }
      }
  })
})
