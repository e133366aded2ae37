import { Badge } from '../../ui/value.tsx'
import type { Device, Target } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const texts = words.scst

/** How a target is, in words. */
export function TargetBadges({ target }: { target: Target }) {
  const { enabled, black_hole: hole } = target
  return (
    <span class="badges">
      {enabled === null ? (
        <Badge tone="quiet">{texts.notSwitchable}</Badge>
      ) : enabled ? (
        <Badge tone="good">{texts.enabled}</Badge>
      ) : (
        <Badge tone="warning">{texts.disabled}</Badge>
      )}
      {hole !== null && hole !== 0 && (
        <span title={texts.blackHoleText}>
          <Badge tone="critical">{texts.blackHole}</Badge>
        </span>
      )}
    </span>
  )
}

/** What is not as it ought to be with a device; nothing where all is. */
export function DeviceBadges({ device }: { device: Device }) {
  const { active, block_count: block, file_exists: exists } = device
  return (
    <span class="badges">
      {active === false && <Badge tone="critical">{texts.inactive}</Badge>}
      {exists === false && <Badge tone="critical">{texts.backingGone}</Badge>}
      {block !== null && block !== 0 && (
        <span title={texts.blockedText(block)}>
          <Badge tone="warning">{texts.blocked}</Badge>
        </span>
      )}
    </span>
  )
}

/** What a device is: disk, tape drive and so on, by its SCSI peripheral device type. */
export function typeOf({ type }: Device): string | null {
  return type === null ? null : (texts.types[type] ?? texts.typeNumber(type))
}
