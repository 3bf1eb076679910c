import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { addPerson, addRoute, addSection, day, transfer } from '../../../test/support/small-city.ts'
import type { FormValues } from '../../cards/card.ts'
import { toDbDate } from '../../db/time.ts'
import {
  type Audience,
  audienceSchema,
  isEverybody,
  type Member,
  matcher,
  type Reach,
  reachOf,
  wholeCity,
  yearOfService,
} from '../audience.ts'
import { loadOrganisation } from '../load.ts'
import { type AudienceChoices, audienceFields, loadAudienceChoices } from './form.ts'
import { findAudience, loadMembers, settingOf } from './query.ts'
import { readAudience, splitNumbers } from './read.ts'
import { audienceLine, loadAudienceNames } from './words.ts'

let db: TestDatabase
const on = day('2027-05-10')
const ids: Record<string, number> = {}
const sections: Record<string, number> = {}

// 総務部 over 税務課 and 職員課; 健康福祉部 over ひまわり保育園.
beforeAll(async () => {
  db = await freshDatabase()
  const tx = db.prisma
  for (const [rank, name] of [
    [1, '主事'],
    [4, '主査'],
    [5, '係長級'],
    [6, '課長級'],
  ] as const)
    await tx.grade.create({ data: { id: rank, rank, name } })
  await tx.employmentKind.createMany({
    data: [
      { id: 1, code: 'regular', name: '正規' },
      { id: 2, code: 'fixed-term', name: '任期付' },
    ],
  })
  sections.general = await addSection(tx, '0100', '総務部')
  sections.tax = await addSection(tx, '0101', '税務課', sections.general)
  sections.staff = await addSection(tx, '0102', '職員課', sections.general)
  sections.health = await addSection(tx, '0200', '健康福祉部')
  sections.nursery = await addSection(tx, '0201', 'ひまわり保育園', sections.health)
  const add = async (key: string, section: string, more: Parameters<typeof addPerson>[3] = {}) => {
    ids[key] = await addPerson(tx, `${key} 太郎`, sections[section] ?? 0, { employmentKindId: 1, ...more })
  }
  await add('chief', 'tax', { title: '課長', gradeId: 6, hiredOn: '1999-04-01' })
  await add('lead', 'tax', { title: '係長', gradeId: 5, hiredOn: '2010-04-01' })
  await add('new', 'tax', { title: '主事', gradeId: 1, hiredOn: '2027-04-01', employmentKindId: 2 })
  await add('second', 'staff', { title: '主事', gradeId: 1, hiredOn: '2026-10-01' })
  await add('nurse', 'nursery', { title: '主任保育士', gradeId: 4, hiredOn: '2015-04-01' })
  await add('leave', 'nursery', { title: '保育士', gradeId: 1, hiredOn: '2020-04-01' })
  await add('left', 'tax', { title: '主事', gradeId: 1 })
  await add('coming', 'tax', { title: '主事', gradeId: 1, hiredOn: '2027-06-01' })
  await add('moving', 'staff', { title: '主事', gradeId: 1 })
  await tx.person.update({ where: { id: ids.left ?? 0 }, data: { leftOn: toDbDate(on) } })
  await tx.absence.create({
    data: { personId: ids.leave ?? 0, kind: 'leave', fromOn: toDbDate(day('2027-04-01')) },
  })
  // 兼務: the lead also works in 職員課, at no grade of its own. And a transfer that is not in force yet (内示).
  await tx.post.create({
    data: {
      personId: ids.lead ?? 0,
      sectionId: sections.staff,
      title: '主査(兼務)',
      main: false,
      validFrom: toDbDate(day('2027-04-01')),
    },
  })
  await transfer(tx, ids.moving ?? 0, sections.nursery, '2027-10-01')
  await addRoute(tx, 'first', { sectionId: sections.tax }, ids.chief ?? 0)
  await tx.roleGrant.create({
    data: { personId: ids.second ?? 0, role: 'clerk', validFrom: toDbDate(day('2027-04-01')) },
  })
})
afterAll(() => db.drop())

const named = (personIds: readonly number[]) =>
  personIds.map((id) => Object.keys(ids).find((key) => ids[key] === id)).toSorted()
const ask = async (audience: Audience, reach: Reach = wholeCity, group?: readonly number[]) => {
  const found = await findAudience(db.prisma, { audience, reach, on, group })
  return { who: named(found.personIds), absent: named(found.absentIds) }
}
const whoIs = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).who

