import { decodeCapacity10, decodeCapacity16 } from '../../src/scsi/capacity.ts'
import { decodeDensities, decodeMediumTypes } from '../../src/scsi/densities.ts'
import { decodeDesignators, wwnOf } from '../../src/scsi/designators.ts'
import { decodeElementStatus } from '../../src/scsi/element-status.ts'
import { decodeInquiry, decodeUnitSerialNumber, decodeVpdPages } from '../../src/scsi/inquiry.ts'
import {
  decodeAttributeList,
  decodeAttributes,
  decodeCartridgeMemory,
} from '../../src/scsi/medium-auxiliary-memory.ts'
import { decodeChangerCapabilities } from '../../src/scsi/mode/changer-capabilities.ts'
import { decodeCompressionMode } from '../../src/scsi/mode/data-compression.ts'
import {
  decodeDeviceConfiguration,
  decodeDeviceConfigurationExtension,
} from '../../src/scsi/mode/device-configuration.ts'
import { decodeElementAddresses } from '../../src/scsi/mode/element-addresses.ts'
import { decodeInformationalExceptionsControl } from '../../src/scsi/mode/informational-exceptions.ts'
import { decodeModeSense10, decodeModeSense6, type ModePage } from '../../src/scsi/mode/page.ts'
import {
  decodeExtendedPosition,
  decodeLongPosition,
  decodeShortPosition,
} from '../../src/scsi/position.ts'
import { decodeRegisteredKeys, decodeReservation } from '../../src/scsi/reservations.ts'
import { decodeSense, describeSense } from '../../src/scsi/sense.ts'
import {
  decodeBlockDeviceCharacteristics,
  decodeBlockLimits,
  decodeLogicalBlockProvisioning,
} from '../../src/scsi/vpd-disk.ts'
import {
  decodeAutomationSerial,
  decodeElementAddress,
  decodeManufacturerSerial,
  decodeSequentialAccessCapabilities,
  decodeSupportedTapeAlerts,
} from '../../src/scsi/vpd-tape.ts'
import { distinctAnswers, distinctSenses } from './recorded-answers.ts'
import { SAMPLE_ANSWERS } from './sample-answers.ts'

/** A decoder of an answer that is no log page, and answers that it is for. */
export interface ScsiDecoder {
  name: string
  decode: (data: Uint8Array) => unknown
  seeds: readonly Buffer[]
}

const MODE_PAGES: readonly ((page: ModePage) => unknown)[] = [
  decodeElementAddresses,
  decodeChangerCapabilities,
  decodeCompressionMode,
  decodeDeviceConfiguration,
  decodeDeviceConfigurationExtension,
  decodeInformationalExceptionsControl,
]

const answers = (cdb: string, types?: readonly number[]) =>
  distinctAnswers(cdb, types).map(({ data }) => data)

const sampleSense = Buffer.from(
  `72031100000000 2a 000a800000000001000000050206000080000300030200070a060204040040000402 00e0`.replaceAll(
    ' ',
    '',
  ),
  'hex',
)

/** All decoders but those of log pages, with what real devices answered and, where none did, samples. */
export const SCSI_DECODERS: readonly ScsiDecoder[] = [
  of(decodeInquiry, answers('120000')),
  of(decodeVpdPages, answers('120100')),
  of(decodeUnitSerialNumber, answers('120180')),
  of(decodeDesignators, answers('120183')),
  of(function namesOf(data) {
    return wwnOf(decodeDesignators(data))
  }, answers('120183')),
  of(decodeBlockLimits, [...answers('1201b0', [0]), SAMPLE_ANSWERS.blockLimits]),
  of(decodeBlockDeviceCharacteristics, answers('1201b1', [0])),
  of(decodeLogicalBlockProvisioning, answers('1201b2', [0])),
  of(decodeSequentialAccessCapabilities, answers('1201b0', [1])),
  of(decodeManufacturerSerial, answers('1201b1', [1])),
  of(decodeSupportedTapeAlerts, answers('1201b2', [1])),
  of(decodeAutomationSerial, [SAMPLE_ANSWERS.automationSerial]),
  of(decodeElementAddress, [SAMPLE_ANSWERS.elementAddress]),
  of(decodeSense, [...distinctSenses(), sampleSense]),
  of(function senseInWords(data) {
    return describeSense(decodeSense(data))
  }, distinctSenses()),
  of(decodeModeSense6, answers('1a')),
  of(decodeModeSense10, [...answers('5a'), SAMPLE_ANSWERS.deviceConfigurationExtension]),
  ...MODE_PAGES.map((decodePage) =>
    of(
      function modePages(data) {
        return decodeModeSense10(data).pages.map((page) => outcomeOf(decodePage, page))
      },
      [...answers('5a', [1, 8]), SAMPLE_ANSWERS.deviceConfigurationExtension],
      decodePage.name,
    ),
  ),
  of(
    decodeElementStatus,
    answers('b8').filter(({ length }) => length < 3000),
  ),
  of(decodeCartridgeMemory, [...answers('8c00'), SAMPLE_ANSWERS.cartridge]),
  of(decodeAttributes, answers('8c00')),
  of(decodeAttributeList, answers('8c01')),
  of(decodeShortPosition, answers('3400')),
  of(decodeLongPosition, [...answers('3406'), SAMPLE_ANSWERS.longPosition]),
  of(decodeExtendedPosition, [SAMPLE_ANSWERS.extendedPosition]),
  of(decodeDensities, answers('44')),
  of(decodeMediumTypes, [SAMPLE_ANSWERS.mediumTypes]),
  of(decodeRegisteredKeys, [...answers('5e00'), SAMPLE_ANSWERS.registeredKeys]),
  of(decodeReservation, [...answers('5e01'), SAMPLE_ANSWERS.reservation]),
  of(decodeCapacity10, answers('25')),
  of(decodeCapacity16, answers('9e10')),
]

function of(
  decode: (data: Uint8Array) => unknown,
  seeds: readonly Buffer[],
  name = decode.name,
): ScsiDecoder {
  return { name, decode, seeds }
}

/** Pages that are not this decoder's are refused, which is no reason to refuse all. */
function outcomeOf(decodePage: (page: ModePage) => unknown, page: ModePage): unknown {
  try {
    return decodePage(page)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_DECODE') return (error as Error).message
    throw error
  }
}
