import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asking, buttonsOf, cardOf } from '../../../test/support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { addPerson, addRoute, addSection, at, testCore } from '../../../test/support/small-city.ts'
import type { FormValues } from '../../cards/card.ts'
import { plainCard } from '../../cards/plain.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { loadAbsences, loadOrganisation } from '../../directory/load.ts'
import type { FormAnswer } from '../../intake/handler.ts'
import type { Feature } from '../feature.ts'
import { staffList } from './index.ts'
import { changeText, leavesCard, rightsCard, trailCard } from './people-views.ts'

let db: TestDatabase
let feature: Feature
let heard: DomainEvent[] = []
let ids: { hr: number; taro: number; jiro: number; tax: number; personnel: number }
beforeAll(async () => {
  db = await freshDatabase()
  feature = staffList(
    testCore(db, () => async (event) => {
      heard.push(event)
    }).core,
  )
})
afterAll(() => db.drop())

const now = at('2027-05-10T09:00')
beforeEach(async () => {
  await truncateAll(db)
  heard = []
  const personnel = await addSection(db.prisma, '0101', '職員課')
  const tax = await addSection(db.prisma, '0102', '税務課')
  const hr = await addPerson(db.prisma, '山田 花子', personnel, { title: '課長' })
  const taro = await addPerson(db.prisma, '鈴木 太郎', personnel)
  const jiro = await addPerson(db.prisma, '佐藤 次郎', tax)
  await addRoute(db.prisma, 'first', { personId: taro }, hr)
  ids = { hr, taro, jiro, tax, personnel }
})

const everywhere = () => asking({ id: ids.hr, grants: [{ role: 'hr', sectionId: null }], now })
const ofTax = () => asking({ id: ids.hr, grants: [{ role: 'hr', sectionId: ids.tax }], now })
const admin = () => asking({ id: ids.hr, grants: [{ role: 'admin', sectionId: null }], now })
type Asked = ReturnType<typeof asking>

const command = async (id: string, ask: Asked) => {
  const found = feature.commands?.find((each) => each.id === id)
  if (!found) throw new Error(`no command ${id}`)
  return cardOf(await found.handle(ask, ''))
}
const press = async (id: string, data: unknown, ask: Asked): Promise<FormAnswer> => {
  const handler = feature.actions?.[id]
  if (!handler) throw new Error(`no action ${id}`)
  return handler.handle(ask, handler.data.parse(data))
}
const submit = async (id: string, data: unknown, values: FormValues, ask: Asked) => {
  const handler = feature.forms?.[id]
  if (!handler) throw new Error(`no form ${id}`)
  return handler.handle(ask, handler.data.parse(data), values)
}
const formOf = (answer: FormAnswer) => {
  const [reply] = answer.replies
  if (reply?.type !== 'form') throw new Error('no form')
  return reply.form
}
const said = (card: Parameters<typeof plainCard>[0]) => plainCard(card, 'ja')

describe('the staff list as it stands', () => {
  test('counts who is missing what, for the whole city and for a part of it', async () => {
    const all = await command('staff-list.overview', everywhere())
    expectLegal(all)
    expect(said(all)).toMatch(/職員[^\n]*3名/)
    expect(said(all)).toContain('職員課　1名')
    const part = await command('staff-list.overview', ofTax())
    expectLegal(part)
    expect(said(part)).toMatch(/職員[^\n]*1名/)
    expect(said(part)).not.toContain('職員課　1名')
    expect(buttonsOf(part).has('staff-list.template')).toBe(false)
  })

  test('gives the list behind the figures and a template whose titles are understood', async () => {
    const [reply] = (await press('staff-list.reached', {}, ofTax())).replies
    if (reply?.type !== 'file') throw new Error('no file')
    const text = new TextDecoder().decode(reply.file.bytes)
    expect(text).toContain('佐藤 次郎')
    expect(text).not.toContain('鈴木 太郎')
    const [template] = (await press('staff-list.template', {}, everywhere())).replies
    if (template?.type !== 'file') throw new Error('no file')
    const [handler] = feature.files ?? []
    const card = cardOf(
      (await handler?.handle(everywhere(), 'x.xlsx', template.file.bytes)) ?? { replies: [] },
    )
    expect(said(card)).toContain('新規 1名')
    expect(said(card)).not.toContain('この列は使わず')
  })
})