describe('whom an audience reaches', () => {
  test('everybody who is here today: not who has left, has not yet come, or is on leave', async () => {
    expect(await ask({})).toEqual({
      who: ['chief', 'lead', 'moving', 'new', 'nurse', 'second'],
      absent: ['leave'],
    })
    expect((await ask({ withAbsent: true })).who).toContain('leave')
  })

  test('sections with or without those below; a second post counts', async () => {
    expect(await whoIs({ sections: { codes: ['0100'], below: false } })).toEqual([])
    expect(await whoIs({ sections: { codes: ['0100'], below: true } })).toEqual([
      'chief',
      'lead',
      'moving',
      'new',
      'second',
    ])
    expect(await whoIs({ sections: { codes: ['0102'], below: false } })).toEqual(['lead', 'moving', 'second'])
    expect(await whoIs({ sections: { codes: ['0999'], below: true } })).toEqual([])
  })

  test('nobody sees from it where somebody will be from October on', async () => {
    expect(await whoIs({ sections: { codes: ['0201'], below: true } })).toEqual(['nurse'])
    expect(await whoIs({ occupations: ['保育士'] })).toEqual(['nurse'])
  })

  test('grades, years of service, occupation, employment, roles', async () => {
    expect(await whoIs({ grades: { from: 5 } })).toEqual(['chief', 'lead'])
    expect(await whoIs({ grades: { from: 4, to: 5 } })).toEqual(['lead', 'nurse'])
    expect(await whoIs({ grades: { in: [1, 6] } })).toEqual(['chief', 'moving', 'new', 'second'])
    // 職員課 at the grade of the main post.
    expect(await whoIs({ sections: { codes: ['0102'], below: true }, grades: { from: 5 } })).toEqual(['lead'])
    expect(await whoIs({ years: { from: 1, to: 1 } })).toEqual(['new'])
    expect(await whoIs({ years: { from: 2, to: 3 } })).toEqual(['second'])
    expect(await whoIs({ occupations: ['ＨＯＩＫＵ', '保育 士'] })).toEqual(['nurse'])
    expect(await whoIs({ employmentKinds: ['fixed-term'] })).toEqual(['new'])
    expect(await whoIs({ roles: ['supervisor'] })).toEqual(['chief'])
    expect(await whoIs({ roles: ['clerk', 'manager'] })).toEqual(['chief', 'second'])
  })

  test('all that is asked must hold; exceptions win', async () => {
    expect(await whoIs({ sections: { codes: ['0101'], below: true }, years: { to: 1 } })).toEqual(['new'])
    const two = [ids.chief ?? 0, ids.nurse ?? 0]
    expect(await whoIs({ people: two })).toEqual(['chief', 'nurse'])
    expect(await whoIs({ people: two, except: { people: [ids.chief ?? 0] } })).toEqual(['nurse'])
    // The lead's second post is in what is left out; the main one is not.
    expect(await whoIs({ except: { sections: ['0102', '0200'] } })).toEqual(['chief', 'lead', 'new'])
    expect(await whoIs({ group: { kind: 'x', id: 1 } }, wholeCity, [ids.new ?? 0])).toEqual(['new'])
    expect(await whoIs({ group: { kind: 'x', id: 1 } })).toEqual([])
  })

  test('a part of the city reaches that part, whoever is named', async () => {
    const org = await loadOrganisation(db.prisma, on, [])
    const reach = reachOf({ grants: [{ role: 'hr', sectionId: sections.health ?? 0 }] }, ['hr'], org)
    expect(await whoIs({}, reach)).toEqual(['nurse'])
    expect(await whoIs({ people: [ids.chief ?? 0, ids.nurse ?? 0] }, reach)).toEqual(['nurse'])
    expect(await whoIs({ sections: { codes: ['0101'], below: true } }, reach)).toEqual([])
    const none = reachOf({ grants: [{ role: 'clerk', sectionId: null }] }, ['hr', 'training'], org)
    expect(await ask({}, none)).toEqual({ who: [], absent: [] })
    expect(await whoIs({}, [{ sections: 'all', occupation: '保育士' }])).toEqual(['nurse'])
  })
})

const ranks = fc.option(fc.constantFrom(1, 4, 5, 6), { nil: undefined })
const years = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined })
const codes = fc.uniqueArray(fc.constantFrom('0100', '0101', '0102', '0200', '0201', 'x'), { minLength: 1 })
const anyAudience: fc.Arbitrary<Audience> = fc.record(
  {
    sections: fc.record({ codes, below: fc.boolean() }),
    grades: fc.record({ from: ranks, to: ranks }),
    years: fc.record({ from: years, to: years }),
    occupations: fc.constantFrom(['保育士'], ['主事', '係長'], ['.*']),
    employmentKinds: fc.constantFrom(['regular'], ['fixed-term', 'none']),
    roles: fc.uniqueArray(fc.constantFrom('supervisor', 'manager', 'clerk', 'hr' as const), { minLength: 1 }),
    people: fc.uniqueArray(fc.integer({ min: 1, max: 12 })),
    group: fc.constant({ kind: 'x', id: 1 }),
    except: fc.record({ people: fc.uniqueArray(fc.integer({ min: 1, max: 12 })), sections: codes }),
    withAbsent: fc.boolean(),
  },
  { requiredKeys: [] },
)

