import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cityCalendar } from '../../kernel/calendar.ts'
import { readTime } from './handlers-send.ts'
import { readContent } from './handlers-write.ts'
import { limits, may, mustType, possible, readLink, statuses, submission, timeProblem } from './rules.ts'
import { sizesSetting } from './settings.ts'

const zone = 'Asia/Tokyo'
const at = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()
const now = at('2027-05-10T10:00')
const sizes = sizesSetting.initial
const tax = { sections: { codes: ['0101'], below: true } }

describe('before it goes', () => {
  test('an audience of nobody goes nowhere, whatever was typed', () => {
    expect(submission({ count: 0, audience: {} }, sizes, { typed: 0, approvers: 3 })).toEqual({
      type: 'nobody',
    })
  })

  test('everybody is typed, however few they are; others above the size of the city', () => {
    expect(mustType({ count: 3, audience: {} }, sizes)).toBe(true)
    expect(mustType({ count: 3, audience: { withAbsent: true } }, sizes)).toBe(true)
    expect(mustType({ count: 500, audience: tax }, sizes)).toBe(false)
    expect(mustType({ count: 501, audience: tax }, sizes)).toBe(true)
    for (const typed of [undefined, 2, 30])
      expect(submission({ count: 3, audience: {} }, sizes, { typed, approvers: 1 })).toEqual({
        type: 'count',
        count: 3,
      })
  })

  test('a second person looks above the size; without one it does not go', () => {
    const of = (count: number, approvers: number) =>
      submission({ count, audience: tax }, sizes, { typed: count, approvers })
    expect(of(200, 0)).toEqual({ type: 'goes', to: 'scheduled' })
    expect(of(201, 1)).toEqual({ type: 'goes', to: 'awaiting' })
    expect(of(201, 0)).toEqual({ type: 'no-approver' })
    const never = { ...sizes, approvalAbove: null }
    expect(submission({ count: 9_000, audience: tax }, never, { typed: 9_000, approvers: 0 })).toEqual({
      type: 'goes',
      to: 'scheduled',
    })
  })

  test('nothing goes to more than the size unapproved, nor to everybody untyped', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.nat(2_000),
          typed: fc.option(fc.nat(2_000), { nil: undefined }),
          approvers: fc.nat(2),
          audience: fc.constantFrom({}, tax),
          approvalAbove: fc.option(fc.nat(1_000), { nil: null }),
          typedAbove: fc.integer({ min: 1, max: 1_000 }),
        }),
        ({ count, typed, approvers, audience, approvalAbove, typedAbove }) => {
          const outcome = submission(
            { count, audience },
            { approvalAbove, typedAbove, keptMonths: 12 },
            { typed, approvers },
          )
          if (outcome.type !== 'goes') return
          expect(count).toBeGreaterThan(0)
          if (outcome.to === 'scheduled') expect(approvalAbove === null || count <= approvalAbove).toBe(true)
          if (audience !== tax || count > typedAbove) expect(typed).toBe(count)
        },
      ),
    )
  })

  test('what has ended is not taken up again; only a draft is written', () => {
    expect(statuses.filter((status) => may('write', status))).toEqual(['draft'])
    expect(Object.keys(possible).filter((step) => may(step as keyof typeof possible, 'cancelled'))).toEqual(
      [],
    )
  })
})

describe('when it goes', () => {
  const problem = (local: string) => timeProblem(at(local), now, cityCalendar, zone)

  test('in working hours to come, within a year', () => {
    expect(problem('2027-05-11T09:00')).toBeUndefined()
    expect(problem('2027-05-10T09:59')).toEqual({ type: 'past' })
    expect(problem('2028-05-20T10:00')).toEqual({ type: 'far' })
    expect(problem('2027-05-11T17:15')).toMatchObject({ type: 'hours', opens: at('2027-05-12T08:30') })
    expect(problem('2027-05-15T10:00')).toMatchObject({ type: 'closed', why: { kind: 'weekend' } })
    expect(problem('2027-07-19T10:00')).toMatchObject({
      type: 'closed',
      why: { kind: 'holiday', name: { ja: '海の日' } },
      opens: at('2027-07-20T08:30'),
    })
    expect(problem('2027-12-30T10:00')).toMatchObject({ why: { kind: 'year-end' } })
  })

  const read = (values: Record<string, string>, urgent = false) =>
    readTime(values, { now, language: 'ja', zone, calendar: cityCalendar, urgent })

  test('is read from the form; what is urgent is warned instead', () => {
    expect(read({})).toEqual({ at: null })
    expect(read({ date: '2027-05-11' })).toEqual({ at: at('2027-05-11T08:30') })
    expect(read({ date: '2027-05-11', time: '13:05' })).toEqual({ at: at('2027-05-11T13:05') })
    expect(read({ time: '13:05' })).toMatchObject({ errors: { date: expect.any(String) } })
    expect(read({ date: '2027-02-30' })).toMatchObject({ errors: { date: expect.any(String) } })
    expect(read({ date: '2027-05-11', time: '25:00' })).toMatchObject({
      errors: { time: expect.any(String) },
    })
    expect(read({ date: '2027-07-19', time: '10:00' })).toMatchObject({
      errors: { date: expect.stringContaining('海の日') },
    })
    expect(read({ date: '2027-05-15', time: '22:00' }, true)).toMatchObject({
      at: at('2027-05-15T22:00'),
      warning: expect.stringContaining('閉庁日'),
    })
    expect(read({ date: '2027-05-01' }, true)).toMatchObject({ errors: { date: expect.any(String) } })
  })
})

describe('what is written', () => {
  const errorsOf = (values: Record<string, string | string[]>) => {
    const read = readContent({ title: '件名', body: '本文', ...values }, 'ja')
    return 'errors' in read ? Object.keys(read.errors) : []
  }

  test('has a title and a text within their limits, and a link that is one', () => {
    expect(errorsOf({})).toEqual([])
    expect(errorsOf({ title: '\u200b', body: '　\n' })).toEqual(['title', 'body'])
    expect(errorsOf({ title: 'あ'.repeat(limits.title + 1), body: 'あ'.repeat(12_000) })).toEqual([
      'title',
      'body',
    ])
    for (const link of ['javascript:alert(1)', 'example.com', 'ftp://a.b', 'https://', 'https://u:p@a.b'])
      expect(errorsOf({ link }), link).toEqual(['link'])
    expect(readLink('https://example.com/あ?b=1')).toBe('https://example.com/%E3%81%82?b=1')
    const read = readContent({ title: 'a\nb', body: 'c', options: ['urgent'] }, 'en')
    expect(read).toMatchObject({ content: { title: 'a b', link: null, urgent: true, acknowledge: false } })
  })
})
