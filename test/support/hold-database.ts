// A process of its own for tests: takes the folder, says how that went, and stays until it is killed.
//   node hold-database.ts lock|open|write <folder>

import { DatabaseInUse } from '../../src/db/errors.ts'
import { lockFolder } from '../../src/db/folder-lock.ts'

const [, , how = '', dir = ''] = process.argv
const say = (word: string) => process.stdout.write(`${word}\n`)

try {
  if (how === 'lock') {
    const unlock = lockFolder(dir)
    process.once('SIGTERM', unlock)
    say('have')
  } else {
    const { openDatabase } = await import('../../src/db/open.ts') // late: taking the lock alone needs none of it
    const db = await openDatabase({ dir })
    say('have')
    for (let rank = 1; how === 'write'; rank += 1) {
      await db.prisma.grade.create({ data: { rank, name: 'x' } })
      say(String(rank))
    }
  }
  setInterval(() => {}, 1000)
} catch (error) {
  say(error instanceof DatabaseInUse ? 'in use' : String(error))
}
