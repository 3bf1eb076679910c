// How values travel in plain SQL through the pool (Prisma brings its own rules): node-postgres would read a `date` as
// midnight of the host's zone, and write a Date as a local time. Neither may depend on where the process runs.
import pg from 'pg'

pg.defaults.parseInputDatesAsUTC = true

const { DATE, INT8 } = pg.types.builtins

/** `date` stays 'YYYY-MM-DD'; int8 (every count) becomes a number; the rest as node-postgres does. */
export const plainTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === DATE) return (text: string) => text
    if (format !== 'binary' && oid === INT8) return Number
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
  },
}
