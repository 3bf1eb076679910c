import { expect, test } from 'vitest'
import { UniqueError } from './errors.ts'
import { isPassing } from './passing.ts'

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more)
const ofPrisma = (code: string, cause?: object) =>
  error('Invalid invocation', {
    code,
    ...(cause && { meta: { driverAdapterError: Object.assign(error('DriverAdapterError'), { cause }) } }),
  })

// As PostgreSQL 15, node-postgres 8.23 and Prisma 7.10 throw them: connections ended by the server, a server that is
// gone, transactions in each other's way.
test.each([
  ['a connection that is lost', error('Client has encountered a connection error and is not queryable')],
  ['one that ends meanwhile', error('Connection terminated unexpectedly')],
  ['one that the server ends', error('terminating connection', { code: '57P01' })],
  ['the same, through Prisma', ofPrisma('P2010', { originalCode: '57P01', kind: 'postgres', code: '57P01' })],
  ['a server that is gone', error('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' })],
  ['the same, through Prisma', ofPrisma('P1001', { kind: 'DatabaseNotReachable' })],
  ['no free connection', error('timeout exceeded when trying to connect')],
  ['no room for a transaction', ofPrisma('P2028')],
  ['a deadlock', ofPrisma('P2010', { originalCode: '40P01', kind: 'TransactionWriteConflict' })],
  ['a statement that takes too long', ofPrisma('P2010', { originalCode: '57014', kind: 'postgres' })],
  ['one of these behind another error', error('not loaded', { cause: error('x', { code: '40001' }) })],
])('%s passes', (_, thrown) => {
  expect(isPassing(thrown)).toBe(true)
})

test.each([
  ['a slip in the program', new TypeError('undefined is not a function')],
  [
    'a statement that cannot be',
    ofPrisma('P2010', { originalCode: '22012', kind: 'postgres', code: '22012' }),
  ],
  ['a row that may not be', new UniqueError('notice_subject_key_key')],
  ['nothing', undefined],
  ['words', 'ECONNRESET'],
])('%s does not', (_, thrown) => {
  expect(isPassing(thrown)).toBe(false)
})

test('errors that lead back to themselves are looked through to an end', () => {
  const circular: Error & { cause?: unknown } = new Error('x')
  circular.cause = circular
  expect(isPassing(circular)).toBe(false)
})
