// The thread in which a large run is computed, so that the bot answers meanwhile.
import { parentPort, workerData } from 'node:worker_threads'
import { type MatchingJob, solve } from './solve.ts'

parentPort?.postMessage(solve(workerData as MatchingJob))
