/** What is said of what was there and is not any more. */
export const missing = {
  title: 'Missing',
  text: 'It was there and is not any more.',
  lastSeen: 'last seen',
  forget: 'Forget it',
  forgetThis: (name: string) => `Forget ${name}`,
  forgetText:
    'It is not missed any more, and its alert ends. When it comes back it is there again.',
  forgotten: 'Forgotten',
}
