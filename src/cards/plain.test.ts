import { expect, test } from 'vitest'
import type { Card } from './card.ts'
import { plainCard, plainText } from './plain.ts'

const card: Card = {
  summary: '期首面談のご案内です',
  blocks: [
    { type: 'heading', text: '期首面談' },
    { type: 'text', text: ['お疲れさまです。', { bold: '総務課' }, 'の', { mention: '佐藤課長' }, 'です。'] },
    { type: 'facts', facts: [{ label: '期限', value: '5月29日(金)' }] },
    {
      type: 'list',
      rows: [
        {
          text: '5月20日(水) 14:00',
          detail: '第一会議室',
          button: { label: 'この日にする', action: { id: 'a.b' } },
        },
        { text: '5月21日(木) 10:00' },
      ],
    },
    { type: 'divider' },
    {
      type: 'select',
      label: '課',
      action: { id: 'a.b' },
      options: [
        { label: '総務課', value: '1' },
        { label: '税務課', value: '2' },
      ],
      selected: '2',
    },
    {
      type: 'chart',
      shape: 'bar',
      title: '実施状況',
      series: [{ label: '総務課', value: 8 }],
      text: '総務課 8件',
    },
    {
      type: 'buttons',
      buttons: [
        { label: '議会後に設定', action: { id: 'a.c' } },
        { label: '手引き', url: 'https://example.com/guide' },
      ],
    },
    { type: 'context', text: '1分で終わります' },
  ],
}

test('a whole card in plain text, buttons by name, charts in words', () => {
  expect(plainCard(card, 'ja').split('\n')).toEqual([
    '期首面談のご案内です',
    '期首面談',
    'お疲れさまです。総務課の佐藤課長です。',
    '期限：5月29日(金)',
    '・5月20日(水) 14:00 ［この日にする］',
    '　第一会議室',
    '・5月21日(木) 10:00',
    '―――',
    '課：［総務課］ ［税務課 ✓］',
    '実施状況：総務課 8件',
    '［議会後に設定］ ［手引き］ https://example.com/guide',
    '1分で終わります',
  ])
})

test('in English with English signs', () => {
  const english = plainCard({ summary: 'Hello', blocks: card.blocks.slice(2, 4) }, 'en')
  expect(english).toContain('期限: 5月29日(金)\n- 5月20日(水) 14:00 [この日にする]\n  第一会議室')
})

test('a link keeps its address, unless it is its own label', () => {
  expect(plainText([{ link: 'https://a.b', label: '案内' }])).toBe('案内 (https://a.b)')
  expect(plainText([{ link: 'https://a.b', label: 'https://a.b' }])).toBe('https://a.b')
})

test('a summary that is the heading again is said once, and nothing at all is a dash', () => {
  expect(plainCard({ summary: '面談', blocks: [{ type: 'heading', text: '面談' }] }, 'ja')).toBe('面談')
  expect(plainCard({ summary: ' ', blocks: [] }, 'ja')).toBe('—')
})
