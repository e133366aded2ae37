import type { ComponentChildren } from 'preact'
import { Facts, Value } from '../ui/value.tsx'
import { linkTo } from '../shell/router.ts'
import type { Drive, Library } from '../wire/types.ts'
import { words } from '../words/index.ts'

const texts = words.tape

/** All names of a drive or a library: those that stay, and those of this boot. */
export function Names({ of: unit }: { of: Library | Drive }) {
  const names = texts.names
  return (
    <Facts
      facts={[
        [names.model, `${unit.vendor} ${unit.product}`],
        [names.serial, unit.serial],
        [names.wwn, unit.wwn],
        [names.revision, unit.revision],
        [names.device, unit.device],
        ...('tape_node' in unit ? [[names.st, unit.tape_node] as const] : []),
        ...(unit.paths.length > 1 ? [[names.paths, unit.paths.join(', ')] as const] : []),
        [names.hctl, unit.hctls.join(', ')],
        [names.kind, unit.virtual ? names.virtual : names.real],
        [texts.exported.title, exported(unit.exported_as)],
      ]}
    />
  )
}

/** As which LUNs SCST passes it on; null where that is not known. */
export function exported(luns: Library['exported_as']): ComponentChildren {
  if (luns === null) return null
  if (luns.length === 0) return texts.exported.none
  return (
    <ul>
      {luns.map(({ driver, target, group, lun }) => (
        <li key={`${driver} ${target} ${group} ${lun}`}>
          {texts.exported.lun(lun)},{' '}
          <a href={linkTo('scst', ['targets', `${driver}/${target}`])}>{target}</a>
          {group !== null && <>, {texts.exported.group(group)}</>}
        </li>
      ))}
    </ul>
  )
}

/** What a library is called for people. */
export function libraryName({ vendor, product, id }: Pick<Library, 'vendor' | 'product' | 'id'>) {
  return `${vendor} ${product} ${id}`
}

/** Where a drive sits, for people; its serial number where it is in no library. */
export function driveName({ library, id }: Pick<Drive, 'library' | 'id'>): string {
  return library === null ? id : texts.elements['data-transfer'](library.element)
}

/** The cartridge in a drive, leading to it; unknown where nobody tells whether there is one. */
export function LoadedCartridge({ drive }: { drive: Pick<Drive, 'loaded' | 'volume_tag'> }) {
  const { loaded, volume_tag: tag } = drive
  if (tag !== null) return <a href={linkTo('cartridges', [tag])}>{tag}</a>
  if (loaded === true) return <span class="quiet">{texts.noBarcode}</span>
  return <Value of={loaded === false ? texts.empty : null} />
}
