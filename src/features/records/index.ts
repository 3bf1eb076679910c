// 記録の保存: how long the city keeps what, the nightly deletion that keeps to it, and requests of a person under the
// privacy law.
import type { Core, Feature } from '../feature.ts'
import { keepToPeriods } from './night.ts'

export { changePeriod } from './change.ts'
export { personCsv } from './csv.ts'
export { periods, readPeriods } from './periods.ts'
export { erasePerson, exportPerson } from './person.ts'
export { keptTables, tableName } from './tables.ts'

export function records(core: Core): Feature {
  return {
    name: 'records',
    title: { ja: '記録の保存', en: 'Keeping of records' },
    jobs: [
      {
        // After the others have taken away what is theirs, before the vacuum.
        name: 'records.expire',
        cron: '30 2 * * *',
        outside: async (_, now) => {
          await keepToPeriods(core.db, core.zone, now)
        },
      },
    ],
  }
}
