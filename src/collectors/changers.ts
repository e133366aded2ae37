/** A SCSI medium changer: the robot of a tape library, real or virtual. */
export interface Changer {
  /** Unit serial number (VPD 80h), H:C:I:L where it has none. */
  id: string
  serial: string | null
  vendor: string
  product: string
  revision: string
  /** Nodes, which change at reboot. A changer that is reached by several paths has several. */
  device: string
  paths: readonly string[]
  hctl: string
  virtual: boolean
  /** `offline`: it answers, and says that it is not ready; `unreachable`: no answer. */
  state: 'online' | 'offline' | 'unreachable'
  /** In words when the state is not online. */
  error: string | null
  /** Last known when the state is not online; null when it was never read. */
  inventory: Inventory | null
}

/** What a library holds, and when it said so. */
export interface Inventory {
  takenAt: Date
  /** READ ELEMENT STATUS knows exceptions and drive serials, the text of mtx does not. */
  source: 'scsi' | 'mtx'
  elements: readonly Element[]
}

/** A place a cartridge can be, named as in SMC-3. */
export interface Element {
  type: 'data-transfer' | 'storage' | 'import-export'
  /** As mtx counts them: data transfer elements from 0, the others from 1, import/export after storage. */
  number: number
  /** SMC element address; null from mtx. */
  address: number | null
  full: boolean
  /** The barcode; null when empty, unlabelled or not read since power-on. */
  volumeTag: string | null
  /** Storage element a loaded cartridge came from; null when not known. */
  sourceElement: number | null
  /** Additional sense code and qualifier of an abnormal element, e.g. 0x8300; null when normal or not known. */
  exception: number | null
  /** Data transfer elements: serial number of the drive (DVCID); null when not told. */
  driveSerial: string | null
}
