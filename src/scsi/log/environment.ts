import { logValues } from './page.ts'
import { TEMPERATURE } from './temperature.ts'
import { byteOf } from './values.ts'

/** Subpages of page 0Dh (SPC-5; IBM LTO SCSI Reference 6.4.9). */
export const ENVIRONMENTAL_REPORTING = 0x01
export const ENVIRONMENTAL_LIMITS = 0x02

/** What a sensor measured (SPC-5, environmental reporting). */
export interface EnvironmentReport {
  /** Which sensor of its kind, from 0. */
  sensor: number
  kind: 'temperature' | 'humidity'
  /** Celsius, or percent of relative humidity, as all of these. */
  current: number | null
  lifetimeMaximum: number | null
  lifetimeMinimum: number | null
  /** Since the last power on. */
  maximum: number | null
  minimum: number | null
}

/**
 * Limits of a sensor (SPC-5, environmental limits): passing a trigger raises the condition, its
 * reset ends it.
 */
export interface EnvironmentLimits {
  sensor: number
  kind: 'temperature' | 'humidity'
  /** Celsius, or percent of relative humidity, as all of these. */
  highCriticalTrigger: number | null
  highCriticalReset: number | null
  lowCriticalReset: number | null
  lowCriticalTrigger: number | null
  highOperatingTrigger: number | null
  highOperatingReset: number | null
  lowOperatingReset: number | null
  lowOperatingTrigger: number | null
}

/** Decodes page 0Dh/01h. DecodeError when it is another. */
export function decodeEnvironmentalReporting(data: Uint8Array): EnvironmentReport[] {
  return sensors(data, ENVIRONMENTAL_REPORTING).map(({ kind, sensor, value, read }) => ({
    sensor,
    kind,
    current: read(value, 1),
    lifetimeMaximum: read(value, 2),
    lifetimeMinimum: read(value, 3),
    maximum: read(value, 4),
    minimum: read(value, 5),
  }))
}

/** Decodes page 0Dh/02h. DecodeError when it is another. */
export function decodeEnvironmentalLimits(data: Uint8Array): EnvironmentLimits[] {
  return sensors(data, ENVIRONMENTAL_LIMITS).map(({ kind, sensor, value, read }) => ({
    sensor,
    kind,
    highCriticalTrigger: read(value, 0),
    highCriticalReset: read(value, 1),
    lowCriticalReset: read(value, 2),
    lowCriticalTrigger: read(value, 3),
    highOperatingTrigger: read(value, 4),
    highOperatingReset: read(value, 5),
    lowOperatingReset: read(value, 6),
    lowOperatingTrigger: read(value, 7),
  }))
}

interface Sensor {
  kind: 'temperature' | 'humidity'
  sensor: number
  value: Uint8Array
  read: (value: Uint8Array, offset: number) => number | null
}

/** Parameter codes 0000h to 00FFh are of temperatures, 0100h to 01FFh of humidity. */
function sensors(data: Uint8Array, subpage: number): Sensor[] {
  const found: Sensor[] = []
  for (const [code, value] of logValues(data, TEMPERATURE, subpage)) {
    const sensor = code & 0xff
    if (code < 0x0100) found.push({ kind: 'temperature', sensor, value, read: celsius })
    else if (code < 0x0200) found.push({ kind: 'humidity', sensor, value, read: percent })
  }
  return found
}

/**
 * Two's complement from -127 to 127; 80h is no valid temperature, and FFh, which would be -1, is
 * unknown to some.
 */
function celsius(value: Uint8Array, offset: number): number | null {
  const byte = byteOf(value, offset)
  if (byte === null || byte === 0x80) return null
  return byte > 0x80 ? byte - 0x100 : byte
}

/** 0 to 100; other values are reserved, FFh is unknown. */
function percent(value: Uint8Array, offset: number): number | null {
  const byte = byteOf(value, offset)
  return byte === null || byte > 100 ? null : byte
}
