import { Type } from 'typebox'
import type { LibraryContents, Mhvtl, VirtualLibrary } from '../../collectors/mhvtl.ts'
import type { Quadstor, QuadstorLibrary } from '../../collectors/quadstor.ts'
import { flag, integer, nullable, number, oneOf, text } from '../schemas.ts'
import type { Item } from './listing.ts'

// Fields and units are documented where they are collected: collectors/mhvtl.ts and quadstor.ts.

const daemon = nullable(Type.Object({ unit: text, running: flag, detail: text }))

const device = {
  id: text,
  /** As QUADStor calls it; null of mhvtl's. */
  name: nullable(text),
  /** In device.conf; null of QUADStor's. */
  number: nullable(integer),
  /** Null of QUADStor's, which tell it together with the product. */
  vendor: nullable(text),
  product: text,
  /** Null when it is not told. */
  serial: nullable(text),
  /** Of systemd; null when it could not be asked, and of QUADStor's, which have none. */
  daemon,
}

const cartridge = Type.Object({
  /** Null of one that is in no element that is known, as in QUADStor's vault. */
  type: nullable(oneOf(['data-transfer', 'storage', 'import-export'])),
  /** As library_contents counts them; null of QUADStor's. */
  number: nullable(integer),
  /** SMC element address; null of mhvtl's. */
  address: nullable(integer),
  volume_tag: text,
  /** What QUADStor tells of each; null of mhvtl's. */
  pool: nullable(text),
  medium_type: nullable(text),
  worm: nullable(flag),
  capacity_bytes: nullable(integer),
  used_percent: nullable(number),
  status: nullable(text),
})

/** A library of mhvtl, as configured, or of QUADStor, as its tools tell. What is told of the others alone is null. */
export const virtualLibrarySchema = Type.Object({
  ...device,
  kind: oneOf(['mhvtl', 'quadstor']),
  module_loaded: nullable(flag),
  module_version: nullable(text),
  home_directory: nullable(text),
  /** Of library_contents, or of QUADStor's tools; null when that could not be read. */
  contents: nullable(
    Type.Object({
      slots: nullable(integer),
      import_export_slots: nullable(integer),
      cartridges: nullable(Type.Array(cartridge)),
    }),
  ),
  /** Volume tags below the home directory; null when it could not be read. */
  media_on_disk: nullable(Type.Array(text)),
  /** Bytes that the media take up; null when they were not counted. */
  media_bytes: nullable(number),
  /** Each of `media_on_disk` with what it takes up; null when that was not counted, as in a library of many media. */
  media: nullable(Type.Array(Type.Object({ volume_tag: text, size_bytes: nullable(number) }))),
  /** Null when they are not told. */
  drives: nullable(
    Type.Array(
      Type.Object({
        ...device,
        slot: nullable(integer),
        /** What QUADStor says is in it; null of an empty drive, and of mhvtl's. */
        volume_tag: nullable(text),
      }),
    ),
  ),
})

/** The libraries that mhvtl is configured to have. */
export function virtualLibrariesOf({ libraries, drives, ...mhvtl }: Mhvtl): Item[] {
  return libraries.map((library) => ({
    id: library.id,
    object: {
      ...shown(library),
      ...{ kind: 'mhvtl', name: null },
      moduleLoaded: mhvtl.moduleLoaded,
      moduleVersion: mhvtl.version,
      drives: drives
        .filter((drive) => drive.library === library.number)
        .map(({ id, number, slot, vendor, product, serial, daemon }) => {
          const quadstors = { name: null, volumeTag: null }
          return { id, number, slot, vendor, product, serial, daemon, ...quadstors }
        }),
    },
    labels: { library: library.id },
  }))
}

/** The libraries that QUADStor has. */
export function quadstorLibrariesOf({ libraries }: Quadstor): Item[] {
  return libraries.map((library) => ({
    id: library.id,
    object: quadstorLibrary(library),
    labels: { library: library.id },
  }))
}

function quadstorLibrary(library: QuadstorLibrary): object {
  const { id, type: product, serial, slots, importExportSlots, drives, cartridges } = library
  const untold = { number: null, vendor: null, daemon: null }
  return {
    ...{ id, kind: 'quadstor', name: id, product, serial, ...untold },
    ...{ moduleLoaded: null, moduleVersion: null, homeDirectory: null },
    ...{ mediaOnDisk: null, mediaBytes: null, media: null },
    contents:
      slots === null && cartridges === null
        ? null
        : {
            ...{ slots, importExportSlots },
            cartridges: cartridges?.map((one) => ({ ...one, number: null })) ?? null,
          },
    drives:
      drives?.map(({ name, type, serial: own, volumeTag }) => ({
        ...{ id: own, name, product: type, serial: own, slot: null, volumeTag, ...untold },
      })) ?? null,
  }
}

const UNTOLD = {
  ...{ pool: null, mediumType: null, worm: null },
  ...{ capacityBytes: null, usedPercent: null, status: null },
}

function shown(library: VirtualLibrary): object {
  const { id, number, vendor, product, serial, homeDirectory } = library
  const { contents, mediaOnDisk, mediaBytes, daemon } = library
  return {
    ...{ id, number, vendor, product, serial, homeDirectory, mediaOnDisk, mediaBytes, daemon },
    media: mediaOnDisk?.map((tag) => mediumOf(tag, library.bytesByMedium)) ?? null,
    contents: contents && {
      slots: Object.keys(contents.slots).length,
      importExportSlots: Object.keys(contents.importExport).length,
      cartridges: cartridgesIn(contents),
    },
  }
}

function mediumOf(volumeTag: string, bytes: VirtualLibrary['bytesByMedium']): object {
  return { volumeTag, sizeBytes: Object.hasOwn(bytes, volumeTag) ? bytes[volumeTag] : null }
}

function cartridgesIn({ drives, slots, importExport }: LibraryContents): object[] {
  const places = { 'data-transfer': drives, storage: slots, 'import-export': importExport }
  return Object.entries(places).flatMap(([type, place]) =>
    Object.entries(place).flatMap(([number, volumeTag]) =>
      volumeTag === null
        ? []
        : [{ type, number: Number(number), address: null, volumeTag, ...UNTOLD }],
    ),
  )
}
