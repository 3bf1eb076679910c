// When the city works and when it rests: the assembly's sessions are entered, and a typhoon
// pauses everything, in May and in October.
import { offeredIn } from '../cards.ts'
import type { Desk, SimulatedFeature } from './feature.ts'

export function calendars(desk: Desk): SimulatedFeature {
  const { year } = desk
  const submit = (
    form: string,
    data: Record<string, string | number>,
    values: Record<string, string | string[]>,
  ) => desk.tell(desk.hr, { type: 'submit', form: `calendars.${form}`, data, values })
  const rests = async (from: string | undefined) =>
    (await desk.world.ask('SELECT FROM closure WHERE from_on = $1', [from])).length > 0
  /**
   * Where something is booked on the days, HR is shown it first and says that it is so. What was shown may come late, as
   * a message: then HR asks once more.
   */
  const rest = async (values: Record<string, string>) => {
    for (let tries = 0; tries < 3 && !(await rests(values.from)); tries++) {
      const shown = await submit('closure', {}, values)
      if (offeredIn(shown).some(({ action }) => action.id === 'calendars.closure-sure'))
        await desk.press(shown, 'calendars.closure-sure')
    }
  }
  return {
    name: 'calendars',
    async office(day) {
      switch (day) {
        case `${year}-04-12`:
          await submit(
            'assembly-year',
            { year, mark: '' },
            {
              from0: `${year}-06-04`,
              last0: `${year}-06-18`,
              from1: `${year}-09-03`,
              last1: `${year}-09-17`,
              from2: `${year}-12-03`,
              last2: `${year}-12-17`,
              from3: `${year + 1}-02-25`,
              last3: `${year + 1}-03-17`,
              opensAt: '09:30',
              closesAt: '16:30',
            },
          )
          return
        case `${year}-05-24`:
          return rest({ from: `${year}-05-25`, last: `${year}-05-26`, reason: '台風第1号' })
        case `${year}-10-05`:
          return rest({ from: `${year}-10-06`, last: `${year}-10-08`, reason: '台風第2号' })
      }
    },
    state: [
      `SELECT concat_ws(' ', 'closure', from_on, to_on, reason) FROM closure`,
      `SELECT concat_ws(' ', 'assembly', s.name, s.from_on, s.to_on, count(t.id)) FROM assembly_session s
         LEFT JOIN assembly_sitting t ON t.session_id = s.id GROUP BY s.id`,
    ],
  }
}
