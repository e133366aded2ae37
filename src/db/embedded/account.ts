import { EmbeddedDatabaseError } from './errors.ts'

/** Whom the server runs as. */
export interface Account {
  uid: number
  gid: number
  /** Name of /etc/passwd; the number where it is not listed there. */
  name: string
  /** False when the daemon runs as this user itself, so that nothing is to be dropped. */
  drop: boolean
}

/** Reads /etc/passwd (passwd(5)): what has no name, uid or gid is not an account. */
export function parsePasswd(text: string): { name: string; uid: number; gid: number }[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':')
    if (name === '' || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return []
    return [{ name, uid: Number(uid), gid: Number(gid) }]
  })
}

/**
 * The user to run the server as. PostgreSQL refuses root, so a daemon that is root takes the first
 * of `owners` (of the database, of the state directory) that is not root, else `postgres`, else `nobody`.
 */
export function chooseAccount(
  self: { uid: number; gid: number },
  owners: readonly { uid: number; gid: number }[],
  passwd: string,
): Account {
  const known = parsePasswd(passwd)
  const named = (uid: number, gid: number, drop: boolean): Account => {
    const entry = known.find((account) => account.uid === uid)
    return { uid, gid: entry?.gid ?? gid, name: entry?.name ?? String(uid), drop }
  }
  if (self.uid !== 0) return named(self.uid, self.gid, false)
  const owner = owners.find(({ uid }) => uid !== 0)
  if (owner) return named(owner.uid, owner.gid, true)
  const unprivileged =
    known.find(({ name }) => name === 'postgres') ?? known.find(({ name }) => name === 'nobody')
  if (!unprivileged || unprivileged.uid === 0) {
    throw new EmbeddedDatabaseError(
      'PostgreSQL does not run as root, and there is no user postgres or nobody to run it as',
    )
  }
  return { ...unprivileged, drop: true }
}
