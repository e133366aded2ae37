import type { Attribute, LunConfig, NamedConfig, ScstConfig, TargetConfig } from '../config.ts'
import type { Keyword } from '../sections.ts'
import { Secret } from '../secret.ts'

/** A section as it is to stand in scst.conf. */
export interface WantedSection {
  keyword: Keyword | ''
  words: readonly string[]
  attributes: readonly { name: string; value: string }[]
  children: readonly WantedSection[]
}

/** The sections of a configuration. Passwords are in them: what is made of it goes into the file and nowhere else. */
export function wantedSection(config: ScstConfig): WantedSection {
  const { attributes, handlers, drivers, alua, deviceGroups } = config
  return section('', [], attributes, [
    ...handlers.map((handler) =>
      section('HANDLER', [handler.name], handler.attributes, handler.devices.map(named('DEVICE'))),
    ),
    ...drivers.map((driver) =>
      section('TARGET_DRIVER', [driver.name], driver.attributes, driver.targets.map(target)),
    ),
    ...(alua.length === 0 ? [] : [section('ALUA', [], alua, [])]),
    ...deviceGroups.map((group) =>
      section('DEVICE_GROUP', [group.name], group.attributes, [
        ...group.devices.map((name) => section('DEVICE', [name], [], [])),
        ...group.targetGroups.map((one) =>
          section('TARGET_GROUP', [one.name], one.attributes, one.targets.map(named('TARGET'))),
        ),
      ]),
    ),
  ])
}

/** What tells a section from its siblings: `DEVICE disk1`, `LUN 0`. */
export function keyOf({ keyword, words }: Pick<WantedSection, 'keyword' | 'words'>): string {
  return `${keyword} ${words[0] ?? ''}`.trim()
}

function target({ name, attributes, luns, groups }: TargetConfig): WantedSection {
  return section('TARGET', [name], attributes, [
    ...luns.map(lun),
    ...groups.map((group) =>
      section('GROUP', [group.name], group.attributes, [
        ...group.luns.map(lun),
        ...group.initiators.map(named('INITIATOR')),
      ]),
    ),
  ])
}

function lun({ lun: number, device, attributes }: LunConfig): WantedSection {
  return section('LUN', [String(number), device], attributes, [])
}

function named(keyword: Keyword): (item: NamedConfig) => WantedSection {
  return ({ name, attributes }) => section(keyword, [name], attributes, [])
}

function section(
  keyword: Keyword | '',
  words: readonly string[],
  attributes: readonly Attribute[],
  children: readonly WantedSection[],
): WantedSection {
  return {
    keyword,
    words,
    attributes: attributes.map(({ name, value }) => ({
      name,
      value: value instanceof Secret ? value.reveal() : value,
    })),
    children,
  }
}
