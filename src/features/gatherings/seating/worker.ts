// The thread in which a large round is seated, so that the bot answers meanwhile.
import { parentPort, workerData } from 'node:worker_threads'
import { type SeatingJob, solve } from './solve.ts'

parentPort?.postMessage(solve(workerData as SeatingJob))
