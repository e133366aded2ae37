import { useLoaded, type Resource } from '../../live/resource.ts'
import { ask, type Answer } from '../../wire/request.ts'
import { isElsewhere } from '../../wire/scope.ts'

/** What is known of storage. */
export interface StorageListings {
  disks: Answer<'GET /hardware/disks'>
  arrays: Answer<'GET /hardware/arrays'>
  groups: Answer<'GET /hardware/volume-groups'>
  filesystems: Answer<'GET /hardware/filesystems'>
  repositories: Answer<'GET /hardware/repositories'>
  enclosures: Answer<'GET /hardware/enclosures'>
  services: Answer<'GET /hardware/services'>
  forecasts: Answer<'GET /monitoring/forecasts'>
}

const none: StorageListings['forecasts'] = { computed_at: null, forecasts: [] }

/** Asks for all of it: what is part of what is seen only together. */
export function useStorage(): Resource<StorageListings> {
  return useLoaded(
    async (signal) => {
      const [disks, arrays, groups, filesystems, repositories, enclosures, services, forecasts] =
        await Promise.all([
          ask('GET /hardware/disks', {}, signal),
          ask('GET /hardware/arrays', {}, signal),
          ask('GET /hardware/volume-groups', {}, signal),
          ask('GET /hardware/filesystems', {}, signal),
          ask('GET /hardware/repositories', {}, signal),
          ask('GET /hardware/enclosures', {}, signal),
          ask('GET /hardware/services', {}, signal),
          // What is foretold is foretold of the daemon's own.
          isElsewhere() ? none : ask('GET /monitoring/forecasts', {}, signal),
        ])
      return {
        ...{ disks, arrays, groups, filesystems, repositories },
        ...{ enclosures, services, forecasts },
      }
    },
    [],
    ['storage', 'system', 'metrics'],
  )
}

/** The items of the listings, as relations are worked out of them. */
export function itemsOf(listings: StorageListings) {
  return {
    ...{ disks: listings.disks.items, arrays: listings.arrays.items },
    ...{ groups: listings.groups.items, filesystems: listings.filesystems.items },
    enclosures: listings.enclosures.items,
  }
}

/** What is known of when something is used up; null where nothing is. */
export function forecastOf(
  { forecasts }: StorageListings['forecasts'],
  kind: Forecast['kind'],
  object: string,
): Forecast | null {
  return forecasts.find((one) => one.kind === kind && one.object === object) ?? null
}

/** When something will be used up. */
export type Forecast = StorageListings['forecasts']['forecasts'][number]
