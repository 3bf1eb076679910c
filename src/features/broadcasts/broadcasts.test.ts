// From the first word to the last acknowledgement, through intake and delivery as they are, with a platform in memory.
import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { type Fault, fakePlatform } from '../../../test/support/fake-platform.ts'
import { expectLegal } from '../../../test/support/legal.ts'
import { addPerson, addSection, at, day } from '../../../test/support/small-city.ts'
import type { ActionData, Card, FormValues } from '../../cards/card.ts'
import { plainCard } from '../../cards/plain.ts'
import type { InboundEvent, Reply } from '../../chat/chat.ts'
import { composeCity } from '../../compose.ts'
import { toDbDate } from '../../db/time.ts'
import type { GroupKind } from '../../directory/audience/groups.ts'
import { writeSetting } from '../../directory/settings.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { broadcasts } from './index.ts'
import { release } from './release.ts'
import { forget } from './retention.ts'
import { sizesSetting } from './settings.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const plainText = (card: Card) => plainCard(card, 'ja')
const morning = at('2027-05-11T10:00')
type Pressed = { readonly id: string; readonly data: ActionData }

/** 総務課 with two HR officers, 税務課 with a training officer and four more, 保育園 with one on leave. */
async function city({ groups }: { readonly groups?: readonly GroupKind[] } = {}) {
  const clock = new MovableClock(morning)
  const faults = { of: (_user: string): Fault => ({ type: 'none' }) }
  let to = ''
  const fake = fakePlatform({ platform: 'playground', fault: () => faults.of(to) })
  const platform = {
    ...fake,
    send: (...args: Parameters<typeof fake.send>) => {
      to = args[0].user
      return fake.send(...args)
    },
  }
  const made = composeCity({
    db,
    clock,
    zone: 'Asia/Tokyo',
    secret: secretOf(Buffer.alloc(32, 5)),
    log: createLog('silent'),
    platforms: [platform],
    features: [broadcasts, ...(groups ? [() => ({ name: 'x', groups })] : [])],
    // What is due is told by the tests, when they say so.
    intake: { changed: () => {} },
    processMetrics: false,
  })
  const tx = db.prisma
  const general = await addSection(tx, '0100', '総務課')
  const tax = await addSection(tx, '0200', '税務課')
  const nursery = await addSection(tx, '0300', 'ひまわり保育園')
  const add = (name: string, section: number, title = '主事') => addPerson(tx, name, section, { title })
  const people = {
    hr: await add('人事 一郎', general, '課長'),
    hr2: await add('承認 二郎', general),
    officer: await add('研修 三郎', tax),
    a: await add('赤井 花', tax),
    b: await add('馬場 空', tax),
    c: await add('千葉 海', tax),
    offline: await add('土井 山', tax),
    nurse: await add('森 園', nursery, '保育士'),
    leave: await add('休井 静', nursery, '保育士'),
  }
  type Who = keyof typeof people
  const grant = (who: Who, role: string, sectionId: number | null = null) =>
    tx.roleGrant.create({
      data: { personId: people[who], role, sectionId, validFrom: toDbDate(day('2027-04-01')) },
    })
  await grant('hr', 'hr')
  await grant('hr2', 'hr')
  await grant('officer', 'training', tax)
  await tx.absence.create({
    data: { personId: people.leave, kind: 'leave', fromOn: toDbDate(day('2027-04-01')) },
  })
  await tx.identity.createMany({
    data: Object.entries(people)
      .filter(([who]) => who !== 'offline')
      .map(([, personId]) => ({
        personId,
        platform: 'playground',
        tenant: 'playground',
        userId: `${personId}`,
      })),
  })
  let serial = 0
  const send = async (who: Who, event: object): Promise<readonly Reply[]> => {
    serial += 1
    const sender = {
      platform: 'playground',
      tenant: 'playground',
      user: `${people[who]}`,
      locale: 'ja',
    } as const
    const replies = await made.intake.receive({ key: `t:${serial}`, sender, ...event } as InboundEvent)
    for (const reply of replies) {
      if (reply.type === 'card' || reply.type === 'home') expectLegal(reply.card)
      if (reply.type === 'form') expectLegal(reply.form)
    }
    return replies
  }
  const say = (who: Who, text: string) => send(who, { type: 'words', text })
  const press = (who: Who, { id, data }: Pressed, selected?: string) =>
    send(who, { type: 'click', action: { id, data }, ...(selected && { selected }) })
  const submit = (who: Who, form: string, data: ActionData, values: FormValues) =>
    send(who, { type: 'submit', form, data, values })
  const run = async (local?: string) => {
    if (local) clock.set(at(local))
    await made.delivery.runDue()
    await made.delivery.runDue()
  }
  const write = async (who: Who, values: FormValues = {}) =>
    buttons(
      await submit(
        who,
        'broadcasts.text',
        {},
        { title: '避難訓練のお知らせ', body: '金曜に行います。', ...values },
      ),
    )
  /** A draft for 税務課, and the form with which it is sent off. */
  const ready = async (
    who: Who,
    values: FormValues = {},
    audience: FormValues = { whoSections: [`${tax}`] },
  ) => {
    const draft = await write(who, values)
    const chosen = await submit(who, 'broadcasts.who-save', data(draft, 'who'), audience)
    const [opened] = await press(who, button(buttons(chosen), 'send'))
    if (opened?.type !== 'form') throw new Error(`no form: ${JSON.stringify(opened)}`)
    return opened.form
  }
  const sendOff = async (who: Who, values: FormValues = {}, content: FormValues = {}) => {
    const form = await ready(who, content)
    return submit(who, form.id, form.data ?? {}, values)
  }
  const sizes = (change: object) =>
    writeSetting(tx, sizesSetting, { ...sizesSetting.initial, ...change }, clock.now())
  const arrived = (who: Who) => fake.arrived.filter((each) => each.to.user === `${people[who]}`)
  return {
    ...made,
    clock,
    people,
    tax,
    nursery,
    general,
    faults,
    say,
    press,
    submit,
    send,
    run,
    write,
    ready,
    sendOff,
    sizes,
    arrived,
    fake,
  }
}

