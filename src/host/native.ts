import type { TcpListener } from './host.ts'

/**
 * What `native-bindings/` adds to Node. Every call returns at once and does its work on a thread that is
 * neither the event loop's nor of libuv's pool; none has a deadline of its own, because a system call cannot
 * be taken back: whoever calls gives up waiting, and the promise settles when the kernel answers, if ever.
 * Nothing of it keeps the process alive, neither what has not answered nor a subscription.
 */
export interface Native {
  /**
   * Sends a CDB by SG_IO (linux/scsi/sg.h). One thread per device at a time: calls for a device are made in order.
   * Rejects with a NativeError: the node could not be opened, or the request was not accepted. EPERM is also what
   * comes of any path but `/dev/sgN` and of any CDB that the table of guard.ts does not permit.
   */
  sgIo(device: string, request: SgIoRequest): Promise<SgIoAnswer>

  /**
   * Reads many small files in one call, in order, on the thread of the lane. `onRead` is told of each as it is
   * read, many at a time; the promise settles after the last. Of a directory the names are read instead, in no
   * order. Only regular files and directories are opened (EPERM), none below /dev, and no more than 16 MiB are read
   * of one (EFBIG).
   */
  read(lane: string, paths: readonly string[], onRead: OnRead): Promise<void>

  /**
   * Reads files and links of some directories in one call, on the thread of the lane: each directory is opened once,
   * which in sysfs halves what reading costs. `onRead` is told of them in the order in which they were asked for, of
   * each directory the texts before the links, many at a time; the promise settles after the last. Behind a text
   * that says EAGAIN those of the same directory say it too, and are not asked for. Nothing is opened that `read` does
   * not open.
   */
  readAttributes(
    lane: string,
    asked: readonly AskedAttributes[],
    onRead: OnAttributes,
  ): Promise<void>

  /** Kernel uevents of the subsystems (netlink(7), NETLINK_KOBJECT_UEVENT, group 1). Throws a NativeError. */
  uevents(subsystems: readonly string[], onUevent: OnUevent): Subscription

  /** Sends a datagram to a Unix socket (sd_notify(3)); a name that begins with `@` is abstract. Throws a NativeError. */
  notify(socket: string, message: string): void

  /**
   * Who is at the other end of a connected Unix socket, by its descriptor: as it was when it connected (SO_PEERCRED,
   * unix(7)); `pid` is 0 where that is of another namespace. Throws a NativeError: EINVAL where it is no Unix socket.
   */
  peerOf(descriptor: number): PeerCredentials

  /**
   * Makes sure that a descriptor that was passed on is a Unix socket that listens, and that processes which are
   * started do not get it. Throws a NativeError: EINVAL where it is anything else.
   */
  takeListener(descriptor: number): void

  /**
   * Sends the same bytes to each of the connected sockets, as much as each takes at once: nothing waits (send(2),
   * MSG_DONTWAIT). Answers how many bytes each has taken, and -1 for one that took none, for whatever reason. The one
   * call that does its work before it returns.
   */
  sendEach(descriptors: Int32Array, bytes: Uint8Array): Int32Array

  /**
   * The TCP sockets that listen in the network namespace of this process, IPv4 before IPv6 (sock_diag(7)), at once.
   * Throws a NativeError: ENOENT where the kernel does not have it.
   */
  tcpListeners(): TcpListener[]

  /** Threads that are in a system call now. */
  busy(): number
}

/** Credentials of a process that connected. */
export interface PeerCredentials {
  pid: number
  uid: number
  gid: number
}

/** A request by SG_IO. */
export interface SgIoRequest {
  cdb: Uint8Array
  dataInBytes: number
  /** After which the kernel aborts the request, and in the end resets: longer than anybody waits. */
  kernelTimeoutMs: number
}

/** The fields of sg_io_hdr_t that the kernel fills in. */
export interface SgIoAnswer {
  status: number
  hostStatus: number
  driverStatus: number
  residual: number
  sense: Uint8Array
  /** As many bytes as were asked for less the residual. */
  data: Uint8Array
  durationMs: number
}

/** A file as it was read: its bytes, the names of a directory, or the errno. */
export type FileRead = { bytes: Buffer } | { names: string[] } | { errno: string }
/** Told of files as they are read, by their index. */
export type OnRead = (read: readonly { index: number; file: FileRead }[]) => void

/** What is asked of a directory. */
export interface AskedAttributes {
  /** Its path, and names of what is in it or below it, with a NUL between each two: one string is handed over fastest. */
  names: string
  /** How many names at the end are of links. */
  links: number
}

/** The text of a file, or where a link leads as it is written in it; null where there is none; else the errno. */
export type AttributeRead = string | null | { errno: string }
/** Told of what was read, from where it was told last. */
export type OnAttributes = (read: readonly AttributeRead[]) => void

/** A uevent, or that some were lost because the socket overflowed or failed; after that it may keep silent. */
export type Uevent =
  | {
      kind: 'uevent'
      action: string
      devicePath: string
      subsystem: string
      properties: Readonly<Record<string, string>>
    }
  | { kind: 'lost' }
/** Told of every uevent of the subsystems. */
export type OnUevent = (uevent: Uevent) => void

/** Ends it; may be called twice. */
export interface Subscription {
  close(): void
}

/** What the addon throws and rejects with; `code` is the name of the errno. */
export interface NativeError extends Error {
  code: string
  syscall: string
}
