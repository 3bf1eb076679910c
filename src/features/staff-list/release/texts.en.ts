import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  button: 'Hold until release',
  heading: 'Staff list before its release',
  summary: 'A staff list before its release',
  secret: (names) =>
    `Only ${names} can see this list. Until its release it appears nowhere else: no screen, message, export or record.`,
  release: 'Release',
  day: 'Effective',
  officers: 'Who can see it',
  people: 'People',
  sections: 'Sections',
  andSo: (names) => names.join(', '),
  person: (name) => name,
  told: 'At its release it is applied by itself, and those who move and their evaluators are told in one message each.',
  heldText:
    'Its time has come, but the directory has changed since you looked at it, so nothing was applied. If the changes below are right, press "Release as shown".',
  doubtText:
    'The directory has changed since you looked at this list, and the following would change as well. As it stands the list would be held back at its release, and you would be told.',
  errorText: (n) =>
    n === 1
      ? '1 point stands in the way. See the list of points, and replace this list with a mended one.'
      : `${n} points stand in the way. See the list of points, and replace this list with a mended one.`,
  change: (field, from, to) => `${field} ${from} → ${to}`,
  more: (n) => `${n} more`,
  accept: 'I have looked at it',
  acceptHeld: 'Release as shown',
  edit: 'Change time or officers',
  now: 'Release now',
  nowConfirm:
    'It is applied without waiting for its time, and those concerned are told. This cannot be taken back.',
  cancel: 'Cancel it',
  cancelConfirm: 'The list is erased. The directory stays as it is.',
  yes: 'Yes',
  no: 'Back',
  list: 'List of changes',
  problems: 'List of points',
  get: 'Get it',
  stale: 'It has been changed since. This is how it is now.',
  scheduledNote: 'It is held until its release.',
  changedNote: 'Changed.',
  acceptedNote: 'Noted. It will be applied at its release.',
  released: 'The list is released',
  releasedText: 'It is applied, and those concerned are being told.',
  cancelled: 'The list is cancelled',
  cancelledText: 'It is erased. The directory stays as it is.',
  home: (when) => `A staff list waits for its release (${when})`,
  homeHeld: 'A staff list before its release needs a look',
  homeButton: 'Open',
  form: {
    title: 'Hold until release',
    submit: 'Set',
    cancel: 'Back',
    intro: 'Until its release only you and those chosen below can see it.',
    date: 'Day of release',
    time: 'Time of release',
    officers: 'Other HR officers who can see it',
    officersHint: 'HR officers for the whole city.',
    replaces: 'Replaces',
    replacesHint: 'The chosen list is cancelled, and this one takes its place.',
    none: 'None',
    replaced: (when) => `The list to be released ${when}`,
    errors: {
      time: 'Enter the day and the time of release.',
      past: 'Choose a time to come.',
      late: 'Choose a time up to the effective day.',
    },
  },
  notices: {
    released: {
      title: 'Transfers',
      summary: 'News of transfers',
      mine: (on) => `From ${on} your post changes as follows.`,
      post: (from, to) => `${from} → ${to}`,
      who: (name, post) => `${name} (${post})`,
      first: 'Evaluator',
      after: 'From that morning on, interviews and the like follow your new post.',
      team: (on) => `From ${on} the people you look after in interviews change.`,
      comes: 'New to you',
      goes: 'Leaving you',
      nobody: '-',
    },
    done: {
      title: 'Staff list released',
      summary: 'The staff list is released',
      text: (on, n) =>
        `The staff list effective ${on} is released: ${n} ${n === 1 ? 'person changes' : 'people change'}. Those concerned are being told.`,
    },
    held: {
      title: 'Staff list to look at',
      summary: 'A staff list needs a look',
      held: 'Its time of release has come, but the directory had changed, so nothing was applied yet. Please look at it.',
      doubt:
        'The directory has changed since you looked at the list that waits for its release. Please look at it before then.',
      open: 'Look at it',
    },
  },
}
