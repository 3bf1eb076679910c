// Reads a calendar file within bounds of size, time and memory.
import { Worker } from 'node:worker_threads'
import type { Span } from '../span.ts'
import type { ReadCalendar, Reading } from './read-ics.ts'

/** Bytes. A year of a busy manager in Outlook has about half a megabyte. */
export const largestCalendar = 3 * 1024 * 1024
const withinMs = 8_000
/** How far ahead busy times are kept: as far as hours can be offered, and a little more. */
const aheadDays = 200

export type CalendarRead =
  | { readonly type: 'ok'; readonly spans: readonly Span[]; readonly cut: boolean }
  | { readonly type: 'bad'; readonly why: 'too-large' | 'unreadable' | 'endless' }

/** Never rejects. Times without a zone are those of `zone`. */
export function readCalendar(
  bytes: Uint8Array,
  zone: string,
  now: Temporal.Instant,
  limitMs = withinMs,
): Promise<CalendarRead> {
  if (bytes.length > largestCalendar) return Promise.resolve({ type: 'bad', why: 'too-large' })
  const reading: Reading = {
    zone,
    from: now.epochMilliseconds,
    to: now.add({ hours: 24 * aheadDays }).epochMilliseconds,
  }
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { bytes: Uint8Array.from(bytes), reading },
      resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      stdout: true,
      stderr: true,
      env: {},
      execArgv: ['--no-warnings'],
    })
    const end = (result: CalendarRead) => {
      clearTimeout(timer)
      resolve(result)
      void worker.terminate()
    }
    const timer = setTimeout(() => end({ type: 'bad', why: 'endless' }), limitMs)
    worker.once('message', (message: ReadCalendar | 'unreadable') => {
      if (message === 'unreadable') return end({ type: 'bad', why: 'unreadable' })
      const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms)
      const spans = message.busy.map(([start, stop]) => ({ start: at(start), end: at(stop) }))
      end({ type: 'ok', spans, cut: message.cut })
    })
    // Out of memory, or a defect of the reader.
    worker.once('error', () => end({ type: 'bad', why: 'endless' }))
    worker.once('exit', () => end({ type: 'bad', why: 'unreadable' }))
  })
}