describe('laws', () => {
  test('what the query narrows beforehand changes nothing: it is the rule over everybody', async () => {
    const everybody: readonly Member[] = await loadMembers(db.prisma, on)
    const org = await loadOrganisation(db.prisma, on, [])
    const reaches: readonly Reach[] = [
      wholeCity,
      reachOf({ grants: [{ role: 'hr', sectionId: sections.general ?? 0 }] }, ['hr'], org),
    ]
    await fc.assert(
      fc.asyncProperty(anyAudience, fc.constantFrom(...reaches), async (audience, reach) => {
        const query = { audience, reach, on, group: [1, 2, 3] }
        const fits = matcher(audience, reach, await settingOf(db.prisma, query))
        const wanted = everybody.filter((member) => fits(member) && (audience.withAbsent || !member.absent))
        const found = await findAudience(db.prisma, query)
        expect(found.personIds).toEqual(wanted.map(({ personId }) => personId))
        // One condition more never reaches somebody new.
        const narrower = await findAudience(db.prisma, {
          ...query,
          audience: { ...audience, years: { from: 2, to: 2 } },
        })
        if (!audience.years) expect(found.personIds).toEqual(expect.arrayContaining([...narrower.personIds]))
      }),
      { numRuns: 30 },
    )
  })

  test('the year of service turns with the fiscal year', () => {
    expect(yearOfService(day('2026-10-01'), day('2027-03-31'))).toBe(1)
    expect(yearOfService(day('2026-10-01'), day('2027-04-01'))).toBe(2)
  })
})

const formOf = (audience: Audience, choices: AudienceChoices) => ({
  id: 'a.b',
  title: '宛先',
  submit: '保存',
  cancel: '戻る',
  fields: audienceFields(['conditions', 'people'], audience, choices, 'ja'),
})

/** What a form brings back when nothing is touched. */
const untouched = (audience: Audience, choices: AudienceChoices): FormValues =>
  Object.fromEntries(
    formOf(audience, choices).fields.flatMap((field): [string, string | readonly string[]][] => {
      if ('values' in field) return [[field.name, field.values ?? []]]
      const value = 'value' in field && field.value !== undefined ? String(field.value) : ''
      return value === '' ? [] : [[field.name, value]]
    }),
  )

const read = (before: Audience, values: FormValues, choices: AudienceChoices) =>
  readAudience(db.prisma, ['conditions', 'people'], before, values, choices, 'ja', on)