function cardOf(replies: readonly Reply[]): Card {
  const [reply] = replies
  if (reply?.type !== 'card') throw new Error(`not a card: ${JSON.stringify(replies)}`)
  return reply.card
}
const words = (replies: readonly Reply[]) => plainText(cardOf(replies))

/** Every button and menu of the replies, in order. */
function buttons(replies: readonly Reply[]): Pressed[] {
  const found: Pressed[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each)
    else if (typeof value === 'object' && value !== null) {
      const { action } = value as { action?: { id: string; data?: ActionData } }
      if (action) found.push({ id: action.id, data: action.data ?? {} })
      for (const inner of Object.values(value)) walk(inner)
    }
  }
  walk(replies)
  return found
}
function button(of: readonly Pressed[], name: string): Pressed {
  const found = of.find(({ id }) => id === `broadcasts.${name}`)
  if (!found) throw new Error(`no ${name} among ${of.map(({ id }) => id).join(', ')}`)
  return found
}
const data = (of: readonly Pressed[], name: string) => button(of, name).data
const idOf = (of: readonly Pressed[]) =>
  Number(of.find(({ data: { broadcast } }) => broadcast)?.data.broadcast)

describe('an announcement', () => {
  test('is written once, shown first, reaches those it is for, is acknowledged, and asked for again', async () => {
    const c = await city()
    expect(words(await c.say('hr', 'お知らせ'))).toContain('まだお知らせはありません')
    const draft = await c.submit(
      'hr',
      'broadcasts.text',
      {},
      {
        title: '避難訓練 <!channel>',
        body: '*金曜*に行います。\n\n@here 9時に集合',
        link: 'https://example.lg.jp/kunren',
        options: ['acknowledge'],
      },
    )
    expect(words(draft)).toContain('全職員')
    expect(words(draft)).toContain('8名')
    expect(words(draft)).toContain('休職・休業中の1名は含みません')
    const chosen = await c.submit('hr', 'broadcasts.who-save', data(buttons(draft), 'who'), {
      whoSections: [`${c.tax}`],
      whoBelow: ['below'],
    })
    expect(words(chosen)).toContain('税務課(下の所属も含む)の方')
    expect(words(chosen)).toMatch(/5名　例: 研修さん\(税務課\)、/)

    const preview = await c.press('hr', button(buttons(chosen), 'preview'))
    expect(words(preview)).toContain('お疲れさまです')
    expect(words(preview)).toContain('発信: 総務課')
    expect(words(preview)).toContain('ほかの方には届いていません')
    expect(c.fake.arrived).toHaveLength(0)

    const [opened] = await c.press('hr', button(buttons(chosen), 'send'))
    if (opened?.type !== 'form') throw new Error('no form')
    expect(opened.form.fields.map(({ name }) => name)).toEqual(['date', 'time'])
    const sent = await c.submit('hr', opened.form.id, opened.form.data ?? {}, {})
    expect(words(sent)).toContain('5名への送信を始めました')
    expect(words(sent)).toContain('これから届く5名')
    await c.run()
    const [letter] = c.arrived('a')
    expect(c.fake.arrived).toHaveLength(4)
    expect(letter?.card.summary).toBe('お知らせ: 避難訓練 <!channel>')
    expect(plainText(letter?.card as Card)).toContain('*金曜*に行います。\n\n@here 9時に集合')
    const acknowledge = button(
      buttons([{ type: 'card', card: letter?.card as Card, place: 'new' }]),
      'acknowledge',
    )

    const [reply] = await c.press('a', acknowledge)
    expect(reply).toMatchObject({ type: 'card', place: 'replace' })
    expect(words([reply as Reply])).toContain('5月11日(火) 10:00 に確認済みです')
    expect(buttons([reply as Reply]).some(({ id }) => id === acknowledge.id)).toBe(false)
    // Whoever did not receive it has nothing to acknowledge, and learns nothing.
    expect(words(await c.press('nurse', acknowledge))).not.toContain('避難訓練')

    const status = await c.press('hr', { id: 'broadcasts.open', data: { broadcast: idOf(buttons(draft)) } })
    const text = words(status)
    expect(text).toContain('届いた4名、届いていない1名')
    expect(text).toContain('土井 山(税務課)')
    expect(text).toContain('アカウント未登録')
    const menu = button(buttons(status), 'status')
    const silent = words(await c.press('hr', menu, 'silent'))
    expect(silent).toContain('馬場 空')
    expect(silent).not.toContain('赤井 花')
    expect(words(await c.press('hr', menu, 'acknowledged'))).toContain('赤井 花')
    expect(words(await c.press('hr', menu, 'withdrawn'))).toContain('当てはまる方はいません')

    const again = button(buttons(status), 'again')
    c.clock.advance({ hours: 1 })
    expect(words(await c.press('hr', again))).toContain('4名にもう一度送ります')
    expect(words(await c.press('hr', again))).toContain('その後に状況が変わって')
    await c.run()
    expect(c.arrived('a')).toHaveLength(1)
    expect(c.arrived('b')).toHaveLength(2)
    expect(plainText(c.arrived('b')[1]?.card as Card)).toContain('行き違いでしたらご容赦ください')

    const [file] = await c.press('hr', button(buttons(status), 'export'))
    if (file?.type !== 'file') throw new Error('no file')
    const [sheet] = await readExcelFile(Buffer.from(file.file.bytes))
    const rows = sheet?.data ?? []
    expect(rows[0]).toContain('職員番号')
    expect(rows).toHaveLength(6)
    expect(rows.find((row) => row.includes('赤井 花'))).toContain('2027年5月11日(火) 10:00')
    expect(file.file.name).toMatch(/^お知らせ_避難訓練_!channel_+_20270511\.xlsx$/)

    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ action }) => action)).toEqual([
      'broadcasts.submitted',
      'broadcasts.sent',
      'broadcasts.sent-again',
    ])
    expect(trail[1]).toMatchObject({
      actorId: c.people.hr,
      change: {
        count: 5,
        audience: '税務課(下の所属も含む)の方',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
    expect(JSON.stringify(trail)).not.toContain('金曜')
  })

  test('is read again from the list, and waits on Home until it is acknowledged', async () => {
    const c = await city()
    await c.sendOff('hr', {}, { options: ['acknowledge'] })
    await c.run()
    expect(JSON.stringify(await c.send('a', { type: 'home' }))).toContain('お知らせの確認: 避難訓練')
    const list = await c.say('a', 'お知らせ')
    expect(words(list)).toContain('確認をお願いします')
    const letter = await c.press('a', button(buttons(list), 'read'))
    expect(words(letter)).toContain('金曜に行います。')
    await c.press('a', button(buttons(letter), 'acknowledge'))
    expect(JSON.stringify(await c.send('a', { type: 'home' }))).not.toContain('避難訓練')
    expect(words(await c.say('nurse', 'お知らせ'))).toContain('まだお知らせはありません')
    expect(words(await c.say('officer', 'announcements'))).toContain('お知らせを送る')
    // Whom it could not be brought to finds it there.
    await db.prisma.notice.updateMany({ where: { recipientId: c.people.b }, data: { status: 'failed' } })
    expect(words(await c.say('b', 'お知らせ'))).toContain('避難訓練')
  })
})

