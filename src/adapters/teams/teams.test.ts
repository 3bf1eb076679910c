import { describe, expect, test } from 'vitest'
import { objections } from '../../../test/support/adaptive-cards.ts'
import type { Card, Form } from '../../cards/card.ts'
import { activitySchema, all, dialogSchema, searchResponseSchema } from './card.ts'
import { renderForm, renderFormMessage, renderOptions } from './form.ts'
import { renderMessage } from './render.ts'
import { escapeMarkdown, unescapeMarkdown } from './text.ts'

const card = (...blocks: Card['blocks'][number][]): Card => ({ summary: '面談のお知らせ', blocks })
const content = (shown: Card, options?: Parameters<typeof renderMessage>[1]) =>
  activitySchema.parse(renderMessage(shown, options)).attachments[0]?.content

describe('text', () => {
  test.each([
    '*太字*',
    '_x_',
    '[a](https://b)',
    '# 見出し',
    '> 引用',
    '- 項目',
    '1. 番号',
    '`x`',
    '~x~',
    '<at>全員</at>',
    'R&amp;D',
    'a\\b',
  ])('%s is shown letter by letter', (text) => {
    expect(escapeMarkdown(text)).not.toBe(text)
    expect(unescapeMarkdown(escapeMarkdown(text))).toBe(text)
  })

  test('ordinary words stay as they are', () => {
    const text = '期首面談 5月29日(金) 14:00〜14:30、R&D #1'
    expect(escapeMarkdown(text)).toBe(text)
  })

  test('a colleague is mentioned by an entity; a second one of the same name is only named', () => {
    const sato = (teams: string) => ({ mention: '佐藤', accounts: { teams } })
    const drawn = content(card({ type: 'text', text: [sato('29:a'), 'と', sato('29:b'), '*'] }))
    expect(drawn?.msteams.entities).toEqual([
      { type: 'mention', text: '<at>佐藤</at>', mentioned: { id: '29:a', name: '佐藤' } },
    ])
    expect(drawn?.body[0]).toMatchObject({ type: 'TextBlock', text: '<at>佐藤</at>と佐藤\\*' })
  })

  test('a name cannot pass for a mention beside a real one', () => {
    const drawn = content(
      card(
        { type: 'text', text: [{ mention: '佐藤', accounts: { teams: '29:a' } }] },
        { type: 'list', rows: [{ text: '<at>佐藤</at>' }] },
      ),
    )
    expect(JSON.stringify(drawn?.body.slice(1))).not.toContain('<at>')
  })
})

test('long rows are shortened before one of them, and its button, is left out', () => {
  const detail = '行\n'.repeat(150)
  const rows = Array.from({ length: 30 }, (_, at) => ({
    text: `第${at}番 ${'長'.repeat(600)}`,
    ...(at % 2 === 0 ? { detail, button: { label: '選ぶ', action: { id: 'a.b', data: { at } } } } : {}),
  }))
  const drawn = content(card({ type: 'list', rows }))
  expect(all(drawn, /^Action\.Execute$/)).toHaveLength(15)
  const text = JSON.stringify(drawn?.body)
  for (const at of rows.keys()) expect(text).toContain(`第${at}番 長長長`)
  expect(text).not.toContain('ほか')
})

describe('a button', () => {
  const confirm = { title: '取り消しますか', text: '候補日がすべて消えます', yes: '取り消す', no: '戻る' }

  test('that asks before it acts unfolds a yes and a no', () => {
    const drawn = content(
      card({
        type: 'buttons',
        buttons: [{ label: '取り消す', action: { id: 'a.b' }, style: 'danger', confirm }],
      }),
    )
    const [asks, folds] = all(drawn, /^Action\.ToggleVisibility$/)
    const [hidden] = all(drawn, /^Container$/)
    expect(asks).toMatchObject({ title: '取り消す', style: 'destructive', targetElements: [hidden?.id] })
    expect(hidden).toMatchObject({ isVisible: false })
    expect(folds).toMatchObject({ title: '戻る', targetElements: [hidden?.id] })
    expect(all(hidden, /^Action\.Execute$/)).toMatchObject([{ title: '取り消す', verb: 'a.b' }])
    expect(JSON.stringify(hidden)).toContain('候補日がすべて消えます')
  })

  test('that opens a dialog says so before it is pressed', () => {
    const shown = card({ type: 'buttons', buttons: [{ label: '候補日を出す', action: { id: 'a.open' } }] })
    const drawn = content(shown, { opensDialog: (id) => id === 'a.open' })
    expect(all(drawn, /^Action\./)).toMatchObject([
      { type: 'Action.Submit', data: { action: { id: 'a.open' }, msteams: { type: 'task/fetch' } } },
    ])
  })

  test('six stand in a set, more make another', () => {
    const buttons = Array.from({ length: 8 }, (_, at) => ({
      label: `${at}`,
      action: { id: 'a.b', data: { at } },
    }))
    const sets = all(content(card({ type: 'buttons', buttons })), /^ActionSet$/)
    expect(sets.map((set) => (set.actions as unknown[]).length)).toEqual([6, 2])
  })
})

