import type { PageProps } from '../../shell/pages.ts'
import '../../tape/tape.css'
import { CartridgePage } from './cartridge.tsx'
import { CartridgeList } from './list.tsx'

/** The cartridges, or the one that the address names. */
export default function CartridgesPage({ rest: [id] }: PageProps) {
  return id === undefined ? <CartridgeList /> : <CartridgePage key={id} id={id} />
}
