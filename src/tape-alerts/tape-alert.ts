/** What can raise TapeAlert flags: a tape drive (SSC) or a library, by its medium changer (SMC). */
export type AlertingKind = 'drive' | 'library'

/** When the page is read: never, when the device shows that there is something new, or besides on a beat. */
export type TapeAlertMode = 'off' | 'on_change' | 'poll'

/** TapeAlert flags as the daemon remembers them: what devices said once and do not say again. */
export interface TapeAlertState {
  /** Flags that were read and are not over, the oldest first. */
  active: readonly ActiveTapeAlert[]
  /** Drives that say that a flag has changed and whose page is not read, or could not be. */
  unread: readonly UnreadTapeAlert[]
  /** Labels of drives that could not be asked whether a flag has changed; one without labels is any drive. */
  undecided: readonly Readonly<Record<string, string>>[]
}

/** A flag that was read and is not over. */
export interface ActiveTapeAlert {
  kind: AlertingKind
  /** Of the drive or library, as alerts and hardware objects call it. */
  id: string
  place: AlertingPlace
  /** 1 to 64; the tables of drives (SSC-5 annex A) and of changers (SMC-3 annex A) differ. */
  flag: number
  name: string
  severity: 'info' | 'warning' | 'critical'
  /** What it means, in the words of the standard. */
  meaning: string
  /** What to do. */
  action: string
  /** Whether it is about the cartridge rather than about the drive. */
  aboutMedium: boolean
  /** Of the cartridge that was loaded when the flag was read last; null without one, or when it was not known. */
  volumeTag: string | null
  /** Whether that cartridge has left the drive since. */
  mediumLeft: boolean
  firstSeen: Date
  lastSeen: Date
  /** How often it was read. */
  count: number
  /** Header of the page and the parameter of the flag, in hex. */
  excerpt: string
}

/** Where a device is, in the words people look for. */
export interface AlertingPlace {
  /** All its names, e.g. `IBM ULT3580-TD8, drive 0 of library XYZZY_A = serial XYZZY_A01 = /dev/sg13 = st0`. */
  text: string
  virtual: boolean
  /** Generic node, e.g. /dev/sg3, when it was seen last; changes at reboot. */
  node: string
  /** Library and data transfer element that a drive sits in; null where it is not known, and of a library. */
  element: { library: string; number: number } | null
}

/** A drive with a flag that nobody here has read. */
export interface UnreadTapeAlert {
  /** Of the drive. */
  id: string
  place: AlertingPlace
  volumeTag: string | null
  /** Why it could not be read; null when it is not to be read. */
  error: string | null
}
