// How long Microsoft wants to be left alone.

/** Seconds, or a date. Without either, some seconds; each waits a little differently, so that they do not crowd. */
export function waitOf(retryAfter: string | number | undefined, now: number, random: () => number): number {
  const seconds = Number(retryAfter)
  const asked =
    retryAfter !== undefined && Number.isFinite(seconds)
      ? seconds * 1000
      : Date.parse(String(retryAfter)) - now || 0
  return Math.max(1_000, Math.min(asked > 0 ? asked : 5_000, 3_600_000)) + Math.floor(random() * 1_000)
}
