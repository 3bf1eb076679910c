import { Worker } from 'node:worker_threads'
import { type Seated, type SeatingJob, solve } from './solve.ts'

/** More take longer than a message may wait: they go to a thread of their own. */
const few = 300

/** Few here, many in a worker thread. Rejects with what the search throws. */
export function run(job: SeatingJob): Promise<Seated> {
  if (job.guests.length <= few) return Promise.resolve(solve(job))
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the seating thread ended with ${code}`)))
  })
}
