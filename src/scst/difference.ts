/** A place where the running SCST and the configuration file disagree. */
export interface ConfigDifference {
  /** missing: configured and not running; extra: running and not configured; changed: both, with other values. */
  kind: 'missing' | 'extra' | 'changed'
  /** What it is about: device, target, group, lun, initiator, or an attribute of one of them. */
  object: 'device' | 'target' | 'group' | 'lun' | 'initiator' | 'attribute'
  /** Where, from the outside in, e.g. `iscsi/iqn.2026-01.org.example:disk1/LUN 3`. */
  path: string
  configured: string | null
  running: string | null
}