describe('a list of staff numbers', () => {
  const numberOf = async (id: number) => (await db.prisma.person.findUniqueOrThrow({ where: { id } })).number
  const file = (
    c: Awaited<ReturnType<typeof city>>,
    who: 'hr' | 'officer' | 'a',
    lines: readonly string[],
    name = '宛先.csv',
  ) => c.send(who, { type: 'file', name, bytes: new TextEncoder().encode(lines.join('\r\n')) })

  test('given as a file is shown with what reaches nobody and what to do, and becomes an announcement to the rest', async () => {
    const c = await city()
    const gone = await addPerson(db.prisma, '退職 五郎', c.tax)
    await db.prisma.person.update({ where: { id: gone }, data: { leftOn: toDbDate(day('2027-04-01')) } })
    const [a, b] = [await numberOf(c.people.a), await numberOf(c.people.b)]
    const shown = await file(c, 'hr', [
      '職員番号,氏名',
      `${a},赤井`,
      `${b},馬場`,
      `${a},赤井`,
      '999999,',
      `${await numberOf(gone)},`,
    ])
    const said = words(shown)
    for (const part of [
      '5件',
      '2名',
      '登録なし',
      '退職',
      '重複',
      '4行目',
      '999999',
      '1名として数えます',
      'このまま進めると外れます',
    ])
      expect(said).toContain(part)
    expect(await db.prisma.broadcast.count()).toBe(0)
    const [csv] = await c.press('hr', button(buttons(shown), 'list-problems'))
    if (csv?.type !== 'file') throw new Error('no file')
    expect(new TextDecoder().decode(csv.file.bytes).split('\r\n')).toHaveLength(5)
    expect(JSON.stringify(await c.send('hr', { type: 'home' }))).toContain('宛先.csv')
    // Nobody else sees it, by its number or otherwise.
    expect(
      words(
        await c.press('hr2', { id: 'broadcasts.list', data: button(buttons(shown), 'list-problems').data }),
      ),
    ).toContain('すでに使われたか')

    const [form] = await c.press('hr', button(buttons(shown), 'list-write'))
    if (form?.type !== 'form') throw new Error('no form')
    const text = { title: '避難訓練', body: '金曜です。' }
    const draft = await c.submit('hr', form.form.id, form.form.data ?? {}, text)
    expect(words(draft)).toContain('指定した2名の方')
    expect(await db.prisma.broadcastList.count()).toBe(0)
    // The list is used: a second announcement would have nobody to go to, and is not for everybody instead.
    expect(await c.submit('hr', form.form.id, form.form.data ?? {}, text)).toMatchObject([
      { type: 'field-errors', errors: { title: expect.stringContaining('すでに使われたか') } },
    ])
    const [send] = await c.press('hr', button(buttons(draft), 'send'))
    if (send?.type !== 'form') throw new Error('no form')
    await c.submit('hr', send.form.id, send.form.data ?? {}, {})
    await c.run()
    expect(c.arrived('a')).toHaveLength(1)
    expect(c.arrived('b')).toHaveLength(1)
    expect(c.arrived('c')).toHaveLength(0)
  })

  test('of a training officer reaches their own part; what may be a staff list is theirs as well', async () => {
    const c = await city()
    const [a, nurse] = [await numberOf(c.people.a), await numberOf(c.people.nurse)]
    const lines = ['職員番号,氏名,所属名', `${a},赤井,税務課`, `${nurse},森,保育園`]
    const shown = await file(c, 'officer', lines, '一覧.csv')
    expect(words(shown)).toContain('担当の範囲外')
    expect(words(shown)).toContain('全庁の人事担当にご依頼ください')
    expect(words(shown)).toContain('この1名へのお知らせを書く')
    expect(words(await file(c, 'hr', lines, '一覧.csv'))).not.toContain('お知らせを書く')
    expect(words(await file(c, 'a', ['職員番号', a]))).not.toContain('お知らせを書く')
    expect(words(await file(c, 'officer', ['職員番号', '']))).toContain('読み取れませんでした')
    await db.prisma.roleGrant.updateMany({
      where: { personId: c.people.officer },
      data: { sectionId: null, occupation: '保育士' },
    })
    const other = words(await file(c, 'officer', lines, '一覧.csv'))
    expect(other).toContain('この1名へのお知らせを書く')
    expect(other).toContain(a)
  })

  test('is put into a draft that waits; one that has changed since is shown anew', async () => {
    const c = await city()
    const draft = await c.write('hr')
    const { broadcast, version } = data(draft, 'who')
    const [a, b] = [await numberOf(c.people.a), await numberOf(c.people.b)]
    const shown = await file(c, 'hr', [a, b])
    const into = { id: 'broadcasts.list-into', data: button(buttons(shown), 'list-write').data }
    expect(words(await c.press('hr', into, 'nonsense'))).toContain('この2名へのお知らせを書く')
    await db.prisma.person.update({
      where: { id: c.people.b },
      data: { leftOn: toDbDate(day('2027-05-01')) },
    })
    const changed = await c.press('hr', into, `${broadcast}:${version}`)
    expect(words(changed)).toContain('その間に名簿が変わりました')
    const again = { id: 'broadcasts.list-into', data: button(buttons(changed), 'list-write').data }
    expect(words(await c.press('hr', again, `${broadcast}:${version}`))).toContain(
      '宛先を一覧の1名にしました',
    )
    expect(words(await c.press('hr', again, `${broadcast}:${version}`))).not.toContain(
      '宛先を一覧の1名にしました',
    )
    expect((await db.prisma.broadcast.findFirstOrThrow()).audience).toEqual({ people: [c.people.a] })
  })

  test('pasted with a doubtful number is looked at first; one without is taken at once, for whom and for whom not', async () => {
    const c = await city()
    const draft = await c.write('hr')
    const [a, b, officer] = [
      await numberOf(c.people.a),
      await numberOf(c.people.b),
      await numberOf(c.people.officer),
    ]
    const fine = await c.submit('hr', 'broadcasts.people-save', data(draft, 'people'), {
      whoNumbers: `${a}、${b}\n${officer}`,
      whoNotNumbers: b,
    })
    expect(words(fine)).toContain('指定した3名の方')
    const doubtful = await c.submit('hr', 'broadcasts.people-save', data(buttons(fine), 'people'), {
      whoNumbers: `${a} ${a} 77777`,
      whoNotNumbers: `${officer}\n88888`,
    })
    expect(words(doubtful)).toContain('3番目「77777」 登録なし')
    expect((await db.prisma.broadcast.findFirstOrThrow()).audience).toMatchObject({
      people: [c.people.a, c.people.b, c.people.officer],
    })
    const second = await c.press('hr', button(buttons(doubtful), 'list-use'))
    expect(words(second)).toContain('宛先を一覧の1名にしました')
    expect(words(second)).toContain('この1名を除く')
    const done = await c.press('hr', button(buttons(second), 'list-use'))
    expect(words(done)).toContain('一覧の1名を宛先から除きました')
    expect((await db.prisma.broadcast.findFirstOrThrow()).audience).toEqual({
      people: [c.people.a],
      except: { people: [c.people.officer] },
    })
    expect(words(await c.press('hr', button(buttons(second), 'list-use')))).toContain('避難訓練')
    // Let go of, the draft is as it was; and after a week nobody is asked about it any more.
    const third = await c.submit('hr', 'broadcasts.people-save', data(buttons(done), 'people'), {
      whoNumbers: '66666',
    })
    expect(words(third)).toContain('送れる方がいません')
    expect(words(await c.press('hr', button(buttons(third), 'list-discard')))).toContain('一覧は使わずに')
    await file(c, 'hr', [a])
    await forget(db.prisma, at('2027-05-17T02:50'), 'Asia/Tokyo')
    expect(await db.prisma.broadcastList.count()).toBe(1)
    await forget(db.prisma, at('2027-05-19T02:50'), 'Asia/Tokyo')
    expect(await db.prisma.broadcastList.count()).toBe(0)
  })
})

