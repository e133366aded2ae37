import type { ComponentChildren } from 'preact'
import { linkTo } from '../../shell/router.ts'
import { Icon } from '../../ui/icon.tsx'
import { gravest } from '../../ui/object-alerts.tsx'
import { Badge, SeverityBadge, Value } from '../../ui/value.tsx'
import type { Device } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { isPattern } from './access.ts'
import { DeviceBadges, TargetBadges, typeOf } from './badges.tsx'
import { Oldest } from './commands.tsx'
import { oldestOf } from './oldest.ts'
import type { Subject, TreeLine } from './tree.ts'

const texts = words.scst

interface TreeRowProps {
  id: string
  line: TreeLine
  current: boolean
  /** Who is logged in could be read. */
  sessionsKnown: boolean
  onToggle: () => void
}

/** A line of the tree. */
export function TreeRow({ id, line, current, sessionsKnown, onToggle }: TreeRowProps) {
  const { node, level, open, position, of } = line
  const { name, kind, about, link } = shown(node.subject, sessionsKnown)
  return (
    <div
      id={id}
      class={current ? 'tree-line current' : 'tree-line'}
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={of}
      aria-selected={current}
      {...(open !== null && { 'aria-expanded': open })}
    >
      <span class="tree-indent" style={{ width: `${(level - 1) * 22}px` }} />
      <span
        class={open === null ? 'tree-twist' : open ? 'tree-twist open' : 'tree-twist closed'}
        {...(open !== null && { onClick: onToggle })}
      >
        {open !== null && <Icon name="chevron" />}
      </span>
      <span class="tree-kind">{kind}</span>
      <span class="tree-name">
        {link === null ? (
          <span {...(open !== null && { onClick: onToggle })}>{name}</span>
        ) : (
          <a href={link} tabIndex={-1}>
            {name}
          </a>
        )}
      </span>
      <span class="tree-about">{about}</span>
    </div>
  )
}

interface Shown {
  kind: string
  name: ComponentChildren
  about: ComponentChildren
  link: string | null
}

/** Where a line leads; null where there is no page of it. */
export function linkOf(subject: Subject): string | null {
  switch (subject.kind) {
    case 'target':
      return linkTo('scst', ['targets', subject.target.id])
    case 'lun':
      return subject.device === null ? null : linkTo('scst', ['devices', subject.device.id])
    case 'session':
      return linkTo('scst', ['sessions', subject.session.id])
    case 'set':
    case 'initiator':
      return null
  }
}

function shown(subject: Subject, sessionsKnown: boolean): Shown {
  const link = linkOf(subject)
  switch (subject.kind) {
    case 'target': {
      const { target } = subject
      const luns = target.groups.reduce(
        (sum, { luns: own }) => sum + own.length,
        target.luns.length,
      )
      return {
        ...{ kind: target.driver, name: target.name, link },
        about: (
          <>
            <TargetBadges target={target} />
            <span>{texts.luns(luns)}</span>
            <span>{texts.sessions(target.sessions)}</span>
            <Grave labels={{ driver: target.driver, target: target.name }} />
          </>
        ),
      }
    }
    case 'set': {
      const { group, luns, initiators, target } = subject.set
      const own = target.groups.find(({ name }) => name === group)
      return {
        ...{ kind: group === null ? '' : texts.kinds.group, link },
        name: group ?? texts.kinds.defaultLuns,
        about: (
          <>
            <span>{texts.luns(luns.length)}</span>
            <span>{texts.initiators(initiators.length)}</span>
            {group === null && <span>{texts.defaultLunsText}</span>}
            {luns.length > 0 && luns.every(({ lun }) => lun !== 0) && (
              <span title={texts.noLun0Text}>
                <Badge tone="warning">{texts.noLun0}</Badge>
              </span>
            )}
            {(own?.black_hole ?? 0) !== 0 && <Badge tone="critical">{texts.blackHole}</Badge>}
          </>
        ),
      }
    }
    case 'lun': {
      const { lun, device } = subject
      return {
        ...{ kind: `${texts.kinds.lun} ${lun.lun}`, link },
        name: <Value of={lun.device} />,
        about: (
          <>
            {lun.read_only === true && <Badge tone="quiet">{texts.readOnly}</Badge>}
            {device === null ? (
              <span>{texts.deviceUnknown}</span>
            ) : (
              <>
                <DeviceBadges device={device} />
                <span>{kindOf(device)}</span>
                {device.size_bytes !== null && <span>{bytes(device.size_bytes)}</span>}
                {device.filename !== null && <code>{device.filename}</code>}
                <Grave labels={{ device: device.name }} />
              </>
            )}
          </>
        ),
      }
    }
    case 'initiator': {
      const { access } = subject
      const oldest = oldestOf(access.sessions)
      const pattern = isPattern(access.initiator)
      const none = sessionsKnown ? texts.notConnected : <Value of={null} />
      return {
        ...{ kind: pattern ? texts.kinds.pattern : texts.kinds.initiator, link },
        name: access.initiator,
        about:
          access.sessions.length > 0 ? (
            <>
              <Badge tone="good">{texts.sessions(access.sessions.length)}</Badge>
              {oldest.oldest_command !== null && (
                <span>
                  {texts.commands.oldestInTree} <Oldest of={oldest} />
                </span>
              )}
            </>
          ) : (
            !pattern && <span>{none}</span>
          ),
      }
    }
    case 'session': {
      const { session } = subject
      const from = [...new Set(session.connections.map(({ ip }) => ip))].join(', ')
      return {
        ...{ kind: texts.kinds.session, name: session.session, link },
        about: (
          <>
            {from !== '' && <span>{from}</span>}
            <span>{texts.inFlight(count(session.active_commands) ?? '')}</span>
            {(session.active_commands > 0 || session.oldest_command !== null) && (
              <span>
                {texts.commands.oldestInTree} <Oldest of={session} />
              </span>
            )}
          </>
        ),
      }
    }
  }
}

/** The handler; of what is no disk also what it is. */
function kindOf(device: Device): string {
  const handler = device.handler ?? texts.unassigned
  const type = device.type === DISK ? null : typeOf(device)
  return type === null ? handler : `${type}, ${handler}`
}

const DISK = 0

function Grave({ labels }: { labels: Readonly<Record<string, string>> }) {
  const severity = gravest(labels)
  return severity === null ? null : <SeverityBadge severity={severity} />
}
