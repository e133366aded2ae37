import { decodeChangerDiagnostics } from '../../src/scsi/log/changer-diagnostics.ts'
import { decodeChangerStatistics } from '../../src/scsi/log/changer-statistics.ts'
import { decodeDataCompression } from '../../src/scsi/log/data-compression.ts'
import { decodeDeviceStatistics } from '../../src/scsi/log/device-statistics.ts'
import { decodeDeviceStatus } from '../../src/scsi/log/device-status.ts'
import { decodeDeviceWellness } from '../../src/scsi/log/device-wellness.ts'
import { decodeElementStatistics } from '../../src/scsi/log/element-statistics.ts'
import {
  decodeEnvironmentalLimits,
  decodeEnvironmentalReporting,
} from '../../src/scsi/log/environment.ts'
import { decodeErrorCounters } from '../../src/scsi/log/error-counters.ts'
import { decodeInformationalExceptions } from '../../src/scsi/log/informational-exceptions.ts'
import { decodeLogPage } from '../../src/scsi/log/page.ts'
import { decodePerformance } from '../../src/scsi/log/performance.ts'
import { decodePollingDelayMs, decodePrimaryPorts } from '../../src/scsi/log/ports.ts'
import { decodeRequestedRecovery } from '../../src/scsi/log/requested-recovery.ts'
import {
  decodeLifetimeCounters,
  decodeSequentialAccess,
} from '../../src/scsi/log/sequential-access.ts'
import {
  decodeSupportedLogPages,
  decodeSupportedSubpages,
} from '../../src/scsi/log/supported-pages.ts'
import { decodeTapeAlertFlags, decodeTapeAlertResponse } from '../../src/scsi/log/tape-alert.ts'
import { decodeTapeCapacity } from '../../src/scsi/log/tape-capacity.ts'
import { decodeTapeDiagnostics } from '../../src/scsi/log/tape-diagnostics.ts'
import { decodeTapeUsage } from '../../src/scsi/log/tape-usage.ts'
import { decodeTemperature } from '../../src/scsi/log/temperature.ts'
import { decodeVolumeStatistics } from '../../src/scsi/log/volume-statistics.ts'

/** A decoder of a log page, and the page that it is for. */
export interface LogDecoder {
  name: string
  page: number
  subpage: number
  decode: (data: Uint8Array) => unknown
}

/** Every decoder of src/scsi/log. */
export const LOG_DECODERS: readonly LogDecoder[] = [
  decoder(0x00, decodeSupportedLogPages),
  decoder(0x00, decodeSupportedSubpages, 0xff),
  decoder(0x02, decodeLogPage),
  decoder(0x02, decodeErrorCounters),
  decoder(0x03, decodeErrorCounters),
  decoder(0x0c, decodeSequentialAccess),
  decoder(0x0c, lifetimeCounters),
  decoder(0x0d, decodeTemperature),
  decoder(0x0d, decodeEnvironmentalReporting, 0x01),
  decoder(0x0d, decodeEnvironmentalLimits, 0x02),
  decoder(0x11, decodeDeviceStatus),
  decoder(0x11, decodePrimaryPorts),
  decoder(0x11, decodePollingDelayMs),
  decoder(0x12, decodeTapeAlertResponse),
  decoder(0x13, decodeRequestedRecovery),
  decoder(0x14, decodeDeviceStatistics),
  decoder(0x14, decodeChangerStatistics),
  decoder(0x15, decodeElementStatistics),
  decoder(0x16, decodeTapeDiagnostics),
  decoder(0x16, decodeChangerDiagnostics),
  decoder(0x17, decodeVolumeStatistics),
  decoder(0x17, mountedBefore, 0x01),
  decoder(0x1b, decodeDataCompression),
  decoder(0x2e, decodeTapeAlertFlags),
  decoder(0x2f, decodeInformationalExceptions),
  decoder(0x30, decodeTapeUsage),
  decoder(0x31, decodeTapeCapacity),
  decoder(0x32, decodeDataCompression),
  decoder(0x33, decodeDeviceWellness),
  decoder(0x37, decodePerformance),
]

function decoder(page: number, decode: LogDecoder['decode'], subpage = 0): LogDecoder {
  return { name: decode.name, page, subpage, decode: (data) => decode(data) }
}

function lifetimeCounters(data: Uint8Array): unknown {
  return decodeLifetimeCounters(decodeSequentialAccess(data))
}

function mountedBefore(data: Uint8Array): unknown {
  return decodeVolumeStatistics(data, 0x01)
}
