import { decodeChangerDiagnostics } from '../../src/scsi/log/changer-diagnostics.ts'
import { decodeChangerStatistics } from '../../src/scsi/log/changer-statistics.ts'
import { decodeElementStatistics } from '../../src/scsi/log/element-statistics.ts'
import { hex, type Told } from './sg-logs-words.ts'

/** Page 14h of changers. */
export function toldOfChangerStatistics(data: Uint8Array): Told {
  const page = decodeChangerStatistics(data)
  const axes = [
    ['', page.transport],
    [' X axis translation', page.xAxis],
    [' Y axis translation', page.yAxis],
    [' Z axis translation', page.zAxis],
    [' rotational translation', page.rotation],
    [' inversion translation', page.inversion],
    [' auxiliary translation', page.auxiliary],
  ] as const
  return [
    ['Number of moves', page.moves],
    ['Number of picks', page.picks],
    ['Number of pick retries', page.pickRetries],
    ['Number of places', page.places],
    ['Number of place retries', page.placeRetries],
    ['Number of volume tags read by volume tag reader', page.volumeTagsRead],
    ['Number of invalid volume tags returned by volume tag reader', page.invalidVolumeTags],
    ['Number of library door opens', page.doorOpens],
    ['Number of import/export door opens', page.importExportDoorOpens],
    ['Number of physical inventory scans', page.inventoryScans],
    ...axes.flatMap(([axis, errors]): [string, number | null][] => [
      [`Number of medium transport${axis} unrecovered errors`, errors.unrecovered],
      [`Number of medium transport${axis} recovered errors`, errors.recovered],
    ]),
  ]
}

/** Page 15h. */
export function toldOfElements(data: Uint8Array): Told {
  return decodeElementStatistics(data).flatMap((element): [string, number | null][] => [
    ['Element address', element.address],
    ['Number of places', element.places],
    ['Number of place retries', element.placeRetries],
    ['Number of picks', element.picks],
    ['Number of pick retries', element.pickRetries],
    ['Number of determined volume identifiers', element.volumeTagsRead],
    ['Number of unreadable volume identifiers', element.unreadableVolumeTags],
  ])
}

/** Page 16h of changers; addresses that are not valid sg_logs prints all the same. */
export function toldOfChangerDiagnostics(data: Uint8Array): Told {
  return decodeChangerDiagnostics(data).flatMap((entry): [string, number | string | null][] => [
    ['Parameter code', entry.entry],
    ['Repeat', Number(entry.repeated)],
    ['Sense key', hex(entry.senseKey)],
    ['Additional sense code', hex(entry.additionalSenseCode)],
    ['Additional sense code qualifier', hex(entry.additionalSenseCodeQualifier)],
    ['Vendor specific code qualifier', hex(entry.vendorCode)],
    ['Number of moves', entry.moves],
    ['Number of pick', entry.picks],
    ['Number of pick retries', entry.pickRetries],
    ['Number of places', entry.places],
    ['Number of place retries', entry.placeRetries],
    ['Number of determined volume identifiers', entry.volumeTagsRead],
    ['Number of unreadable volume identifiers', entry.unreadableVolumeTags],
    ['Operation code', hex(entry.operationCode)],
    ['Service action', hex(entry.serviceAction)],
    ['Media changer error type', hex(entry.errorType)],
    ['MTAV', Number(entry.transportAddress !== null)],
    ['IAV', Number(entry.initialAddress !== null)],
    ['LSAV', Number(entry.lastSuccessfulAddress !== null)],
    ['DAV', Number(entry.destinationAddress !== null)],
    ['Medium transport address', hex(entry.transportAddress)],
    ['Initial address', hex(entry.initialAddress)],
    ['Last successful address', hex(entry.lastSuccessfulAddress)],
    ['Destination address', hex(entry.destinationAddress)],
    ['Timestamp origin', hex(entry.timestampOrigin)],
  ])
}
