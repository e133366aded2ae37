/** Characters of a password at least (NIST SP 800-63B 5.1.1.2). */
export const PASSWORD_MIN_LENGTH = 8

/**
 * The words that the commonest passwords of lists of stolen ones are made of, of eight letters and digits and
 * more: what is shorter is refused by its length, and digits before and after are left out of the comparison.
 */
const COMMON = new Set(
  `1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc administrator adminadmin baseball basketball changeit changeme
   chocolate computer corvette default dragonfly facebook football fuckyou hallohallo iloveyou internet jennifer
   letmein liverpool lovelove manchester master mercedes michelle midnight monkey mustang mypassword p@ssw0rd
   p@ssword passw0rd passwort password passwordpassword pa$$word pa$$w0rd pokemon princess q1w2e3r4 q1w2e3r4t5
   qwer1234 qwerty qwertyui qwertyuiop qwertz qwertzuiop rootroot samantha secret starwars storage sunshine
   superman superuser supervisor sysadmin test1234 testtest trustno1 unknown victoria welcome whatever
   zaq12wsx asdfasdf asdfghjkl asdf1234 abcd1234 admin admin1234 pass1234 geheim willkommen storwarden`.split(
    /\s+/,
  ),
)

/**
 * What speaks against a password, as the end of a sentence; null when nothing does. What people are told to mix
 * into passwords is not asked for: it makes them no harder to guess (NIST SP 800-63B 5.1.1.2, appendix A).
 */
export function passwordFault(password: string, username: string): string | null {
  if (Array.from(password).length < PASSWORD_MIN_LENGTH) {
    return `must have at least ${PASSWORD_MIN_LENGTH} characters`
  }
  const folded = password.normalize('NFKC').toLowerCase()
  const core = folded.replace(/^[\d\W_]+|[\d\W_]+$/gu, '')
  const name = username.normalize('NFKC').toLowerCase()
  if (folded === name || core === name) return 'must not be the name of the user'
  if (isRepeated(folded) || isSequence(folded)) return 'must not repeat or count up'
  if (COMMON.has(folded) || COMMON.has(core)) return 'is one of the commonest passwords'
  return null
}

/** `aaaaaaaa`, `abababab`, `12341234`: one to four characters again and again. */
function isRepeated(text: string): boolean {
  return /^(.{1,4})\1+$/su.test(text) && new Set(text).size <= 4
}

/** `12345678`, `hgfedcba`: each character is the next one, or the one before. */
function isSequence(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  // 0 follows 9 on the keyboard: 1234567890.
  const isStep = (step: number, by: number) => step === by || step === -9 * by
  return steps.every((step) => isStep(step, 1)) || steps.every((step) => isStep(step, -1))
}
