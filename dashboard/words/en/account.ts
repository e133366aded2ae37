/** The page of one's own account. */
export const account = {
  who: 'Who you are',
  name: 'Name',
  role: 'Role',
  may: 'You may',
  ends: 'This session ends',
  password: {
    title: 'Change the password',
    text: 'Your other sessions end. Who logs in at an identity provider has no password here.',
    current: 'Password',
    new: 'New password',
    newHint: '8 characters or more.',
    again: 'New password again',
    differ: 'The new password is not twice the same.',
    save: 'Change',
    done: 'The password is changed.',
  },
  tokens: 'Your API tokens',
  sessions: 'Your sessions',
} as const