describe('the form', () => {
  const full = (): Audience => ({
    sections: { codes: ['0101', '0201'], below: false },
    grades: { from: 4, to: 6 },
    years: { from: 2 },
    occupations: ['保育士', '主事'],
    employmentKinds: ['regular'],
    roles: ['manager', 'clerk'],
    people: [ids.chief ?? 0, ids.lead ?? 0],
    except: { people: [ids.nurse ?? 0], sections: ['0102'] },
    withAbsent: true,
  })

  test('brings an audience back as it was, and keeps the part that it does not show', async () => {
    for (const audience of [full(), {}, { grades: { in: [1, 5] } }, { group: { kind: 'x', id: 3 } }]) {
      const choices = await loadAudienceChoices(db.prisma, wholeCity, audience, on)
      const found = await read(audience, untouched(audience, choices), choices)
      expect(found).toEqual({ audience })
      expectLegal(formOf(audience, choices))
      const conditions = await readAudience(db.prisma, ['conditions'], audience, {}, choices, 'ja', on)
      expect(conditions.audience?.people).toEqual(audience.people)
    }
  })

  test('takes pasted numbers however they are separated, and names the unknown ones', async () => {
    const number = async (key: string) =>
      (await db.prisma.person.findUniqueOrThrow({ where: { id: ids[key] ?? 0 } })).number
    const choices = await loadAudienceChoices(db.prisma, wholeCity, {}, on)
    const wide = (await number('chief')).replace(/\d/g, (digit) =>
      String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0),
    )
    const pasted = `${wide}、 ${await number('new')}.0\n'${await number('new')}`
    expect((await read({}, { whoNumbers: pasted }, choices)).audience?.people).toEqual([ids.chief, ids.new])
    for (const gone of ['left', 'coming']) {
      const { errors } = await read({}, { whoNumbers: await number(gone) }, choices)
      expect(errors?.whoNumbers).toContain(await number(gone))
    }
    expect(splitNumbers('\t１２３\r\n,，;abc 1.0')).toEqual(['123', 'ABC', '1'])
  })

  test('a list too long for its field is added to, and can be taken back', async () => {
    const people = Array.from({ length: 600 }, (_, n) => n + 100)
    const base = await loadAudienceChoices(db.prisma, wholeCity, {}, on)
    const choices = { ...base, numbers: new Map(people.map((id) => [id, `N${id}00`])) }
    expectLegal(formOf({ people }, choices))
    expect((await read({ people }, {}, choices)).audience?.people).toHaveLength(600)
    expect((await read({ people }, { whoNumbersClear: ['clear'] }, choices)).audience).toEqual({})
  })

  test('asks for sections by name or code where they are too many for a menu', async () => {
    const base = await loadAudienceChoices(db.prisma, wholeCity, {}, on)
    const more = Array.from({ length: 200 }, (_, n) => ({
      id: 1000 + n,
      code: `9${n}`,
      label: `第${n}係(支所)`,
    }))
    const choices = { ...base, sections: [...base.sections, ...more] }
    expectLegal(formOf(full(), choices))
    const sectionsOf = async (written: string) => {
      const { audience, errors } = await read({}, { whoSections: written, whoBelow: ['below'] }, choices)
      return errors ? errors.whoSections : audience.sections?.codes
    }
    expect(await sectionsOf('税務課、０１０２, ひまわり')).toEqual(['0101', '0102', '0201'])
    expect(await sectionsOf('そんな課')).toContain('そんな課')
    expect(await sectionsOf('係')).toContain('複数')
  })

  test('says what to mend at the field', async () => {
    const choices = await loadAudienceChoices(db.prisma, wholeCity, {}, on)
    const { errors } = await read(
      {},
      {
        whoGradeFrom: '6',
        whoGradeTo: '4',
        whoYearFrom: '0',
        whoSections: ['777'],
        whoRoles: ['king'],
        whoOccupations: 'x'.repeat(41),
      },
      choices,
    )
    expect(Object.keys(errors ?? {}).toSorted()).toEqual([
      'whoGradeTo',
      'whoOccupations',
      'whoRoles',
      'whoSections',
      'whoYearFrom',
    ])
  })

  test('is legal whatever sections, grades and kinds are called', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (name, other) => {
        const choices: AudienceChoices = {
          sections: [{ id: 1, code: name || 'x', label: other }],
          grades: [{ rank: 1, name }],
          employmentKinds: [{ code: 'a', name: other }],
          numbers: new Map(),
        }
        expectLegal(formOf({ occupations: [name || 'x'] }, choices))
      }),
      { numRuns: 12 },
    )
  })

  test('what it makes is what columns keep', async () => {
    expect(audienceSchema.parse(JSON.parse(JSON.stringify(full())))).toEqual(full())
    expect(audienceSchema.safeParse({ sections: { codes: [1], below: true } }).success).toBe(false)
    expect([isEverybody({}), isEverybody({ withAbsent: true }), isEverybody({ people: [] })]).toEqual([
      true,
      true,
      false,
    ])
  })
})

describe('in words', () => {
  test('says whom it means, without anybody’s name', async () => {
    const names = await loadAudienceNames(db.prisma, on)
    const line = (audience: Audience, partOnly = false) => audienceLine(audience, names, 'ja', { partOnly })
    expect(line({})).toBe('全職員')
    expect(line({}, true)).toBe('ご担当の範囲の全職員')
    expect(
      line({
        sections: { codes: ['0101', '0102'], below: true },
        grades: { from: 5 },
        years: { from: 1, to: 3 },
      }),
    ).toBe('税務課・職員課(下の所属も含む)、係長級以上、採用1〜3年目の方')
    expect(line({ roles: ['supervisor'], except: { people: [1, 2], sections: ['0201'] } })).toBe(
      '部下のいる方。ひまわり保育園・2名を除く',
    )
    expect(line({ sections: { codes: ['0999'], below: false } })).toContain('いまはありません')
    expect(line({ employmentKinds: ['fixed-term'], occupations: ['保健師'], withAbsent: true })).toBe(
      '職名に「保健師」、任期付の方。休職・休業中の方を含む',
    )
    const group = { ja: '防災研修', en: 'Disaster training' }
    const course: Audience = { group: { kind: 'x', id: 1 } }
    expect(audienceLine(course, names, 'ja', { group })).toBe('「防災研修」の方')
    expect(audienceLine(course, names, 'en', { group })).toBe('“Disaster training”')
    expect(audienceLine({ people: [1], grades: { from: 4, to: 6 } }, names, 'en')).toBe(
      '主査 to 課長級, 1 named person',
    )
  })
})