test('a chart has meanings for colours, never red, and its words below', () => {
  const series = (['good', 'waiting', 'late', 'none'] as const).map((tone, at) => ({
    label: tone,
    value: at + 1,
    tone,
  }))
  const drawn = content(card({ type: 'chart', shape: 'bar', title: '実施状況', series, text: '80件中64件' }))
  expect(drawn?.body[0]).toMatchObject({
    type: 'Chart.HorizontalBar',
    data: [
      { x: 'good', y: 1, color: 'good' },
      { color: 'neutral' },
      { color: 'warning' },
      { color: 'categoricalBlue' },
    ],
  })
  expect(JSON.stringify(drawn?.body[1])).toContain('80件中64件')
})

describe('a form', () => {
  const form: Form = {
    id: 'interviews.offer',
    title: '候補日を出す',
    submit: '出す',
    cancel: 'やめる',
    data: { step: 4 },
    fields: [
      { name: 'from', label: '開始', type: 'date', value: '2027-05-20' },
      {
        name: 'days',
        label: '曜日',
        type: 'multiselect',
        options: [
          { label: '月', value: '1' },
          { label: '水', value: '3' },
        ],
      },
      { name: 'deputy', label: '代理', type: 'person', optional: true },
      { name: 'note', label: 'ひとこと', type: 'text', multiline: true, optional: true, value: '前の値' },
    ],
  }

  test('insists on what is required, in the reader’s language', () => {
    const inputs = all(dialogSchema.parse(renderForm(form)).card.content, /^Input\./)
    expect(inputs[0]).toMatchObject({ isRequired: true, errorMessage: '「開始」を入力してください' })
    expect(inputs[2]).not.toHaveProperty('isRequired')
    const english = all(renderForm({ ...form, title: 'Offer times' }), /^Input\./)
    expect(english[0]).toMatchObject({ errorMessage: 'Please fill in “開始”' })
  })

  test('is drawn again with what was typed and what to mend', () => {
    const values = { from: '2027-06-01', days: ['1', '3'], deputy: '17', note: '議会後で' }
    const errors = { from: '6月1日は閉庁日です', other: 'ほかの決まりに合いません' }
    const { card: drawn } = dialogSchema.parse(renderForm(form, { values, errors }))
    expect(objections(drawn.content)).toEqual([])
    const inputs = all(drawn.content, /^Input\./)
    expect(inputs.map((input) => input.value)).toEqual(['2027-06-01', '1,3', '17', '議会後で'])
    const text = JSON.stringify(drawn.content.body)
    // Each message below its field, one for no field above all.
    expect(text.indexOf('ほかの決まりに合いません')).toBeLessThan(text.indexOf('f.t.from'))
    expect(text.indexOf('6月1日は閉庁日です')).toBeGreaterThan(text.indexOf('f.t.from'))
    expect(text.indexOf('6月1日は閉庁日です')).toBeLessThan(text.indexOf('f.m.days'))
  })

  test('searches people by name among all', () => {
    const input = all(renderForm(form), /^Input\.ChoiceSet$/)[1]
    expect(input).toMatchObject({
      style: 'filtered',
      'choices.data': { type: 'Data.Query', dataset: 'people/interviews.offer/deputy' },
    })
    const people = Array.from({ length: 20 }, (_, at) => ({ label: `職員${at}`, value: `${at}` }))
    expect(searchResponseSchema.parse(renderOptions(people)).value.results).toHaveLength(15)
  })

  test('in the chat it can be taken back', () => {
    const drawn = activitySchema.parse(renderFormMessage(form)).attachments[0]?.content
    expect(drawn?.actions).toMatchObject([
      {
        type: 'Action.Execute',
        verb: 'interviews.offer',
        data: { form: { id: 'interviews.offer', data: { step: 4 } } },
      },
      { title: 'やめる', verb: 'form.cancel' },
    ])
  })
})

test('the library objects to what is illegal', () => {
  const illegal = {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [
      { type: 'TextBlok', text: 'a' },
      { type: 'Input.ChoiceSet', id: 'x', choices: [] },
    ],
  }
  expect(objections(illegal)).toHaveLength(2)
})
