// Arbitrary cards and forms, hostile in every text, for the laws of the renderers.
import fc from 'fast-check'
import type { Action, Block, Button, Card, Field, Form, Inline, Option, Text } from '../../src/cards/card.ts'
import { hostileText } from './legal.ts'

const value = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string({ maxLength: 20 }),
  fc.constantFrom('<!channel>', '&<>"', '氏名'),
)

/** Data up to the contract's limit, and beyond what a menu's ids take. */
const data = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), value, {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { long: 'x'.repeat(1_400) },
      { long: '長'.repeat(300) },
      { long: '👍'.repeat(120) },
    ),
  },
)
export const action: fc.Arbitrary<Action> = fc.record(
  { id: fc.constantFrom('interviews.pick', 'interviews.board', 'a.b'), data },
  { requiredKeys: ['id'] },
)

const inline: fc.Arbitrary<Inline> = fc.oneof(
  hostileText,
  hostileText.map((bold) => ({ bold })),
  fc.record({
    link: fc.constantFrom('https://example.com/a?b=1&c=2', 'javascript:alert(1)', 'x', 'https://e.x/<b>'),
    label: hostileText,
  }),
  fc.record({
    mention: hostileText,
    accounts: fc.constantFrom(
      undefined,
      {},
      { slack: 'U012ABC', teams: '29:abc' },
      { slack: '!channel>', teams: '' },
    ),
  }),
)
const text: fc.Arbitrary<Text> = fc.oneof(hostileText, fc.array(inline, { maxLength: 5 }))

const button: fc.Arbitrary<Button> = fc.record(
  {
    label: hostileText,
    action,
    style: fc.constantFrom('primary' as const, 'danger' as const),
    confirm: fc.record({ title: hostileText, text: hostileText, yes: hostileText, no: hostileText }),
  },
  { requiredKeys: ['label', 'action'] },
)
const link = fc.record({
  label: hostileText,
  url: fc.constantFrom('https://example.com/x?y=1&z=2', 'http://a.b', 'javascript:x', ''),
})

export const options = (max: number): fc.Arbitrary<Option[]> =>
  fc
    .uniqueArray(
      fc.oneof(
        fc.integer({ min: 0, max: 100_000 }).map(String),
        fc.constantFrom('', '=', 'a,b', '&<>%', '=%26', '値'),
      ),
      {
        maxLength: max,
      },
    )
    .chain((values) =>
      fc
        .array(hostileText, { minLength: values.length, maxLength: values.length })
        .map((labels) => values.map((each, at) => ({ value: each, label: labels[at] ?? '' }))),
    )
const optionsOrMany = fc.oneof(
  { weight: 5, arbitrary: options(12) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 90, max: 350 })
      .map((count) => Array.from({ length: count }, (_, at) => ({ label: `選択肢 ${at}`, value: `v${at}` }))),
  },
)

const row = fc.record({ text, detail: text, button }, { requiredKeys: ['text'] })
const rows = fc.oneof(
  { weight: 4, arbitrary: fc.array(row, { maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 40, max: 300 }), fc.array(row, { minLength: 1, maxLength: 4 }))
      .map(([count, some]) =>
        Array.from({ length: count }, (_, at) => some[at % some.length] ?? { text: String(at) }),
      ),
  },
)

export const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('heading' as const), text: hostileText }),
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({
    type: fc.constant('facts' as const),
    facts: fc.array(fc.record({ label: hostileText, value: text }), { maxLength: 14 }),
  }),
  fc.record({ type: fc.constant('list' as const), rows }),
  fc.record({
    type: fc.constant('buttons' as const),
    buttons: fc.array(fc.oneof({ weight: 3, arbitrary: button }, { weight: 1, arbitrary: link }), {
      maxLength: 8,
    }),
  }),
  fc.record(
    {
      type: fc.constant('select' as const),
      label: hostileText,
      action,
      options: optionsOrMany,
      selected: fc.constantFrom('v3', '', 'nowhere'),
    },
    { requiredKeys: ['type', 'label', 'action', 'options'] },
  ),
  fc.record({
    type: fc.constant('chart' as const),
    shape: fc.constantFrom('bar' as const, 'donut' as const),
    title: hostileText,
    series: fc.array(
      fc.record(
        {
          label: hostileText,
          value: fc.oneof(
            fc.integer({ min: -5, max: 500 }),
            fc.constantFrom(0, 1.5, Number.NaN, Infinity, 1e21),
          ),
          tone: fc.constantFrom('good' as const, 'waiting' as const, 'late' as const, 'none' as const),
        },
        { requiredKeys: ['label', 'value'] },
      ),
      { maxLength: 30 },
    ),
    text: hostileText,
  }),
  fc.constant({ type: 'divider' as const }),
  fc.record({ type: fc.constant('context' as const), text }),
)

