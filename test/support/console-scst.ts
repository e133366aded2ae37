import type { Device, Session, Target } from '../../dashboard/wire/types.ts'

/** An iSCSI target with nothing in it. */
export function target(name: string, parts: Partial<Target> = {}): Target {
  return {
    ...{ id: `iscsi/${name}`, driver: 'iscsi', name, enabled: true, relative_target_id: 1 },
    ...{ comment: null, black_hole: 0, luns: [], groups: [], sessions: 0 },
    ...{ oldest_command: null, commands_complete: true },
    ...{ appliance: null, read_at: null, error: null, failed_since: null },
    ...parts,
  }
}

/** An initiator group. */
export function group(
  name: string,
  initiators: string[],
  devices: string[],
): Target['groups'][number] {
  return { name, initiators, luns: luns(devices), black_hole: 0 }
}

/** LUNs from 0 on. */
export function luns(devices: readonly string[]): Target['luns'] {
  return devices.map((device, lun) => ({ lun, device, read_only: false }))
}

/** A disk of a file. */
export function device(name: string, parts: Partial<Device> = {}): Device {
  return {
    ...{ id: name, name, handler: 'vdisk_fileio', type: 0, filename: `/srv/luns/${name}.img` },
    ...{ file_exists: true, size_bytes: 1024, block_size_bytes: 512, active: true },
    ...{ read_only: false, thin_provisioned: false, nv_cache: false, write_through: false },
    ...{
      block_count: 0,
      usn: null,
      exports: 1,
      appliance: null,
      read_at: null,
      error: null,
      failed_since: null,
    },
    ...parts,
  }
}

const counters = {
  ...{ read_commands: 0, read_bytes: 0, write_commands: 0, written_bytes: 0 },
  ...{ bidi_commands: 0, bidi_bytes: 0, none_commands: 0, unknown_commands: 0 },
}

/** A session with an iSCSI target. */
export function session(of: string, initiator: string, groupName: string | null): Session {
  return {
    ...{ id: `iscsi/${of}/${initiator}`, driver: 'iscsi', target: of, session: initiator },
    ...{ initiator, login: null, group: groupName, active_commands: 0 },
    connections: [{ ip: '10.0.0.7', target_ip: '10.0.0.1', state: 'established idle' }],
    ...{ oldest_command: null, commands_complete: true, latency_measured: false, latency: null },
    ...{ counters, totals: null, appliance: null, read_at: null, error: null, failed_since: null },
  }
}
