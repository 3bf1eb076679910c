// What the app asks a workspace for, least of all, and what for. The manifests are held equal to this list by a test.

/** Scope → the reason, as the README gives it. */
export const slackScopes = {
  'chat:write': 'messages and their updates',
  commands: '/hagukumi and the short ones',
  'files:read': "the staff list that HR gives as a file in the bot's own conversation",
  'files:write': 'spreadsheets and calendars that were asked for',
  'im:history':
    "what is written to the bot, and whether a message whose answer was lost is there: the bot's own conversations alone",
  'im:write': 'opening the conversation with somebody who has not written yet',
  'mpim:write':
    'opening one conversation of a round table, or of mentor and mentee, when one of them presses for it; it is not read',
  'users:read': 'language, and who is a guest, of another workspace or switched off',
  'users:read.email': 'whose account it is, by the confirmed address',
} as const