export const card: fc.Arbitrary<Card> = fc.record({
  summary: hostileText,
  blocks: fc.array(block, { maxLength: 8 }),
})

/** More blocks than a message takes. */
export const longCard: fc.Arbitrary<Card> = fc.record({
  summary: hostileText,
  blocks: fc.array(block, { minLength: 30, maxLength: 90, size: 'max' }),
})

type Kind<Type> = Extract<Field, { type: Type }>
const base = { label: hostileText, hint: hostileText, optional: fc.boolean() }
const requiredKeys = ['name', 'label', 'type'] as const

const field = (name: string): fc.Arbitrary<Field> => {
  const named = { name: fc.constant(name), ...base }
  const several = (type: 'multiselect' | 'checkboxes') =>
    optionsOrMany.chain((offered) =>
      fc.record(
        {
          ...named,
          type: fc.constant(type),
          options: fc.constant(offered),
          values: fc.subarray(offered.map((each) => each.value)),
        },
        { requiredKeys: [...requiredKeys, 'options'] },
      ),
    ) as fc.Arbitrary<Field>
  return fc.oneof(
    fc.record(
      {
        ...named,
        type: fc.constant('text' as const),
        value: hostileText,
        multiline: fc.boolean(),
        maxLength: fc.constantFrom(1, 40, 10_000),
        placeholder: hostileText,
      },
      { requiredKeys: [...requiredKeys] },
    ),
    fc.record(
      {
        ...named,
        type: fc.constant('number' as const),
        value: fc.constantFrom(0, 30, -1, 1.5, Number.NaN, 1e21),
        min: fc.constantFrom(0, -10),
        max: fc.constantFrom(100, 2.5),
      },
      { requiredKeys: [...requiredKeys] },
    ),
    fc.record(
      {
        ...named,
        type: fc.constant('date' as const),
        value: fc.constantFrom('2027-05-29', '2027-13-01', '', 'きのう'),
      },
      { requiredKeys: [...requiredKeys] },
    ),
    fc.record(
      { ...named, type: fc.constant('time' as const), value: fc.constantFrom('14:30', '24:00', '', '9時') },
      { requiredKeys: [...requiredKeys] },
    ),
    optionsOrMany.chain((offered) =>
      fc.record(
        {
          ...named,
          type: fc.constant('select' as const),
          options: fc.constant(offered),
          value: fc.constantFrom('nowhere', ...offered.map((each) => each.value)),
        },
        { requiredKeys: [...requiredKeys, 'options'] },
      ),
    ) as fc.Arbitrary<Kind<'select'>>,
    several('multiselect'),
    several('checkboxes'),
    fc.record(
      {
        ...named,
        type: fc.constant('person' as const),
        value: fc.constantFrom('17', ''),
        shown: hostileText,
      },
      { requiredKeys: [...requiredKeys] },
    ),
  )
}

export const form: fc.Arbitrary<Form> = fc.integer({ min: 0, max: 9 }).chain((count) =>
  fc.record(
    {
      id: fc.constantFrom('interviews.offer', 'a.f'),
      title: hostileText,
      submit: hostileText,
      cancel: hostileText,
      data,
      intro: text,
      fields: fc.tuple(...Array.from({ length: count }, (_, at) => field(`field-${at}`))),
    },
    { requiredKeys: ['id', 'title', 'submit', 'cancel', 'fields'] },
  ),
)
