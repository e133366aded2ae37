import { Type } from 'typebox'
import type { LibraryContents, Mhvtl, VirtualLibrary } from '../../collectors/mhvtl.ts'
import { flag, integer, nullable, number, oneOf, text } from '../schemas.ts'
import type { Item } from './listing.ts'

// Fields and units are documented where they are collected: collectors/mhvtl.ts.

const daemon = nullable(Type.Object({ unit: text, running: flag, detail: text }))

const device = {
  id: text,
  /** In device.conf. */
  number: integer,
  vendor: text,
  product: text,
  serial: text,
  /** Of systemd; null when it could not be asked. */
  daemon,
}

/** A library of mhvtl with its drives, as configured. */
export const virtualLibrarySchema = Type.Object({
  ...device,
  module_loaded: flag,
  module_version: nullable(text),
  home_directory: text,
  /** Of library_contents; null when that could not be read. */
  contents: nullable(
    Type.Object({
      slots: integer,
      import_export_slots: integer,
      cartridges: Type.Array(
        Type.Object({
          type: oneOf(['data-transfer', 'storage', 'import-export']),
          number: integer,
          volume_tag: text,
        }),
      ),
    }),
  ),
  /** Volume tags below the home directory; null when it could not be read. */
  media_on_disk: nullable(Type.Array(text)),
  /** Bytes that the media take up; null when they were not counted. */
  media_bytes: nullable(number),
  /** Each of `media_on_disk` with what it takes up; null when that was not counted, as in a library of many media. */
  media: nullable(Type.Array(Type.Object({ volume_tag: text, size_bytes: nullable(number) }))),
  drives: Type.Array(Type.Object({ ...device, slot: integer })),
})

/** The libraries that mhvtl is configured to have. */
export function virtualLibrariesOf({ libraries, drives, ...mhvtl }: Mhvtl): Item[] {
  return libraries.map((library) => ({
    id: library.id,
    object: {
      ...shown(library),
      moduleLoaded: mhvtl.moduleLoaded,
      moduleVersion: mhvtl.version,
      drives: drives
        .filter((drive) => drive.library === library.number)
        .map(({ id, number, slot, vendor, product, serial, daemon }) => {
          return { id, number, slot, vendor, product, serial, daemon }
        }),
    },
    labels: { library: library.id },
  }))
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
      volumeTag === null ? [] : [{ type, number: Number(number), volumeTag }],
    ),
  )
}
