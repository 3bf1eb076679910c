export const clerkKinds = {
  /** To the person for whom a clerk has done something. */
  did: 'interviews.clerk-did',
  /** To the clerks who are asked to. */
  asked: 'interviews.clerk-asked',
} as const
