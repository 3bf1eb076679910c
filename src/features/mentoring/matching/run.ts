import { Worker } from 'node:worker_threads'
import { type Matched, type MatchingJob, solve } from './solve.ts'

/** More cells than this take longer than others may wait (a tenth of a second): they go to a thread of their own. */
const smallCells = 130_000

/** Small ones here, large ones in a worker thread. Rejects with what the solver throws. */
export function run(job: MatchingJob): Promise<Matched> {
  if (job.mentees.length * job.mentors.length <= smallCells) return Promise.resolve(solve(job))
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the matching thread ended with ${code}`)))
  })
}