describe('absences', () => {
  const entered = () => ({
    person: String(ids.taro),
    kind: 'leave',
    from: '2027-06-01',
    deputy: String(ids.jiro),
  })

  test('are entered with a deputy, told and recorded', async () => {
    const form = formOf(await press('staff-list.add-leave', {}, everywhere()))
    expectLegal(form)
    const card = cardOf(await submit('staff-list.leave', {}, entered(), everywhere()))
    expectLegal(card)
    expect(said(card)).toContain('2027年6月1日(火) から 復帰日未定')
    expect(heard).toEqual([{ type: 'absence-changed', personIds: [ids.taro] }])
    const absent = await loadAbsences(db.prisma, Temporal.PlainDate.from('2027-06-01'))
    expect(absent.get(ids.taro)).toEqual({ deputyId: ids.jiro, back: null })
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.absence-added' } })).toBe(1)
  })

  test('are changed and taken out, unless they have changed since', async () => {
    const card = cardOf(await submit('staff-list.leave', {}, entered(), everywhere()))
    const edit = buttonsOf(card).get('staff-list.edit-leave')
    const form = formOf(await press('staff-list.edit-leave', edit, everywhere()))
    expectLegal(form)
    const shorter = { kind: 'secondment', from: '2027-06-01', to: '2027-09-01' }
    expect(said(cardOf(await submit('staff-list.leave', form.data, shorter, everywhere())))).toContain(
      '派遣・出向',
    )
    const stale = cardOf(await submit('staff-list.leave', form.data, entered(), everywhere()))
    expect(said(stale)).toContain('内容が変わっていました')
    const now = formOf(await press('staff-list.edit-leave', edit, everywhere()))
    await submit('staff-list.leave', now.data, { ...shorter, remove: ['yes'] }, everywhere())
    expect(await db.prisma.absence.count()).toBe(0)
    expect(heard).toHaveLength(3)
  })

  test('that make no sense are answered at their fields, and nothing is written', async () => {
    await submit('staff-list.leave', {}, entered(), everywhere())
    const wrong: [FormValues, string][] = [
      [{ ...entered(), from: '2027-08-01' }, 'from'], // overlaps the open one
      [{ ...entered(), from: '' }, 'from'],
      [{ ...entered(), to: '2027-05-01' }, 'to'],
      [{ ...entered(), to: 'いつか' }, 'to'],
      [{ ...entered(), deputy: String(ids.taro) }, 'deputy'],
      [{ ...entered(), person: '999999' }, 'person'],
      [{ ...entered(), person: '1e99' }, 'person'],
      [{}, 'person'],
    ]
    for (const [values, field] of wrong)
      expect(await submit('staff-list.leave', {}, values, everywhere())).toHaveProperty(`errors.${field}`)
    expect(await db.prisma.absence.count()).toBe(1)
  })

  test('outside an officer’s part are neither seen nor touched', async () => {
    const card = cardOf(await submit('staff-list.leave', {}, entered(), everywhere()))
    const edit = buttonsOf(card).get('staff-list.edit-leave')
    const data = formOf(await press('staff-list.edit-leave', edit, everywhere())).data
    expect(await submit('staff-list.leave', {}, entered(), ofTax())).toHaveProperty('errors.person')
    expect(said(await command('staff-list.leave', ofTax()))).not.toContain('鈴木')
    expect(said(cardOf(await press('staff-list.edit-leave', edit, ofTax())))).not.toContain('鈴木')
    await submit('staff-list.leave', data, { ...entered(), remove: ['yes'] }, ofTax())
    expect(await db.prisma.absence.count()).toBe(1)
  })
})

