// Figures of the program as a process of its own, started on the city's folder.
import { once } from 'node:events'
import path from 'node:path'
import type { Staff } from '../city.ts'
import { type Bench, median, medianOf, timed } from '../figure.ts'
import { launch, startProgram } from '../program.ts'

export interface Closed {
  readonly folder: string
  readonly staff: Staff
}

const STARTS = 5

/** Opening and asking this folder's database, and nothing else: seconds of life and memory of such a process. */
async function bareDatabase(folder: string): Promise<{ ms: number; mb: number }> {
  let said = ''
  const ms = await timed(async () => {
    const child = launch(['test/bench/bare-database.ts', path.join(folder, 'demo', 'pg')])
    child.stdout?.on('data', (part: Buffer) => {
      said += part.toString()
    })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error('the bare database could not be opened')
  })
  return { ms, mb: Number(said) }
}

/** From the start of the process to the first answer of the bot. */
export const start: Bench<Closed> = {
  name: 'start',
  unit: 'ms',
  target: 2000,
  control: 'opening the database alone',
  measure: async ({ folder, staff }) => {
    const taken: number[] = []
    for (let turn = 0; turn < STARTS; turn++) {
      const began = performance.now()
      const program = await startProgram(folder)
      await program.ask(staff.people[turn] ?? 0, '面談')
      taken.push(performance.now() - began)
      await program.stop()
    }
    const bare: number[] = []
    for (let turn = 0; turn < 3; turn++) bare.push((await bareDatabase(folder)).ms)
    return { value: median(taken), control: median(bare) }
  },
}

/** After a restart and a morning's questions. */
export const memory: Bench<Closed> = {
  name: 'memory',
  unit: 'MB',
  target: 500,
  control: 'the database alone',
  measure: async ({ folder, staff }) => {
    const program = await startProgram(folder)
    try {
      await medianOf(150, (turn) => program.ask(staff.people[turn * 11] ?? staff.hr, '面談'))
      await medianOf(5, () => program.ask(staff.hr, '面談 全庁'))
      return { value: await program.residentMb(), control: (await bareDatabase(folder)).mb }
    } finally {
      await program.stop()
    }
  },
}
