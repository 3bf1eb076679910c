// A file that a person gave, as far as it can be had from the platform that keeps it.

/** Too large, not where the platform keeps its files, or not to be reached just now. */
export class FileProblem extends Error {
  readonly problem: 'too-large' | 'not-here' | 'unreachable'

  constructor(problem: FileProblem['problem']) {
    super(`a file could not be fetched: ${problem}`)
    this.name = 'FileProblem'
    this.problem = problem
  }
}

/** At most `largest` bytes of a body. Throws FileProblem, whatever length the sender promised. */
export async function readBounded(response: Response, largest: number): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > largest) throw new FileProblem('too-large')
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > largest) throw new FileProblem('too-large')
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}