describe('rights', () => {
  test('are given for a part of the tree and taken back, each recorded', async () => {
    await db.prisma.roleGrant.create({
      data: { personId: ids.hr, role: 'admin', validFrom: new Date('2027-04-01') },
    })
    expectLegal(formOf(await press('staff-list.add-right', {}, admin())))
    const values = { person: String(ids.taro), role: 'hr', section: '税務課' }
    const card = cardOf(await submit('staff-list.right', {}, values, admin()))
    expectLegal(card)
    expect(said(card)).toContain('鈴木 太郎　人事担当（税務課）')
    expect(said(cardOf(await submit('staff-list.right', {}, values, admin())))).toContain('すでにその権限')
    expect(await submit('staff-list.right', {}, { ...values, section: '9999' }, admin())).toHaveProperty(
      'errors.section',
    )
    expect(await submit('staff-list.right', {}, { person: 'x', role: 'king' }, admin())).toHaveProperty(
      'errors.role',
    )
    const grant = await db.prisma.roleGrant.findFirstOrThrow({ where: { role: 'hr' } })
    expect(said(cardOf(await press('staff-list.revoke', { grant: grant.id }, admin())))).not.toContain('鈴木')
    expect(said(cardOf(await press('staff-list.revoke', { grant: grant.id }, admin())))).toContain(
      'すでに取り消されて',
    )
    const trail = await db.prisma.audit.findMany({
      where: { subjectPersonId: ids.taro },
      orderBy: { id: 'asc' },
    })
    expect(trail.map((row) => row.action)).toEqual(['staff-list.granted', 'staff-list.revoked'])
  })

  test('of a training officer for one occupation: by the words of titles, and only for them', async () => {
    await addPerson(db.prisma, '白井 一子', ids.tax, { title: '主任看護師' })
    const values = { person: String(ids.taro), role: 'training', occupation: '看護師' }
    const card = cardOf(await submit('staff-list.right', {}, values, everywhere()))
    expectLegal(card)
    expect(said(card)).toContain('職名に「看護師」を含む方は、いま1名です')
    expect(said(card)).toContain('鈴木 太郎　研修担当（全庁・職名に「看護師」）')
    expect(said(cardOf(await submit('staff-list.right', {}, values, everywhere())))).toContain(
      'すでにその権限',
    )
    for (const wrong of [
      { ...values, occupation: '船長' },
      { ...values, section: '職員課' },
      { ...values, role: 'clerk' },
      { ...values, occupation: '　' },
    ]) {
      const answer = await submit('staff-list.right', {}, wrong, everywhere())
      if (wrong.occupation.trim() !== '') expect(answer).toHaveProperty('errors.occupation')
    }
    const limited = await db.prisma.roleGrant.findFirstOrThrow({ where: { occupation: '看護師' } })
    // The right without an occupation is another one: taking one back leaves the other.
    await db.prisma.roleGrant.create({
      data: { personId: ids.taro, role: 'training', validFrom: new Date('2027-04-01') },
    })
    await press('staff-list.revoke', { grant: limited.id }, everywhere())
    expect(await db.prisma.roleGrant.findMany({ select: { occupation: true } })).toEqual([
      { occupation: null },
    ])
    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ change }) => change)).toMatchObject([
      { role: 'training', occupation: '看護師' },
      { role: 'training', occupation: '看護師' },
    ])
  })

  test('HR of the whole city gives training officers and clerks, and no more than that', async () => {
    const made = await db.prisma.roleGrant.create({
      data: { personId: ids.hr, role: 'admin', validFrom: new Date('2027-04-01') },
    })
    const form = formOf(await press('staff-list.add-right', {}, everywhere()))
    const role = form.fields.find(({ name }) => name === 'role')
    expect(role?.type === 'select' && role.options.map(({ value }) => value)).toEqual(['training', 'clerk'])
    for (const role of ['hr', 'admin'])
      expect(
        await submit('staff-list.right', {}, { person: String(ids.taro), role }, everywhere()),
      ).toHaveProperty('errors.role')
    const seen = said(cardOf(await press('staff-list.revoke', { grant: made.id }, everywhere())))
    expect(seen).toContain('すでに取り消されて')
    expect(await db.prisma.roleGrant.count({ where: { validTo: null } })).toBe(1)
    expect(await feature.actions?.['staff-list.revoke']?.permission.allows(ofTax().actor, now)).toBe(false)
  })

  test('of the last administrator cannot be taken back', async () => {
    const made = await db.prisma.roleGrant.create({
      data: { personId: ids.hr, role: 'admin', validFrom: new Date('2027-04-01') },
    })
    await expect(press('staff-list.revoke', { grant: made.id }, admin())).rejects.toMatchObject({
      kind: 'conflict',
    })
    expect(await db.prisma.roleGrant.count({ where: { validTo: null } })).toBe(1)
  })
})

