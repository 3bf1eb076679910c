import { describe, expect, test } from 'vitest'
import type { Card, Form } from '../../cards/card.ts'
import { fieldErrorsSchema, homeSchema, messageSchema, modalSchema, suggestionsSchema } from './blocks.ts'
import { renderFieldErrors, renderForm, renderOptions } from './form.ts'
import { renderHome, renderMessage } from './render.ts'

const card = (...blocks: Card['blocks'][number][]): Card => ({ summary: '面談のお知らせ', blocks })
const chart = (count: number, shape: 'bar' | 'donut' = 'bar') =>
  card({
    type: 'chart',
    shape,
    title: '実施状況',
    series: Array.from({ length: count }, (_, at) => ({ label: `第${at}課`, value: at })),
    text: '全庁で80件中64件が済んでいます',
  })
const kinds = (blocks: readonly { type: string }[]) => blocks.map((block) => block.type)

describe('a message', () => {
  test('previews its summary, escaped, and carries the token alone', () => {
    const message = renderMessage({ summary: '<!channel> & *面談*', blocks: [] }, 'opaque-1')
    expect(message.text).toBe('&lt;!channel&gt; &amp; *面談*')
    expect(message.metadata).toEqual({ event_type: 'hagukumi_message', event_payload: { token: 'opaque-1' } })
    expect(renderMessage(card()).metadata).toBeUndefined()
  })

  test('a row with a button is bold where its words are harmless, plain where they could be markup', () => {
    const row = (text: string) =>
      renderMessage(
        card({
          type: 'list',
          rows: [{ text, detail: '14:00〜14:30', button: { label: '選ぶ', action: { id: 'a.b' } } }],
        }),
      ).blocks[0]
    expect(row('5月29日(金)')).toMatchObject({
      text: { type: 'mrkdwn', text: '*5月29日(金)*\n14:00〜14:30', verbatim: true },
    })
    for (const text of ['a *b*', '_x_', '~x~', '`x`', '<!channel>', 'R&D', ':tada:', '@here', '>']) {
      expect(row(text)).toMatchObject({
        text: { type: 'plain_text', text: `${text}\n14:00〜14:30`, emoji: false },
      })
    }
  })

  test('a colleague is mentioned only by an account that Slack could have given', () => {
    const drawn = (slack: string) =>
      renderMessage(card({ type: 'text', text: [{ mention: '佐藤課長', accounts: { slack } }] })).blocks
    expect(JSON.stringify(drawn('U0SATO'))).toContain('{"type":"user","user_id":"U0SATO"}')
    expect(JSON.stringify(drawn('!channel'))).toContain('{"type":"text","text":"佐藤課長"}')
  })
})

describe('a chart', () => {
  test('is Slack’s own where its figures fit, with the words below', () => {
    expect(kinds(renderMessage(chart(8)).blocks)).toEqual(['data_visualization', 'context'])
    const pie = renderMessage(chart(4, 'donut')).blocks[0]
    // A share of nothing is no slice.
    expect(pie).toMatchObject({
      chart: { type: 'pie', segments: [{ value: 1 }, { value: 2 }, { value: 3 }] },
    })
  })

  test('is drawn in text where they do not fit, on Home, and where the workspace refuses the block', () => {
    expect(kinds(renderMessage(chart(21)).blocks)).toEqual(['rich_text', 'context'])
    expect(kinds(renderMessage(chart(8, 'donut')).blocks)).toEqual(['rich_text', 'context'])
    expect(kinds(renderMessage(chart(8), undefined, { charts: 'text' }).blocks)).toEqual([
      'rich_text',
      'context',
    ])
    expect(kinds(renderHome(chart(8)).blocks)).toEqual(['rich_text', 'context'])
  })

  test('a third one is drawn in text', () => {
    const [block] = chart(3).blocks
    const drawn = renderMessage(card(...(block ? [block, block, block] : []))).blocks
    expect(kinds(drawn).filter((kind) => kind === 'data_visualization')).toHaveLength(2)
    expect(kinds(drawn).filter((kind) => kind === 'rich_text')).toHaveLength(1)
  })

  test('bars in text stand in line although Japanese is twice as wide', () => {
    const home = renderHome(
      card({
        type: 'chart',
        shape: 'bar',
        title: '実施',
        series: [
          { label: '総務課', value: 10 },
          { label: 'DX', value: 5 },
          { label: '税務課', value: 0 },
        ],
        text: '',
      }),
    )
    expect(JSON.stringify(home)).toContain(
      `総務課 ${'█'.repeat(20)} 10\\nDX     ${'█'.repeat(10)} 5\\n税務課  0`,
    )
  })
})

