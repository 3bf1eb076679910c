import { expect, it } from 'vitest'
import { at, tokyo } from '../../test/support/delivery.ts'
import { cityCalendar, holidaysKnownUntil } from '../kernel/calendar.ts'
import { opening } from './hours.ts'

const opens = (local: string) =>
  opening(cityCalendar, tokyo, at(local)).toZonedDateTimeISO(tokyo).toPlainDateTime().toString()

it('is the moment itself at work, else a quarter of an hour after the next opening', () => {
  expect(opens('2027-03-10T10:00')).toBe('2027-03-10T10:00:00')
  expect(opens('2027-04-28T18:00')).toBe('2027-04-30T08:45:00') // the 29th is a holiday
  expect(opens('2027-05-01T09:00')).toBe('2027-05-06T08:45:00') // Golden Week
})

it('still finds working days in years whose holidays are not known yet', () => {
  const unknown = holidaysKnownUntil() + 2
  const monday = [1, 2, 3, 4, 5, 6, 7].find(
    (day) => Temporal.PlainDate.from(`${unknown}-06-0${day}`).dayOfWeek === 1,
  )
  expect(opens(`${unknown}-06-0${monday}T07:00`)).toBe(`${unknown}-06-0${monday}T08:45:00`)
})