describe('the trail', () => {
  test('says nothing of what takes effect later, but to HR of the whole city', async () => {
    const rows = ['2027-05-10', '2027-06-01'].map((on) => ({
      at: new Date('2027-05-01T00:00:00Z'),
      via: 'chat',
      action: 'staff-list.changed',
      subject: `person:${ids.taro}`,
      subjectPersonId: ids.taro,
      change: { on, section: { from: '職員課', to: on } },
    }))
    await db.prisma.audit.createMany({ data: rows })
    const person = { person: String(ids.taro) }
    const shown = said(cardOf(await submit('staff-list.trail', {}, person, admin())))
    expect(shown).toContain('2027-05-10')
    expect(shown).not.toContain('2027-06-01')
    const both = {
      ...admin(),
      actor: { ...admin().actor, grants: [...admin().actor.grants, ...everywhere().actor.grants] },
    }
    expect(said(cardOf(await submit('staff-list.trail', {}, person, both)))).toContain('2027-06-01')
  })

  test('is read page by page, latest first', async () => {
    const admins = admin()
    for (let n = 0; n < 20; n++)
      await submit(
        'staff-list.right',
        {},
        { person: String(ids.taro), role: n % 2 ? 'hr' : 'clerk', section: n % 4 < 2 ? '0101' : '0102' },
        admins,
      )
    await db.pool.query(
      `INSERT INTO audit (at, actor_id, via, action, subject, subject_person_id, change)
       SELECT now(), $1, 'chat', 'interview.booked', 'x:' || n, $2, '{}' FROM generate_series(1, 20) n`,
      [ids.hr, ids.taro],
    )
    expectLegal(formOf(await press('staff-list.choose-trail', {}, admins)))
    let card = cardOf(await submit('staff-list.trail', {}, { person: String(ids.taro) }, admins))
    let pages = 1
    for (let next = buttonsOf(card).get('staff-list.trail-page'); next; pages++) {
      expectLegal(card)
      card = cardOf(await press('staff-list.trail-page', next, admins))
      next = buttonsOf(card).get('staff-list.trail-page')
    }
    expect(pages).toBe(3)
    expect(said(card)).toContain('権限の付与')
    expect(await submit('staff-list.trail', {}, {}, admins)).toHaveProperty('errors.person')
  })
})

test('cards are legal on both platforms, whatever names and changes they hold', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 3, maxLength: 40 }), (texts) => {
      const [name = '', other = ''] = texts
      const day = Temporal.PlainDate.from('2027-06-01')
      const rest = { id: 1, personId: 1 }
      for (const language of ['ja', 'en'] as const) {
        const absences = texts.map((text) => ({
          ...rest,
          name: text,
          kind: other,
          from: day,
          to: null,
          deputyId: 2,
          deputyName: text,
        }))
        expectLegal(leavesCard(absences, language, { note: name }))
        const grants = texts.map((text) => ({
          ...rest,
          name: text,
          role: 'hr' as const,
          sectionId: 1,
          section: text,
          occupation: text,
        }))
        expectLegal(rightsCard(grants, language, { from: 15 }))
        const entries = texts.map((text, id) => ({
          id,
          at: now,
          action: text,
          via: 'chat',
          actor: text,
          change: { [text]: { from: text, to: other } },
        }))
        expectLegal(
          trailCard({ person: { id: 1, name }, entries, pageSize: 8, zone: 'Asia/Tokyo' }, language),
        )
      }
    }),
    { numRuns: 40 },
  )
})

test('a change is told in a line, before and after', () => {
  expect(changeText({ on: '2027-04-01', title: { from: null, to: '課長' } })).toBe(
    'on: 2027-04-01, title: - → 課長',
  )
  expect(changeText(null)).toBe('')
})

