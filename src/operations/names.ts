import type { Subject } from '../collectors/lane.ts'

/** What a collector does, by the name of its subject. */
const POLLS = {
  system: 'poll_system',
  disks: 'poll_disks',
  smart: 'poll_smart',
  md_arrays: 'poll_md_arrays',
  volume_groups: 'poll_volume_groups',
  filesystems: 'poll_filesystems',
  repositories: 'poll_repositories',
  network: 'poll_network',
  sensors: 'poll_sensors',
  enclosures: 'poll_enclosures',
  services: 'poll_services',
  scst: 'poll_scst',
  scst_sessions: 'poll_scst_sessions',
  scst_commands: 'poll_scst_commands',
  changers: 'poll_changer',
  tape_drives: 'poll_tape_drive',
  tape_health: 'poll_tape_health',
  mhvtl: 'poll_mhvtl',
  quadstor: 'poll_quadstor',
  fc_hosts: 'poll_fc_hosts',
  iscsi: 'poll_iscsi',
  kernel_log: 'poll_kernel_log',
} as const satisfies Record<Subject, string>

/** SCSI commands by their operation code (SPC-5, SSC-5, SMC-3, SBC-4). */
const REQUESTS = {
  0x00: 'test_unit_ready',
  0x03: 'request_sense',
  0x12: 'inquiry',
  0x1a: 'mode_sense',
  0x34: 'read_position',
  0x44: 'report_density_support',
  0x4d: 'read_log_pages',
  0x5a: 'mode_sense',
  0x5e: 'persistent_reserve_in',
  0x8c: 'read_attributes',
  0x9e: 'read_capacity',
  0xa0: 'report_luns',
  0xb8: 'read_element_status',
} as const

/** Programs that are started. */
const TOOLS = {
  dmesg: 'run_dmesg',
  edit_tape: 'run_edit_tape',
  journalctl: 'run_journalctl',
  lsscsi: 'run_lsscsi',
  lvs: 'run_lvs',
  mktape: 'run_mktape',
  mtx: 'run_mtx',
  pvs: 'run_pvs',
  scstadmin: 'run_scstadmin',
  sg_inq: 'run_sg_inq',
  sg_logs: 'run_sg_logs',
  sg_raw: 'run_sg_raw',
  sg_ses: 'run_sg_ses',
  smartctl: 'run_smartctl',
  systemctl: 'run_systemctl',
  vgs: 'run_vgs',
  vtlcmd: 'run_vtlcmd',
} as const

/** Kinds of tasks. */
const TASKS = [
  'monitoring_event_processing',
  'monitoring_alert_evaluation',
  'monitoring_incident_analysis',
  'monitoring_data_retention',
  'consistency_restore_config',
  'backup',
  'database_maintenance',
  'scst_enable_target',
  'vtl_create_library',
  'vtl_add_media',
  'vtl_remove_media',
  'vtl_retire',
  'vtl_write_protect',
  'vtl_online',
  'vtl_offline',
  'vtl_restart_daemons',
  'vtl_tape_alert',
  'weekly_report',
  'tape_load',
  'tape_unload',
  'tape_transfer',
  'tape_exchange',
  'tape_import',
  'tape_export',
  'tape_inventory',
  'tape_clean',
  'tape_eject',
  'scst_apply',
  ...['scst_target_create', 'scst_target_change', 'scst_target_delete'],
  ...['scst_group_create', 'scst_group_change', 'scst_group_delete'],
  ...['scst_initiator_create', 'scst_initiator_delete'],
  ...['scst_lun_create', 'scst_lun_change', 'scst_lun_delete'],
  ...['scst_vdisk_create', 'scst_vdisk_change', 'scst_vdisk_delete'],
  ...['scst_passthrough_create', 'scst_passthrough_delete'],
  ...['scst_device_group_create', 'scst_device_group_change', 'scst_device_group_delete'],
  'scst_export_library',
  ...['repository_create', 'repository_grow'],
] as const

/**
 * The types of operations: everything the daemon does to the machine has one of these, so that what is counted by
 * type stays bounded whatever is asked of it.
 */
export const operationNames = [
  ...Object.values(POLLS),
  ...new Set(Object.values(REQUESTS)),
  'scsi_other',
  ...Object.values(TOOLS),
  'run_other',
  'write_scst',
  'write_vtl',
  'change_repository',
  'move_medium',
  'write_scst_config',
  ...TASKS,
  'task_other',
] as const

/** The type of an operation. */
export type OperationName = (typeof operationNames)[number]

/** What the collector of a subject does. */
export function pollOf(subject: Subject): OperationName {
  return POLLS[subject]
}

/** What a command is: by its CDB when it sends one, else by the program. */
export function commandName(tool: string, cdb: Uint8Array | null): OperationName {
  if (cdb !== null) {
    const requests: Readonly<Record<number, OperationName>> = REQUESTS
    return requests[cdb[0] ?? 0] ?? 'scsi_other'
  }
  return Object.hasOwn(TOOLS, tool) ? TOOLS[tool as keyof typeof TOOLS] : 'run_other'
}

/** What a task of a kind is. */
export function taskName(kind: string): OperationName {
  return TASKS.find((name) => name === kind) ?? 'task_other'
}