describe('before it goes', () => {
  test('an audience of nobody is said, and cannot be sent', async () => {
    const c = await city()
    const draft = await c.write('hr')
    const chosen = await c.submit('hr', 'broadcasts.who-save', data(draft, 'who'), {
      whoSections: [`${c.nursery}`],
      whoOccupations: '消防士',
    })
    expect(words(chosen)).toContain('条件に当てはまる方がいません')
    expect(buttons(chosen).some(({ id }) => id === 'broadcasts.send')).toBe(false)
    const seen = data(buttons(chosen), 'who')
    expect(await c.submit('hr', 'broadcasts.send-off', { ...seen, count: 0 }, {})).toMatchObject([
      { type: 'field-errors', errors: { date: expect.stringContaining('0名') } },
    ])
  })

  test('everybody is typed; a number that has changed is shown anew', async () => {
    const c = await city()
    const form = await c.ready('hr', {}, {})
    const seen = form.data ?? {}
    const wrong = await c.submit('hr', form.id, seen, { count: '80' })
    expect(wrong).toMatchObject([{ type: 'field-errors', errors: { count: expect.stringContaining('8名') } }])
    await addPerson(db.prisma, '新人 一', c.tax)
    const [reopened] = await c.submit('hr', form.id, seen, { count: '8', date: '2027-05-12' })
    if (reopened?.type !== 'form') throw new Error('no form')
    expect(JSON.stringify(reopened.form)).toContain('9名')
    expect(reopened.form.fields[0]).toMatchObject({ name: 'date', value: '2027-05-12' })
    const sent = await c.submit('hr', form.id, reopened.form.data ?? {}, { count: '９名' })
    expect(words(sent)).toContain('9名への送信を始めました')
  })

  test('a second person looks at what is large, never its author; what goes back says why', async () => {
    const c = await city()
    await c.sizes({ approvalAbove: 3 })
    const form = await c.ready('officer')
    expect(form.submit).toBe('承認を依頼')
    const asked = await c.submit('officer', form.id, form.data ?? {}, {})
    expect(words(asked)).toContain('承認できる2名の人事担当の方にお知らせしました')
    expect(buttons(asked).some(({ id }) => id === 'broadcasts.approve')).toBe(false)
    const broadcast = Number(form.data?.broadcast)
    await c.run()
    expect(plainText(c.arrived('hr2')[0]?.card as Card)).toContain('5名へのお知らせについて')
    expect(c.arrived('a')).toHaveLength(0)
    expect(words(await c.say('hr2', 'お知らせ 作成'))).toContain('承認をお待ちのもの')

    const look = await c.press('hr2', { id: 'broadcasts.open', data: { broadcast } })
    expect(words(look)).toContain('金曜に行います。')
    expect(words(look)).toContain('5名')
    expect(words(look)).toContain('税務課')
    const approve = button(buttons(look), 'approve')
    // Its author has no such right, nor has a colleague; a button of theirs would change nothing.
    for (const who of ['officer', 'a'] as const)
      expect(words(await c.press(who, approve))).not.toContain('承認しました')
    const decline = button(buttons(look), 'decline')
    const [opened] = await c.press('hr2', decline)
    if (opened?.type !== 'form') throw new Error('no form')
    await c.submit('hr2', opened.form.id, opened.form.data ?? {}, { reason: '日付をご確認ください' })
    await c.run()
    expect(plainText(c.arrived('officer')[0]?.card as Card)).toContain('戻されました')
    const back = await c.press('officer', { id: 'broadcasts.open', data: { broadcast } })
    expect(words(back)).toContain('理由: 日付をご確認ください')
    expect(words(await c.press('hr2', approve))).toContain('いまはご覧いただけません')

    const [form2] = await c.press('officer', button(buttons(back), 'send'))
    if (form2?.type !== 'form') throw new Error('no form')
    await c.submit('officer', form2.form.id, form2.form.data ?? {}, {})
    const second = await c.press('hr', { id: 'broadcasts.open', data: { broadcast } })
    expect(words(await c.press('hr', button(buttons(second), 'approve')))).toContain('承認しました')
    await c.run()
    expect(c.arrived('a')).toHaveLength(1)
    expect(plainText(c.arrived('officer').at(-1)?.card as Card)).toContain('承認されました')
  })

  test('nobody else to approve it: it stays a draft and says whom to ask', async () => {
    const c = await city()
    await c.sizes({ approvalAbove: 3 })
    await db.prisma.roleGrant.deleteMany({ where: { personId: c.people.hr2 } })
    expect(await c.sendOff('hr')).toMatchObject([
      { type: 'field-errors', errors: { date: expect.stringContaining('システム管理者') } },
    ])
  })

  test('HR of a part approves only what stays within it', async () => {
    const c = await city()
    await c.sizes({ approvalAbove: 3 })
    await db.prisma.roleGrant.updateMany({
      where: { personId: c.people.hr2 },
      data: { sectionId: c.nursery },
    })
    expect(await c.sendOff('hr')).toMatchObject([{ type: 'field-errors' }])
    await db.prisma.roleGrant.updateMany({ where: { personId: c.people.hr2 }, data: { sectionId: c.tax } })
    expect(words(await c.sendOff('hr'))).toContain('承認できる1名')
  })

  test('a training officer reaches their own part, whatever they ask for, and sees nobody else’s drafts', async () => {
    const c = await city()
    expect(words(await c.submit('officer', 'broadcasts.text', {}, { title: 'x', body: 'y' }))).toContain(
      'ご担当の範囲の全職員',
    )
    const mine = await c.write('hr')
    const others = { id: 'broadcasts.open', data: { broadcast: idOf(mine) } }
    expect(words(await c.press('officer', others))).toContain('いまはご覧いただけません')
    expect(words(await c.press('hr2', others))).toContain('いまはご覧いただけません')
    const number = (await db.prisma.person.findUniqueOrThrow({ where: { id: c.people.nurse } })).number
    const named = await c.submit(
      'officer',
      'broadcasts.people-save',
      data(await c.write('officer'), 'people'),
      {
        whoNumbers: number,
      },
    )
    expect(words(named)).toContain('0名')
  })

  test('a group of another feature is an audience', async () => {
    const group = { id: 7, name: { ja: '防災研修', en: 'Disaster training' } }
    const ids: number[] = []
    const c = await city({
      groups: [
        {
          kind: 'x.course',
          title: { ja: '研修の参加者', en: 'Participants' },
          options: async () => [group],
          resolve: async (_, id) => (id === 7 ? { ...group, personIds: ids } : undefined),
        },
      ],
    })
    ids.push(c.people.a, c.people.nurse)
    const draft = await c.write('hr')
    const [opened] = await c.press('hr', button(draft, 'group'))
    if (opened?.type !== 'form') throw new Error('no form')
    const chosen = await c.submit('hr', opened.form.id, opened.form.data ?? {}, { group: 'x.course/7' })
    expect(words(chosen)).toContain('「防災研修」の方')
    expect(words(chosen)).toContain('2名')
  })
})

