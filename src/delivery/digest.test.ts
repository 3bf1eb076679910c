import { expect, it } from 'vitest'
import type { Block } from '../cards/card.ts'
import { compose } from './digest.ts'

const office = { ja: '職員課', en: 'the Personnel Section' }
const button = (label: string, style?: 'primary' | 'danger'): Block => ({
  type: 'buttons',
  buttons: [{ label, action: { id: `x.${label}` }, ...(style && { style }) }],
})
const slots = { summary: '面談の候補日について', blocks: [button('候補日を出す', 'primary')] }
const held = {
  summary: '面談の記録について',
  blocks: [button('行いました', 'primary'), button('取り消す', 'danger')],
}

it('one part: a greeting and what it says', () => {
  expect(compose([slots], office, 'ja')).toEqual({
    summary: '面談の候補日について',
    blocks: [{ type: 'text', text: 'お疲れさまです。職員課です。' }, ...slots.blocks],
  })
})

it('several parts: a heading each, all buttons, one of them the obvious one', () => {
  expect(compose([slots, held], office, 'ja')).toEqual({
    summary: '面談の候補日について ほか1件',
    blocks: [
      { type: 'text', text: 'お疲れさまです。職員課です。' },
      { type: 'heading', text: '面談の候補日について' },
      ...slots.blocks,
      { type: 'heading', text: '面談の記録について' },
      button('行いました'),
      button('取り消す', 'danger'),
    ],
  })
})

it('a part without an obvious button leaves it to the next one', () => {
  const said = { summary: '面談の時期になりました', blocks: [button('詳しく見る')] }
  const card = compose([said, slots, held], office, 'ja')
  expect(JSON.stringify(card).match(/primary/g)).toHaveLength(1)
  expect(card?.blocks).toContainEqual(button('候補日を出す', 'primary'))
})

it('buttons of list rows keep one obvious one too', () => {
  const list: Block = {
    type: 'list',
    rows: [{ text: 'a', button: { label: 'b', action: { id: 'x.b' }, style: 'primary' } }, { text: 'c' }],
  }
  const card = compose([slots, { summary: 's', blocks: [list] }], office, 'ja')
  expect(JSON.stringify(card).match(/primary/g)).toHaveLength(1)
})

it('speaks English to whom English is spoken to', () => {
  const card = compose([{ ...slots, summary: 'Times to offer' }, held], office, 'en')
  expect(card?.summary).toBe('Times to offer and 1 more')
  expect(card?.blocks[0]).toEqual({ type: 'text', text: 'Hello from the Personnel Section.' })
})

it('nothing to say is no message', () => {
  expect(compose([], office, 'ja')).toBeNull()
  // Whoever is not staff yet is not greeted as a colleague.
  expect(compose([slots], office, 'ja', true)?.blocks[0]).toEqual({
    type: 'text',
    text: '職員課からのご案内です。',
  })
})
