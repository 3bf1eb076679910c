// The same laws for every platform: what is rendered and pressed comes back as exactly what was meant, nothing is left
// out in silence, and nobody's name becomes markup.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { form as anyForm, block, card, options } from '../../test/support/cards.ts'
import { slack, teams } from '../../test/support/clients.ts'
import { expectLegal, hostileText } from '../../test/support/legal.ts'
import { mail, page } from '../../test/support/mail-clients.ts'
import type { Action, Card, Field, Form, FormValues, Row } from '../cards/card.ts'
import { isBlank } from '../cards/fit.ts'
import type { InboundEvent } from '../chat/chat.ts'

const isEvent = <Type extends InboundEvent['type']>(event: InboundEvent | undefined, type: Type) => {
  if (event?.type !== type) throw new Error(`Expected ${type}, got ${event?.type}`)
  return event as Extract<InboundEvent, { type: Type }>
}

/** Every action a card holds, in order; those of a menu with each value that can be chosen. */
function actionsOf(shown: Card): { action: Action; selected?: string }[] {
  return shown.blocks.flatMap((each) => {
    if (each.type === 'buttons')
      return each.buttons.flatMap((one) => ('url' in one ? [] : [{ action: one.action }]))
    if (each.type === 'list')
      return each.rows.flatMap((row) => (row.button ? [{ action: row.button.action }] : []))
    return each.type === 'select'
      ? each.options.map((one) => ({ action: each.action, selected: one.value }))
      : []
  })
}
const sorted = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).sort()

