// For the tests of views: is this card or form one that both platforms take, whatever names it holds?
import fc from 'fast-check'
import { expect } from 'vitest'
import { homeSchema, messageSchema, modalSchema } from '../../src/adapters/slack/blocks.ts'
import { renderForm as slackForm } from '../../src/adapters/slack/form.ts'
import { renderHome, renderMessage as slackMessage } from '../../src/adapters/slack/render.ts'
import { activitySchema, dialogSchema } from '../../src/adapters/teams/card.ts'
import { renderFormMessage, renderForm as teamsForm } from '../../src/adapters/teams/form.ts'
import { renderMessage as teamsMessage } from '../../src/adapters/teams/render.ts'
import type { Card, Form } from '../../src/cards/card.ts'
import { plainCard } from '../../src/cards/plain.ts'
import { objections } from './adaptive-cards.ts'

/** Renders a card (as a message and as Home) or a form on both platforms and asserts that each is legal there. */
export function expectLegal(shown: Card | Form): void {
  if ('fields' in shown) {
    modalSchema.parse(slackForm(shown))
    const dialog = dialogSchema.parse(teamsForm(shown))
    expect(objections(dialog.card.content)).toEqual([])
    const message = activitySchema.parse(renderFormMessage(shown))
    expect(objections(message.attachments[0]?.content)).toEqual([])
    return
  }
  messageSchema.parse(slackMessage(shown, 'token'))
  messageSchema.parse(slackMessage(shown, 'token', { charts: 'text' }))
  homeSchema.parse(renderHome(shown))
  const activity = activitySchema.parse(teamsMessage(shown))
  expect(objections(activity.attachments[0]?.content)).toEqual([])
  expect(plainCard(shown, 'ja').length).toBeGreaterThan(0)
}

const nasty = [
  '',
  ' ',
  '\u200b',
  '　',
  '\u0000\u0007\u001b[31m',
  '\ud83d',
  '<!channel>',
  '<!here|x> <@U123ABC> <#C1>',
  '<at>全員</at>',
  '&<>&lt;&amp;',
  '*太字* _斜体_ ~消し~ `code` ```block```',
  '[押す](https://example.com/)![x](y)',
  '# 見出し\n> 引用\n- 項目\n1. 番号',
  ':tada: :+1:',
  '{{DATE(2027-05-29T00:00:00Z)}}',
  'مرحبا بالعالم \u202eevil',
  '👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇯🇵',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢'.repeat(40),
  '寿限無'.repeat(500),
  'W'.repeat(4_000),
  '👨‍👩‍👧‍👦'.repeat(400),
  '行\n'.repeat(300),
  'https://example.com/?a=1&b=<x>|y',
  '"\'\\/',
  '髙橋 﨑山 葛󠄀城 𠮷田',
]

/** Names and remarks as nobody should have them, mixed with plain ones. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.constantFrom('山田 太郎', '総務課', '佐藤さんの期首面談', 'HR desk') },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...nasty), fc.constantFrom(...nasty)).map((two) => two.join('')),
  },
)
