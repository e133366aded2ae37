import type { TaskKind } from '../../kind.ts'
import { tapeExport, tapeImport } from './batches.ts'
import { tapeClean, type CleaningParts } from './clean.ts'
import {
  tapeEject,
  tapeExchange,
  tapeInventory,
  tapeLoad,
  tapeTransfer,
  tapeUnload,
  type MoveParts,
} from './moves.ts'

/** What all kinds of tape tasks need together. */
export type TapeKindParts = MoveParts & Omit<CleaningParts, 'rules'>

/** Every kind of task that moves tapes. */
export function tapeKinds(parts: TapeKindParts): readonly TaskKind[] {
  return [
    tapeLoad(parts),
    tapeUnload(parts),
    tapeTransfer(parts),
    tapeExchange(parts),
    tapeImport(parts),
    tapeExport(parts),
    tapeInventory(parts),
    tapeClean({ ...parts, rules: parts.cleaning }),
    tapeEject(parts),
  ] as readonly TaskKind[]
}
