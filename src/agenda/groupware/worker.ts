// One file, one thread: it may be ended at any moment without anybody else noticing.
import { parentPort, workerData } from 'node:worker_threads'
import { decode, type Reading, readIcs } from './read-ics.ts'

const { bytes, reading } = workerData as { bytes: Uint8Array; reading: Reading }
try {
  parentPort?.postMessage(readIcs(decode(bytes), reading))
} catch {
  // What was wrong with it may quote it.
  parentPort?.postMessage('unreadable')
}