describe('a form', () => {
  const form: Form = {
    id: 'interviews.offer',
    title: '期首面談の候補日をまとめて出して職員に選んでもらう',
    submit: '候補を出す',
    cancel: 'やめる',
    fields: [
      { name: 'who', label: '代理', type: 'person', value: '17', shown: '佐藤 花子', optional: true },
      {
        name: 'many',
        label: '曜日',
        type: 'checkboxes',
        options: Array.from({ length: 11 }, (_, at) => ({ label: `${at}`, value: `${at}` })),
      },
      {
        name: 'section',
        label: '課',
        type: 'select',
        options: Array.from({ length: 250 }, (_, at) => ({ label: `第${at}課`, value: `${at}` })),
        value: '240',
      },
    ],
  }

  test('says a title in full that does not fit above it', () => {
    const modal = modalSchema.parse(renderForm(form))
    expect(modal.title.text).toHaveLength(24)
    expect(modal.blocks[0]).toMatchObject({ text: { text: form.title } })
  })

  test('searches people, makes a menu of many boxes and groups of many options', () => {
    const blocks = renderForm(form).blocks
    expect(blocks[1]).toMatchObject({
      optional: true,
      element: {
        type: 'external_select',
        min_query_length: 1,
        initial_option: { value: '17', text: { text: '佐藤 花子' } },
      },
    })
    expect(blocks[2]).toMatchObject({ element: { type: 'multi_static_select' } })
    expect(blocks[3]).toMatchObject({
      element: {
        option_groups: [{ label: { text: '1〜100' } }, {}, { label: { text: '201〜250' } }],
        initial_option: { value: '240' },
      },
    })
  })

  test('is answered with errors at the fields, and with the people found', () => {
    expect(
      fieldErrorsSchema.parse(renderFieldErrors({ from: '終了は開始より後にしてください', to: '' })),
    ).toEqual({
      response_action: 'errors',
      errors: { from: '終了は開始より後にしてください', to: '—' },
    })
    const people = Array.from({ length: 112 }, (_, at) => ({ label: `職員${at}`, value: `${at}` }))
    expect(suggestionsSchema.parse(renderOptions(people, 'ja'))).toMatchObject({
      option_groups: [{ label: { text: 'ほか12件' } }],
    })
    expect(suggestionsSchema.parse(renderOptions([], 'ja'))).toEqual({ options: [] })
  })

  test('data that no platform takes is a mistake, said before it is sent', () => {
    const data = { long: 'x'.repeat(1_600) }
    expect(() => renderForm({ ...form, data })).toThrow(RangeError)
    const buttons = card({ type: 'buttons', buttons: [{ label: 'x', action: { id: 'a.b', data } }] })
    expect(() => renderMessage(buttons)).toThrow(/a\.b takes 1611 characters/)
  })
})

describe('the schema refuses what Slack refuses', () => {
  const section = (id: string, text: string) => ({
    type: 'section',
    block_id: id,
    text: { type: 'plain_text', text, emoji: false },
  })
  const button = (id: string) => ({
    type: 'button',
    action_id: id,
    text: { type: 'plain_text', text: 'x', emoji: false },
    value: 'v',
  })
  const message = (...blocks: unknown[]) => messageSchema.safeParse({ text: 'x', blocks }).success
  const times = (count: number, make: (at: number) => unknown) =>
    Array.from({ length: count }, (_, at) => make(at))

  test.each([
    ['a plain message', true, () => message(section('b1', 'x'))],
    ['no block', false, () => message()],
    ['51 blocks', false, () => message(...times(51, (at) => section(`b${at}`, 'x')))],
    ['an empty text', false, () => message(section('b1', ' '))],
    ['3,001 characters', false, () => message(section('b1', 'x'.repeat(3_001)))],
    [
      '9,001 characters in all',
      false,
      () => message(...times(4, (at) => section(`b${at}`, 'x'.repeat(2_300)))),
    ],
    ['a block_id twice', false, () => message(section('b1', 'x'), section('b1', 'y'))],
    [
      'an action_id twice',
      false,
      () => message({ type: 'actions', block_id: 'b', elements: [button('a'), button('a')] }),
    ],
    [
      '26 buttons',
      false,
      () => message({ type: 'actions', block_id: 'b', elements: times(26, (at) => button(`a${at}`)) }),
    ],
    ['a field of another kind', false, () => message({ ...section('b1', 'x'), fields: [] })],
    ['an unknown block', false, () => message({ type: 'video', block_id: 'b1' })],
    [
      'a chart on Home',
      false,
      () => homeSchema.safeParse({ type: 'home', blocks: renderMessage(chart(3)).blocks }).success,
    ],
  ])('%s', (_, legal, check) => {
    expect(check()).toBe(legal)
  })
})
