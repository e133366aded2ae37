import type { Answer } from './request.ts'

type Item<Listing> = Listing extends { items: (infer One)[] } ? One : never

/** An alert, in lists and frames. */
export type Alert = Answer<'GET /monitoring/alerts'>['alerts'][number]
/** An alert with its history. */
export type AlertDetail = Answer<'GET /monitoring/alerts/:id'>
export type Severity = Alert['severity']
export type Library = Item<Answer<'GET /hardware/libraries'>>
export type Drive = Item<Answer<'GET /hardware/drives'>>
export type Cartridge = Item<Answer<'GET /hardware/cartridges'>>
/** A library of mhvtl, as configured, or of QUADStor, as its tools tell. */
export type VirtualLibrary = Item<Answer<'GET /hardware/virtual-libraries'>>
/** A drive with its loads. */
export type DriveDetail = Answer<'GET /hardware/drives/:id'>
/** A cartridge with its loads. */
export type CartridgeDetail = Answer<'GET /hardware/cartridges/:id'>
/** A cartridge in a drive, from when to when. */
export type Load = NonNullable<DriveDetail['loads']>[number]
/** What errors follow, with the evidence. */
export type Verdict = NonNullable<DriveDetail['verdict']>
/** A flag that is not over. */
export type TapeAlert = NonNullable<Library['tape_alerts']>[number]
export type Target = Item<Answer<'GET /hardware/targets'>>
export type Device = Item<Answer<'GET /hardware/devices'>>
export type Session = Item<Answer<'GET /hardware/sessions'>>
export type Numbers = Extract<Answer<'GET /monitoring/metrics'>, { system: unknown }>
export type HealthStatus = Answer<'GET /health/status'>['status'] | 'unknown'
export type Me = Answer<'GET /auth/me'>

export type Port = Item<Answer<'GET /hardware/ports'>>
export type Disk = Item<Answer<'GET /hardware/disks'>>
export type DiskArray = Item<Answer<'GET /hardware/arrays'>>
export type VolumeGroup = Item<Answer<'GET /hardware/volume-groups'>>
/** A file system that holds backups or virtual media, or is configured to. */
export type Repository = Item<Answer<'GET /hardware/repositories'>>
export type Filesystem = Item<Answer<'GET /hardware/filesystems'>>
export type Enclosure = Item<Answer<'GET /hardware/enclosures'>>
export type Unit = Item<Answer<'GET /hardware/services'>>
