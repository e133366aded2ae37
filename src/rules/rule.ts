import type { Subjects } from '../snapshot.ts'

/** The severities, the least first. */
export const severities = ['info', 'warning', 'critical'] as const

/** How bad it is. */
export type Severity = (typeof severities)[number]

/** Where an alert can belong, as the filter of `GET /alerts` names it. */
export const sources = ['system', 'storage', 'scst', 'tape', 'vtl', 'task', 'storwarden'] as const

/** Where an alert belongs. */
export type Source = (typeof sources)[number]

/** A condition worth an operator's attention, and the words for it. */
export interface Rule<Subject extends keyof Subjects = keyof Subjects> {
  /** Subject first, in CamelCase. Silences and webhooks refer to it: never rename. */
  readonly alert: string
  /** For people; the alert's title. */
  readonly name: string
  readonly subject: Subject
  readonly severity: Severity
  readonly source: Source
  /** How long the condition has to hold before the alert fires. */
  readonly forSeconds: number
  /** For so long an alert goes on after its condition is gone; 0 otherwise. */
  readonly keepFiringSeconds?: number
  /** Why it matters, in a sentence or two. */
  readonly description: string
  /** What to do now, in the imperative; what of it harms something that runs is said there. */
  readonly action: string
  /** The alert of the same place that this one mutes, e.g. a critical one its warning. */
  readonly inhibits?: string

  /**
   * The places where the condition holds. Pure, and only asked about a reading
   * that succeeded: when the subject could not be read its alerts stay as they are.
   */
  check(value: Subjects[Subject]): Finding[]

  /**
   * The places where an alert that fires is not over yet, though the condition does not hold there any more:
   * it has to fall below a threshold of its own. Pure; asked about the same value.
   */
  lingers?(value: Subjects[Subject]): Finding[]

  /**
   * The places of which the rule cannot tell: their alerts stay as they are. Without it these are
   * the places that the reading has problems with; a rule about just those problems tells them apart.
   */
  undecided?(value: Subjects[Subject]): Readonly<Record<string, string>>[]
}

/** A place where the condition of a rule holds. */
export interface Finding {
  /** What tells this alert from others of its rule, so never a measured value. */
  labels: Readonly<Record<string, string>>
  /** What the place belongs to, e.g. the library of a drive; `labels` say it only where they need it. */
  partOf?: Readonly<Record<string, string>>
  /** What is wrong there, in a sentence for the operator; may change while the alert is firing. */
  message: string
  /** The measured values behind the message, with units in their names. */
  evidence?: Readonly<Record<string, unknown>>
  /** Overrides the rule's source, e.g. `vtl` for a virtual library. */
  source?: Source
  /** Override the rule's own, where what was found comes with them, as TapeAlert flags do. */
  severity?: Severity
  name?: string
  description?: string
  action?: string
}