describe('when it goes', () => {
  test('at its time; who joins later does not get it, who has left drops out', async () => {
    const c = await city()
    const scheduled = await c.sendOff('hr', { date: '2027-05-13', time: '13:00' })
    expect(words(scheduled)).toContain('5月13日(木) 13:00 に、いまの見込みで5名へ送ります')
    await c.run('2027-05-13T12:59')
    expect(c.fake.arrived).toHaveLength(0)
    c.faults.of = (user) => (user === `${c.people.b}` ? { type: 'later', afterMs: 60_000 } : { type: 'none' })
    await c.run('2027-05-13T13:00')
    expect(c.fake.arrived.map(({ to }) => to.user).toSorted()).toEqual(
      [c.people.a, c.people.c, c.people.officer].map(String).toSorted(),
    )
    await addPerson(db.prisma, '新人 一', c.tax)
    await db.prisma.person.update({
      where: { id: c.people.b },
      data: { leftOn: toDbDate(day('2027-05-13')) },
    })
    c.faults.of = () => ({ type: 'none' })
    await c.run('2027-05-13T14:00')
    expect(c.fake.arrived).toHaveLength(3)
    const status = await c.press('hr', {
      id: 'broadcasts.open',
      data: { broadcast: idOf(buttons(scheduled)) },
    })
    expect(words(status)).toContain('届いた3名、届いていない2名')
    expect(words(status)).not.toContain('新人')
  })

  test('within working hours, or at once where it is urgent', async () => {
    const c = await city()
    c.clock.set(at('2027-05-14T20:00'))
    await c.sendOff('hr')
    await c.run()
    expect(c.fake.arrived).toHaveLength(0)
    await c.sendOff('hr', {}, { title: '大雨', options: ['urgent'] })
    await c.run()
    expect(c.arrived('a').map(({ card }) => card.summary)).toEqual(['お知らせ: 大雨'])
    await c.run('2027-05-17T09:00')
    expect(c.arrived('a').map(({ card }) => card.summary)).toEqual([
      'お知らせ: 大雨',
      'お知らせ: 避難訓練のお知らせ',
    ])
  })

  test('a process that dies in between: another goes on, and nobody gets it twice', async () => {
    const c = await city()
    const scheduled = await c.sendOff('hr', { date: '2027-05-12', time: '09:00' })
    const broadcast = idOf(buttons(scheduled))
    c.clock.set(at('2027-05-12T09:00'))
    let calls = 0
    const dying = {
      ...c.core,
      notices: {
        reconcile: async (...args: Parameters<typeof c.core.notices.reconcile>) => {
          calls += 1
          if (calls === 2) throw new Error('killed')
          await c.core.notices.reconcile(...args)
        },
      },
    }
    await expect(release(dying, broadcast, c.clock.now(), 2)).rejects.toThrow('killed')
    expect(await db.prisma.notice.count()).toBe(2)
    expect(await db.prisma.broadcast.findFirst()).toMatchObject({ status: 'sending' })
    await c.run()
    await c.run('2027-05-12T09:01')
    expect(await db.prisma.broadcast.findFirst()).toMatchObject({ status: 'sent' })
    expect(await db.prisma.notice.count()).toBe(5)
    expect(c.fake.arrived).toHaveLength(4)
    await release(c.core, broadcast, c.clock.now())
    await c.run('2027-05-12T09:05')
    expect(c.fake.arrived).toHaveLength(4)
  })

  test('is cancelled while it goes out: those not yet reached are spared, and it is said how many had it', async () => {
    const c = await city()
    c.faults.of = (user) =>
      user === `${c.people.a}` ? { type: 'none' } : { type: 'later', afterMs: 600_000 }
    const sent = await c.sendOff('hr', {}, { options: ['acknowledge'] })
    await c.run()
    const broadcast = idOf(buttons(sent))
    const status = await c.press('hr', { id: 'broadcasts.open', data: { broadcast } })
    const cancel = button(buttons(status), 'cancel')
    const done = words(await c.press('hr', cancel))
    expect(done).toContain('1名には届いており')
    expect(words(await c.press('hr', cancel))).toContain('その後に状況が変わって')
    c.faults.of = () => ({ type: 'none' })
    await c.run('2027-05-11T15:00')
    expect(c.fake.arrived).toHaveLength(1)
    // What has reached everybody cannot be stopped any more, and is not called so.
    const others = await c.sendOff('hr', {}, { title: '次のお知らせ' })
    const early = button(buttons(others), 'cancel')
    await c.run('2027-05-11T15:30')
    expect(words(await c.press('hr', early))).toContain('止められる送信は残っていませんでした')
    expect(await db.prisma.broadcast.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      { status: 'cancelled' },
      { status: 'sent' },
    ])
    // Who has it may still say so.
    const letter = await c.press('a', { id: 'broadcasts.read', data: { broadcast } })
    expect(words(await c.press('a', button(buttons(letter), 'acknowledge')))).toContain('確認済み')
  })

  test('goes back to the desk before its time, and goes to nobody where nobody is left', async () => {
    const c = await city()
    const scheduled = await c.sendOff('hr', { date: '2027-05-13' })
    const draft = await c.press('hr', button(buttons(scheduled), 'reopen'))
    expect(words(draft)).toContain('下書きに戻しました')
    await c.run('2027-05-13T09:00')
    expect(c.fake.arrived).toHaveLength(0)
    const [opened] = await c.press('hr', button(buttons(draft), 'send'))
    if (opened?.type !== 'form') throw new Error('no form')
    await c.submit('hr', opened.form.id, opened.form.data ?? {}, { date: '2027-05-14' })
    // Whoever wrote it has lost the right by then.
    await db.prisma.roleGrant.updateMany({
      where: { personId: c.people.hr },
      data: { validTo: toDbDate(day('2027-05-14')) },
    })
    await c.run('2027-05-14T09:00')
    expect(c.fake.arrived.map(({ card }) => plainText(card)).join()).toContain('対象の方がいなかったため')
    expect(c.arrived('a')).toHaveLength(0)
  })
})