describe('evaluators where there are none', () => {
  const save = (role: string, of: string, values: FormValues, ask = everywhere()) =>
    submit('staff-list.gaps-save', { role, of }, values, ask)
  const firstOf = async (personId: number, on = '2027-05-10') =>
    (await loadOrganisation(db.prisma, Temporal.PlainDate.from(on))).evaluator(personId, 'first')
  const saidOf = async (answer: Awaited<ReturnType<typeof save>>) =>
    'errors' in answer ? JSON.stringify(answer.errors) : said(cardOf(answer))

  test('are named for whole sections in one form, with the head proposed, and recorded', async () => {
    const saburo = await addPerson(db.prisma, '高橋 三郎', ids.tax, { title: '課長' })
    const shiro = await addPerson(db.prisma, '田中 四郎', ids.tax)
    const card = await command('staff-list.gaps', everywhere())
    expectLegal(card)
    expect(said(card)).toMatch(/一次評価者[^\n]*4名（2所属）/)
    expect(said(card)).toContain('税務課')
    // Home says so in one line that leads to the form, to those who look after them.
    const onHome = async (ask: Asked) => (await feature.home?.(ask)) ?? []
    const [line, ...others] = await onHome(everywhere())
    expect(line?.text).toBe('一次評価者が決まっていない方が2名（1所属）いらっしゃいます')
    expect(line?.button?.action).toEqual({ id: 'staff-list.gaps-fill', data: { role: 'first' } })
    expect(others).toEqual([])
    const form = formOf(await press('staff-list.gaps-fill', { role: 'first' }, everywhere()))
    expectLegal(form)
    const proposed = form.fields.map((field) => [field.label, field.type === 'person' ? field.shown : ''])
    expect(proposed).toEqual([
      ['山田課長ご本人（職員課）', undefined],
      ['税務課（2名）', '高橋 三郎 課長'],
      ['高橋課長ご本人（税務課）', undefined],
    ])
    const of = String(form.data?.of)
    const answer = await save('first', of, {
      [`s${ids.tax}`]: `${saburo}`,
      [`p${saburo}`]: `${ids.hr}`,
    })
    expect(await saidOf(answer)).toContain('一次評価者を設定しました（3名分）')
    expect(await firstOf(ids.jiro)).toBe(saburo)
    expect(await firstOf(saburo)).toBe(ids.hr)
    expect(await onHome(everywhere())).toEqual([])
    // From the beginning of the year, so that steps decided by an earlier day have somebody too.
    expect(await firstOf(shiro, '2027-04-01')).toBe(saburo)
    expect(await firstOf(shiro, '2027-03-31')).toBeNull()
    expect(heard).toEqual([
      expect.objectContaining({
        type: 'transfer-effective',
        personIds: expect.arrayContaining([ids.jiro, shiro]),
      }),
    ])
    const trail = await db.prisma.audit.findMany({
      where: { action: 'route.filled' },
      orderBy: { id: 'asc' },
    })
    expect(trail.map(({ actorId, subject, change }) => [actorId, subject, change])).toEqual([
      [ids.hr, `section:${ids.tax}`, { role: 'first', evaluator: saburo }],
      [ids.hr, `person:${saburo}`, { role: 'first', evaluator: ids.hr }],
    ])
    // Sent again, it changes nothing and says so.
    expect(await saidOf(await save('first', of, { [`s${ids.tax}`]: `${ids.taro}` }))).toContain('すでに設定')
    expect(await firstOf(ids.jiro)).toBe(saburo)
    expect(heard).toHaveLength(1)
  })

  test('whoever has one keeps them; in the place of one who has left, the new one', async () => {
    const gone = await addPerson(db.prisma, '退職 済', ids.tax, { title: '課長' })
    const kept = await addPerson(db.prisma, '保持 者', ids.tax)
    await addRoute(db.prisma, 'first', { personId: ids.jiro }, gone)
    await addRoute(db.prisma, 'first', { personId: kept }, ids.hr)
    await db.prisma.person.update({ where: { id: gone }, data: { leftOn: new Date('2027-05-01') } })
    await db.prisma.post.deleteMany({ where: { personId: gone } })
    const name = `s${ids.tax}`
    await save('first', name, { [name]: `${ids.taro}` }, ofTax())
    expect([await firstOf(ids.jiro), await firstOf(kept)]).toEqual([ids.taro, ids.hr])
    expect(await firstOf(ids.jiro, '2027-05-09')).toBe(gone)
    // Nobody else of the section is made theirs: there was nobody without.
    expect(await db.prisma.route.count({ where: { subjectSectionId: ids.tax } })).toBe(0)
  })

  test('only of one’s own part, of somebody who is here, never of themselves; what is wrong is said', async () => {
    const gone = await addPerson(db.prisma, '退職 済', ids.tax)
    await db.prisma.person.update({ where: { id: gone }, data: { leftOn: new Date('2027-05-01') } })
    const [tax, personnel] = [`s${ids.tax}`, `p${ids.hr}`]
    expect(await saidOf(await save('first', personnel, { [personnel]: `${ids.taro}` }, ofTax()))).toContain(
      'すでに設定',
    )
    for (const wrong of [`${gone}`, '0', '-1', '2147483648', 'x', "'; DROP TABLE route"])
      expect(await saidOf(await save('first', tax, { [tax]: wrong })), wrong).toContain('在籍している職員')
    expect(await saidOf(await save('first', tax, {}))).toContain('一つ以上の所属')
    expect(await saidOf(await save('first', personnel, { [personnel]: `${ids.hr}` }))).toContain('ご本人以外')
    // Names that no form of ours has.
    for (const of of ['', 's', 'p0', 's1,s1', '__proto__', 'sx,pNaN', ','.repeat(300)])
      expect(await saidOf(await save('first', of, { [of]: `${ids.taro}` }))).not.toContain('設定しました')
    expect(await db.prisma.route.count()).toBe(1)
    const english = { ...everywhere(), language: 'en' as const }
    expectLegal(await command('staff-list.gaps', english))
    expectLegal(formOf(await press('staff-list.gaps-fill', { role: 'decider' }, english)))
  })
})
