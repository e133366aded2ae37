/** A number that queries may name and that is calculated from metrics of the same place. */
export interface CalculatedNumber {
  /** Not one of a metric. */
  name: string
  help: string
  unit: string
  /** The query it stands for, in full names. */
  query: string
  /** The metrics that it is calculated from. */
  metrics: readonly string[]
}

const DRIVE = 'storwarden_tape_drive'
const PER_GIGABYTE = 'retries a gigabyte'

/** What operators and manuals speak of, and drives do not count themselves. */
export const calculatedNumbers: readonly CalculatedNumber[] = [
  {
    name: `${DRIVE}_hours_since_cleaning`,
    help: 'Hours that the medium moved since the last cleaning.',
    unit: 'hours',
    query: `${DRIVE}_motion_since_cleaning_seconds / 3600`,
    metrics: [`${DRIVE}_motion_since_cleaning_seconds`],
  },
  {
    name: `${DRIVE}_rewrites_per_gigabyte`,
    help: 'Blocks written again for each gigabyte on the medium, since the drive began to count.',
    unit: PER_GIGABYTE,
    query: `${DRIVE}_rewrites_total / (${DRIVE}_medium_written_bytes_total / 1e9)`,
    metrics: [`${DRIVE}_rewrites_total`, `${DRIVE}_medium_written_bytes_total`],
  },
  {
    name: `${DRIVE}_rereads_per_gigabyte`,
    help: 'Blocks read again for each gigabyte from the medium, since the drive began to count.',
    unit: PER_GIGABYTE,
    query: `${DRIVE}_rereads_total / (${DRIVE}_medium_read_bytes_total / 1e9)`,
    metrics: [`${DRIVE}_rereads_total`, `${DRIVE}_medium_read_bytes_total`],
  },
]