/** Only elements, attributes and addresses that we write ourselves: no text has become any of them. */
function expectOwnMarkup(html: string): void {
  const elements =
    /^<(!doctype html|\/?(html|head|body|main|title|style|meta|h1|h2|p|div|strong|br|hr|a|ul|li|table|caption|tbody|tr|th|td|span|form|input|button|label|select|option|details|summary|nav|footer)( [^>]*)?)>$/
  const attribute =
    /^ (lang|charset|name|content|style|role|href|class|method|action|type|value|for|id|scope|selected|download)(="[^"<>]*")?/
  for (const tag of html.replace(/<style>[\s\S]*?<\/style>/, '').match(/<[^>]*>/g) ?? []) {
    expect(tag).toMatch(elements)
    let rest = tag
      .replace(/^<\/?!?[a-z0-9]+/, '')
      .replace(/^ html/, '')
      .replace(/>$/, '')
    while (rest !== '') {
      const [found] = attribute.exec(rest) ?? []
      if (found === undefined) throw new Error(`An attribute that is none of ours: ${tag}`)
      const address = /^ href="(.*)"$/.exec(found)?.[1]
      if (address !== undefined) expect(address).toMatch(/^(https?:\/\/|mailto:)[^\s<>"]*$/)
      rest = rest.slice(found.length)
    }
  }
}

/** Cards that every platform shows whole: few rows, few and short labels. */
const smallCard: fc.Arbitrary<Card> = fc.record({
  summary: fc.constant('面談のお知らせ'),
  blocks: fc.array(
    block.filter(
      (each) =>
        ['buttons', 'select', 'list'].includes(each.type) &&
        actionsOf({ summary: '', blocks: [each] }).length < 12,
    ),
    { maxLength: 2 },
  ),
})

/** What a person might answer to a field, as it should arrive; undefined: left empty. */
function answerTo(field: Field): fc.Arbitrary<string | readonly string[] | undefined> {
  const text = fc.oneof(
    fc.constantFrom('はい、承知しました。\n2行目', '<@U1> & *b*', '=%26,&'),
    fc.string({ minLength: 1 }),
  )
  switch (field.type) {
    case 'text':
      return fc.option(text, { nil: undefined })
    case 'number':
      return fc.option(fc.integer().map(String), { nil: undefined })
    case 'date':
      return fc.constantFrom('2027-05-29', undefined)
    case 'time':
      return fc.constantFrom('14:30', undefined)
    case 'person':
      return fc.constantFrom('17', undefined)
    case 'select':
      // An option of which the value is empty says the same as none.
      return fc.constantFrom(
        undefined,
        ...field.options.map((each) => each.value).filter((value) => value !== ''),
      )
    case 'multiselect':
    case 'checkboxes':
      return fc
        .subarray(field.options.map((each) => each.value))
        .map((values) => (values.length > 0 ? values : undefined))
    default:
      return field satisfies never
  }
}

const filledForm: fc.Arbitrary<{ form: Form; values: FormValues }> = anyForm
  .filter((form) => form.fields.every((field) => !('options' in field) || field.options.length < 20))
  .chain((form) =>
    fc.tuple(...form.fields.map(answerTo)).map((answers) => ({
      form,
      values: Object.fromEntries(
        form.fields.flatMap((field, at) => (answers[at] === undefined ? [] : [[field.name, answers[at]]])),
      ) as FormValues,
    })),
  )

describe.each([slack, teams, mail, page])('$name', (client) => {
  test('every button and every option of a menu gives back exactly its action', async () => {
    await fc.assert(
      fc.asyncProperty(smallCard, async (shown) => {
        const payloads = [...client.presses(shown), ...client.choices(shown)]
        const events = await Promise.all(payloads.map((payload) => client.parse(payload)))
        const back = events.map((event) => {
          const { action, selected } = isEvent(event, 'click')
          return { action, ...(selected !== undefined && { selected }) }
        })
        // A confirmed button is one action, however many steps a platform makes of it.
        expect(sorted(back)).toEqual(sorted(actionsOf(shown)))
      }),
      { numRuns: 150 },
    )
  })

  test('data in Japanese, of the largest size, comes back from a button and from a menu', async () => {
    const action: Action = {
      id: 'interviews.pick',
      data: { 氏名: '髙橋 <&> 👨‍👩‍👧‍👦'.repeat(12), version: 3, open: true },
    }
    const shown: Card = {
      summary: '面談',
      blocks: [
        { type: 'buttons', buttons: [{ label: '選ぶ', action }] },
        { type: 'select', label: '課', action, options: [{ label: '総務課', value: 'a,b&<=%>' }] },
      ],
    }
    const payloads = [...client.presses(shown), ...client.choices(shown)]
    const events = await Promise.all(payloads.map((payload) => client.parse(payload)))
    expect(events.map((event) => isEvent(event, 'click').action)).toEqual([action, action])
    expect(events.map((event) => isEvent(event, 'click').selected)).toContain('a,b&<=%>')
  })

  test('a form gives back its id, its data, where it was opened from and what was typed', async () => {
    await fc.assert(
      fc.asyncProperty(filledForm, async ({ form, values }) => {
        const event = isEvent(await client.parse(client.submits(form, values)), 'submit')
        expect(event.form).toBe(form.id)
        expect(event.data).toEqual(form.data ?? {})
        // A page stands by itself; in a chat there is a message from which the form was opened.
        if (client.name === 'slack' || client.name === 'teams')
          expect(event.message?.id).toMatch(/^1700000000/)
        else expect(event.message).toBeUndefined()
        expect({ ...event.values }).toEqual(values)
      }),
      { numRuns: 200 },
    )
  })

  test('two presses are two events, the same delivery twice is one', async () => {
    const shown: Card = {
      summary: '面談',
      blocks: [{ type: 'buttons', buttons: [{ label: 'はい', action: { id: 'a.b' } }] }],
    }
    const [first] = client.presses(shown)
    const [second] = client.presses(shown)
    const keys = await Promise.all(
      [first, first, second].map(async (payload) => (await client.parse(payload))?.key),
    )
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[0])
  })

  test('of a long list each row is either shown or counted', () => {
    const row = fc.record({
      label: fc.constantFrom('山田', '佐'.repeat(200), '👩‍💻', '*x*'),
      pressed: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 30, maxLength: 300, size: 'max' }),
        hostileText,
        (people, intro) => {
          const rows = people.map(
            ({ label, pressed }, at): Row => ({
              text: `第${at}番 ${label}`,
              ...(pressed && { button: { label: `押${at}`, action: { id: 'a.b', data: { at } } } }),
            }),
          )
          const shown: Card = {
            summary: '一覧です',
            blocks: [
              { type: 'text', text: intro },
              { type: 'list', rows },
              { type: 'buttons', buttons: [{ label: '終わり', action: { id: 'a.end' } }] },
            ],
          }
          const { text } = client.reads(shown)
          const seen = rows.filter((_, at) => text.includes(`第${at}番 `)).length
          const counted = Number(/^ほか(\d+)件$/m.exec(text)?.[1] ?? 0)
          expect(seen + counted).toBe(rows.length)
          expect(seen).toBeGreaterThan(20)
          // What closes the card is there whatever came before.
          expect(text).toContain('終わり')
          const buttons = rows.slice(0, seen).filter((each) => each.button).length
          expect(client.presses(shown)).toHaveLength(buttons + 1)
        },
      ),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('two long lists share the room', () => {
    const rows = (kind: string): Row[] =>
      Array.from({ length: 200 }, (_, at) => ({
        text: `${kind}${at}。`,
        button: { label: '見る', action: { id: 'a.b', data: { at } } },
      }))
    const shown: Card = {
      summary: '一覧です',
      blocks: [
        { type: 'list', rows: rows('甲') },
        { type: 'list', rows: rows('乙') },
      ],
    }
    const { text } = client.reads(shown)
    for (const kind of ['甲', '乙']) {
      const seen = rows(kind).filter((row) => text.includes(String(row.text))).length
      expect(seen).toBeGreaterThan(15)
      expect(text).toContain(`ほか${200 - seen}件`)
    }
  })

  test('more lists than a card has room for are counted too', () => {
    const rows: Row[] = [{ text: '一行', button: { label: '見る', action: { id: 'a.b' } } }]
    const shown: Card = {
      summary: '一覧です',
      blocks: Array.from({ length: 120 }, () => ({ type: 'list' as const, rows })),
    }
    expectLegal(shown)
    const { text } = client.reads(shown)
    const seen = client.presses(shown).length
    const counted = [...text.matchAll(/^ほか(\d+)件$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
    expect(seen + counted).toBe(120)
  })

  test('the words of a card can be read in it', () => {
    const shown: Card = {
      summary: '期首面談のご案内',
      blocks: [
        { type: 'heading', text: '期首面談' },
        {
          type: 'text',
          text: [
            '総務課の',
            { bold: '佐藤課長' },
            'と',
            { mention: '田中さん' },
            { link: 'https://example.com', label: '案内' },
          ],
        },
        { type: 'facts', facts: [{ label: '期限', value: '5月29日(金)' }] },
        { type: 'list', rows: [{ text: '一行目', detail: '静かな二行目' }] },
        {
          type: 'select',
          label: '課を選ぶ',
          action: { id: 'a.b' },
          options: [{ label: '総務課', value: '1' }],
        },
        {
          type: 'chart',
          shape: 'bar',
          title: '実施状況',
          series: [{ label: '総務課', value: 8 }],
          text: '総務課は8件です',
        },
        { type: 'context', text: '1分で終わります' },
      ],
    }
    const { text } = client.reads(shown)
    const words = [
      '期首面談',
      '佐藤課長',
      '田中さん',
      '案内',
      '期限',
      '5月29日(金)',
      '一行目',
      '静かな二行目',
      '課を選ぶ',
      '総務課',
      '実施状況',
      '総務課は8件です',
      '1分で終わります',
    ]
    expect(words.filter((word) => !text.includes(word))).toEqual([])
  })

  test('no text becomes a mention, a link or a style', () => {
    fc.assert(
      fc.property(card, (shown) => {
        const { markup, mentions } = client.reads(shown)
        expect(mentions.filter((user) => !['U012ABC', '29:abc'].includes(user))).toEqual([])
        for (const text of markup) {
          if (client.name === 'mail' || client.name === 'page') {
            expectOwnMarkup(text)
            continue
          }
          const tags = (text.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/\|[^<>]*>$/, '>'))
          const known =
            client.name === 'slack' ? /^<(@U012ABC|https:\/\/example\.com\/a\?b=1&amp;c=2)>$/ : /^<\/?at>$/
          expect(tags.filter((tag) => !known.test(tag))).toEqual([])
          if (client.name === 'teams') {
            const literal = text.replace(/\\[\s\S]/g, '').replace(/^\*\*|\*\*$/g, '')
            expect(/[`[\]~]|<at>[^<]*[*_]/.test(literal)).toBe(false)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('an empty option is an option', async () => {
    await fc.assert(
      fc.asyncProperty(options(8), async (offered) => {
        const shown: Card = {
          summary: '面談',
          blocks: [{ type: 'select', label: '課', action: { id: 'a.b' }, options: offered }],
        }
        const events = await Promise.all(client.choices(shown).map((payload) => client.parse(payload)))
        expect(events.map((event) => isEvent(event, 'click').selected)).toEqual(
          offered.map((each) => each.value),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('a blank card still says what it is about', () => {
    const { text } = client.reads({ summary: '面談のお知らせ', blocks: [{ type: 'text', text: '\u200b' }] })
    expect(isBlank(text)).toBe(false)
  })

  test('what is none of ours is no event', async () => {
    const others: unknown[] = [undefined, null, 7, 'text', [], {}, { payload: '{' }]
    others.push({ type: 'event_callback' })
    others.push({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { verb: '__proto__', data: null } },
    })
    for (const payload of others) expect(await client.parse(payload)).toBeUndefined()
    await fc.assert(
      fc.asyncProperty(fc.json(), async (payload) => {
        expect(await client.parse(JSON.parse(payload))).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  test('whatever is put into a button by others is no action', async () => {
    const shown: Card = {
      summary: '面談',
      blocks: [{ type: 'buttons', buttons: [{ label: 'はい', action: { id: 'a.b' } }] }],
    }
    const [payload] = client.presses(shown)
    const forged = [
      '',
      'null',
      '[]',
      '"a.b"',
      '{}',
      '{"id":7}',
      '{"id":"a.b","data":{"deep":{"x":1}}}',
      '{"id":"a.b","data":[1]}',
      '{"id":"a.b","also":1}',
      '{"id":"<!channel>"}',
      `{"id":"${'a'.repeat(500)}"}`,
    ]
    for (const value of forged) {
      const changed = JSON.parse(JSON.stringify(payload), (key, each: unknown) => {
        if (key === 't') return Buffer.from(value).toString('base64url')
        if (client.name === 'slack' && key === 'value') return value
        if (client.name === 'teams' && key === 'data')
          return { action: value === '' ? undefined : JSON.parse(value) }
        return each
      })
      expect(await client.parse(changed)).toBeUndefined()
    }
  })
})