describe('housekeeping', () => {
  test('what is out of date changes nothing', async () => {
    const c = await city()
    const draft = await c.write('hr')
    const old = data(draft, 'who')
    await c.submit('hr', 'broadcasts.who-save', old, { whoSections: [`${c.tax}`] })
    expect(words(await c.submit('hr', 'broadcasts.who-save', old, {}))).toContain('その後に状況が変わって')
    expect(words(await c.submit('hr', 'broadcasts.text', old, { title: 'a', body: 'b' }))).toContain(
      '避難訓練',
    )
    expect(await db.prisma.broadcast.findFirst()).toMatchObject({
      audience: { sections: { codes: ['0200'] } },
    })
    const now = await c.press('hr', { id: 'broadcasts.open', data: { broadcast: idOf(draft) } })
    expect(words(await c.press('hr', button(buttons(now), 'cancel')))).toContain('下書きを削除しました')
    expect(await db.prisma.broadcast.count()).toBe(0)
  })

  test('a copy is a draft of one’s own', async () => {
    const c = await city()
    const sent = await c.sendOff('hr')
    const copied = await c.press('hr2', { id: 'broadcasts.copy', data: { broadcast: idOf(buttons(sent)) } })
    expect(words(copied)).toContain('税務課')
    expect(await db.prisma.broadcast.findMany({ where: { authorId: c.people.hr2 } })).toMatchObject([
      { status: 'draft', title: '避難訓練のお知らせ' },
    ])
  })

  test('the sizes are the whole city’s HR’s to set', async () => {
    const c = await city()
    const [opened] = await c.press('hr', { id: 'broadcasts.settings', data: {} })
    if (opened?.type !== 'form') throw new Error('no form')
    expect(
      await c.submit('hr', 'broadcasts.settings', {}, { approval: '-1', typed: '0', kept: '999' }),
    ).toMatchObject([
      { errors: { approval: expect.any(String), typed: expect.any(String), kept: expect.any(String) } },
    ])
    await c.submit('hr', 'broadcasts.settings', {}, { typed: '1000', kept: '12' })
    const row = await db.prisma.setting.findUniqueOrThrow({ where: { key: sizesSetting.key } })
    expect(row.value).toEqual({ approvalAbove: null, typedAbove: 1000, keptMonths: 12 })
    expect(words(await c.press('officer', { id: 'broadcasts.settings', data: {} }))).toContain(
      '全庁の人事担当',
    )
  })

  test('what is older than the city keeps is erased, with who received it; the trail stays', async () => {
    const c = await city()
    await c.sizes({ keptMonths: 12 })
    await c.sendOff('hr')
    await c.run()
    const waiting = await c.sendOff('hr', { date: '2027-06-01' })
    expect(words(waiting)).toContain('送信予定')
    await db.prisma.broadcast.updateMany({ data: { updatedAt: new Date('2025-01-01') } })
    await c.run('2027-05-12T03:00')
    expect((await db.prisma.broadcast.findMany()).map(({ status }) => status)).toEqual(['scheduled'])
    expect(await db.prisma.broadcastRecipient.count()).toBe(0)
    expect(await db.prisma.audit.count({ where: { action: 'broadcasts.sent' } })).toBe(1)
  })
})
