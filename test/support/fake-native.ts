import type { TcpListener } from '../../src/host/host.ts'
import type {
  AskedAttributes,
  AttributeRead,
  FileRead,
  Native,
  NativeError,
  OnAttributes,
  OnRead,
  SgIoAnswer,
  SgIoRequest,
} from '../../src/host/native.ts'

/** A native error as the addon makes it. */
export function nativeError(code: string, syscall = 'ioctl'): NativeError {
  return Object.assign(new Error(`${syscall}: ${code}`), { code, syscall })
}

/** An answer of SG_IO, good and empty unless said otherwise. */
export function sgIoAnswer(given: Partial<SgIoAnswer> = {}): SgIoAnswer {
  return {
    status: 0,
    hostStatus: 0,
    driverStatus: 0,
    residual: 0,
    sense: new Uint8Array(),
    data: new Uint8Array(),
    durationMs: 1,
    ...given,
  }
}

/** Something that was asked and waits for the test to answer it. */
export interface Asked<Answer> {
  answer: (answer: Answer) => void
  fail: (error: Error) => void
}

/** An addon that answers requests and reads files when the test says so. */
export class FakeNative implements Pick<
  Native,
  'sgIo' | 'read' | 'readAttributes' | 'tcpListeners'
> {
  /** In the order they came; what was answered stays. */
  readonly requests: (Asked<SgIoAnswer> & { device: string; request: SgIoRequest })[] = []
  /** `told` hands over files by their index; the answer ends the batch. */
  readonly reads: (Asked<void> & {
    lane: string
    paths: readonly string[]
    told: (files: Record<number, FileRead>) => void
  })[] = []
  /** `told` hands over what was asked, in its order; the answer ends the call. */
  readonly attributeReads: (Asked<void> & {
    lane: string
    asked: readonly AskedAttributes[]
    told: (...read: AttributeRead[]) => void
  })[] = []

  sgIo(device: string, request: SgIoRequest): Promise<SgIoAnswer> {
    return new Promise((answer, fail) => this.requests.push({ device, request, answer, fail }))
  }

  /** Of a kernel that cannot tell. */
  tcpListeners(): TcpListener[] {
    throw nativeError('ENOENT', 'sock_diag')
  }

  read(lane: string, paths: readonly string[], onRead: OnRead): Promise<void> {
    const told = (files: Record<number, FileRead>) => {
      onRead(Object.entries(files).map(([index, file]) => ({ index: Number(index), file })))
    }
    return new Promise((answer, fail) => this.reads.push({ lane, paths, told, answer, fail }))
  }

  readAttributes(
    lane: string,
    asked: readonly AskedAttributes[],
    onRead: OnAttributes,
  ): Promise<void> {
    const told = (...read: AttributeRead[]) => {
      onRead(read)
    }
    return new Promise((answer, fail) =>
      this.attributeReads.push({ lane, asked, told, answer, fail }),
    )
  }
}
