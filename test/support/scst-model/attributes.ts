/** An attribute as SCST makes it: its text until something else is set, and who may do what with the file. */
export interface Attribute {
  name: string
  value: string
  mode: number
  /** What stands after the value where nothing was set: a line end, nothing, or an empty line more. */
  end: string
}

/** Attributes by what has them, as SCST 3.10 shows them on Linux 6.1. */
const DEVICE = [
  'block=0 0, eui64_id=, inq_vend_specific=, max_tgt_dev_commands=64, naa_id=, numa_node_id=-1',
  'pr_file_name=/var/lib/scst/pr/NAME, prod_id=NAME, prod_rev_lvl=3100, scsi_device_name=',
  't10_dev_id=USN-NAME, threads_pool_type=per_initiator, usn=USN, vend_specific_id=USN-NAME',
]
const DISK = ['active=1, cluster_mode=0, expl_alua=0, lb_per_pb_exp=1, opt_trans_len=524288']
const DISK_FIXED = 'blocksize=512, nv_cache=0, read_only=0, removable=0, rotational=1, tst=1'
const WRITE_ONLY = 'dump_prs=, resync_size=, sync='

const TABLES: Readonly<Record<string, readonly [writable: string, fixed: string, secret: string]>> =
  {
    vdisk_fileio: [
      [...DEVICE, ...DISK, 'async=0, t10_vend_id=SCST_FIO, threads_num=8, filename='].join(', '),
      `${DISK_FIXED}, o_direct=0, thin_provisioned=0, write_through=0, size=, size_mb=`,
      WRITE_ONLY,
    ],
    vdisk_blockio: [
      [
        ...[...DEVICE, ...DISK, 'bind_alua_state=1, t10_vend_id=SCST_BIO, threads_num=1'],
        'filename=, size=, size_mb=',
      ].join(', '),
      // Found out of the block device: those that were recorded can discard.
      `${DISK_FIXED}, thin_provisioned=1, write_through=0`,
      `${WRITE_ONLY}, gen_tp_soft_threshold_reached_UA=`,
    ],
    vdisk_nullio: [
      [
        ...[...DEVICE, 'cluster_mode=0, opt_trans_len=524288, read_zero=0'],
        't10_vend_id=SCST_FIO, threads_num=1, size=, size_mb=',
      ].join(', '),
      'blocksize=512, dummy=0, read_only=0, removable=0, rotational=1, tst=1',
      'dump_prs=',
    ],
    /** A SCSI device of the machine that a handler has. */
    passThrough: [
      'block=0 0, max_tgt_dev_commands=64, numa_node_id=-1, ' +
        'pr_file_name=/var/lib/scst/pr/NAME, threads_num=1, threads_pool_type=per_initiator',
      '',
      'dump_prs=',
    ],
    /** One that nobody has. */
    scsiDevice: [
      'block=0 0, max_tgt_dev_commands=0, numa_node_id=-1, pr_file_name=/var/lib/scst/pr/NAME',
      '',
      'dump_prs=',
    ],
    target: [
      'DataDigest=None, FirstBurstLength=65536, HeaderDigest=None, ImmediateData=Yes, ' +
        'InitialR2T=No, MaxBurstLength=1048576, MaxOutstandingR2T=32, MaxSessions=0, ' +
        'MaxRecvDataSegmentLength=1048576, MaxXmitDataSegmentLength=1048576, ' +
        'NopInInterval=30, NopInTimeout=30, QueuedCommands=32, RDMAExtensions=No, ' +
        'RspTimeout=90, addr_method=PERIPHERAL, aen_disabled=0, alias=, black_hole=0, ' +
        'comment=, cpu_mask=3, enabled=0, forward_dst=0, forward_src=0, forwarding=0, ' +
        'io_grouping_type=auto, per_portal_acl=0, redirect=, rel_tgt_id=0',
      'bidi_cmd_count=0, bidi_io_count_kb=0, bidi_unaligned_cmd_count=0, none_cmd_count=0, ' +
        'read_cmd_count=0, read_io_count_kb=0, read_unaligned_cmd_count=0, ' +
        'sg_tablesize=65535, tid=TID, unknown_cmd_count=0, write_cmd_count=0, ' +
        'write_io_count_kb=0, write_unaligned_cmd_count=0',
      '',
    ],
    group: [
      'addr_method=PERIPHERAL, black_hole=0, cpu_mask=3, io_grouping_type=auto, ' +
        'per_sess_dedicated_tgt_threads=0',
      '',
      '',
    ],
  }

/** Ends that are not one line end: how these drivers print. */
const ENDS: Readonly<Record<string, string>> = { comment: '', per_portal_acl: '\n\n' }

/** The attributes of a device by its handler, of a target or group, or of a SCSI device. */
export function attributesOf(of: string): Attribute[] {
  const modes = [0o644, 0o444, 0o200]
  return (TABLES[of] ?? []).flatMap((table, index) =>
    table
      .split(', ')
      .filter((one) => one !== '')
      .map((one) => {
        const [name = '', value = ''] = one.split('=')
        return { name, value, mode: modes[index] ?? 0, end: ENDS[name] ?? '\n' }
      }),
  )
}

/** What add_device of each handler takes; null where it takes the name of a SCSI device and nothing else. */
export const PARAMETERS: Readonly<Record<string, string | null>> = {
  vdisk_fileio:
    'active, async, blocksize, cluster_mode, dif_filename, dif_mode, dif_static_app_tag, ' +
    'dif_type, filename, numa_node_id, nv_cache, o_direct, read_only, removable, rotational, ' +
    'thin_provisioned, tst, t10_dev_id, write_through',
  vdisk_blockio:
    'active, bind_alua_state, blocksize, cluster_mode, dif_filename, dif_mode, ' +
    'dif_static_app_tag, dif_type, filename, numa_node_id, nv_cache, read_only, removable, ' +
    'rotational, thin_provisioned, tst, t10_dev_id, write_through',
  vdisk_nullio:
    'blocksize, cluster_mode, dif_mode, dif_static_app_tag, dif_type, dummy, numa_node_id, ' +
    'read_only, removable, rotational, size, size_mb, tst, t10_dev_id',
  dev_disk: null,
  dev_tape: null,
  dev_changer: null,
}

/** Peripheral device types of the handlers and their names. */
export const TYPES: Readonly<Record<string, string>> = {
  vdisk_fileio: '0 - Direct-access device (e.g., magnetic disk)',
  vdisk_blockio: '0 - Direct-access device (e.g., magnetic disk)',
  vdisk_nullio: '0 - Direct-access device (e.g., magnetic disk)',
  dev_disk: '0 - Direct-access device (e.g., magnetic disk)',
  dev_tape: '1 - Sequential-access device (e.g., magnetic tape)',
  dev_changer: '8 - Medium changer device (e.g., jukeboxes)',
}

/** What the mgmt files say when they are read. */
export const USAGE = {
  virtual: (parameters: string) =>
    'Usage: echo "add_device device_name [parameters]" >mgmt\n' +
    '       echo "del_device device_name" >mgmt\n\n' +
    "where parameters are one or more param_name=value pairs separated by ';'\n\n" +
    `The following parameters available: ${parameters}\n\n`,
  passThrough:
    'Usage: echo "add_device H:C:I:L" >mgmt\n       echo "del_device H:C:I:L" >mgmt\n\n'.slice(
      0,
      -1,
    ),
  driver:
    'Usage: echo "add_target target_name [parameters]" >mgmt\n' +
    '       echo "del_target target_name" >mgmt\n' +
    '       echo "add_attribute <attribute> <value>" >mgmt\n' +
    '       echo "del_attribute <attribute> <value>" >mgmt\n' +
    '       echo "add_target_attribute target_name <attribute> <value>" >mgmt\n' +
    '       echo "del_target_attribute target_name <attribute> <value>" >mgmt\n\n' +
    "where parameters are one or more param_name=value pairs separated by ';'\n\n" +
    'The following target driver attributes available: IncomingUser, OutgoingUser\n' +
    'The following target attributes available: IncomingUser, OutgoingUser, allowed_portal\n\n',
  luns:
    'Usage: echo "add H:C:I:L lun [parameters]" >mgmt\n' +
    '       echo "add VNAME lun [parameters]" >mgmt\n       echo "del lun" >mgmt\n' +
    '       echo "replace H:C:I:L lun [parameters]" >mgmt\n' +
    '       echo "replace VNAME lun [parameters]" >mgmt\n' +
    '       echo "replace_no_ua H:C:I:L lun [parameters]" >mgmt\n' +
    '       echo "replace_no_ua VNAME lun [parameters]" >mgmt\n       echo "clear" >mgmt\n\n' +
    "where parameters are one or more param_name=value pairs separated by ';'\n\n" +
    'The following parameters available: read_only\n',
  groups: 'Usage: echo "create GROUP_NAME" >mgmt\n       echo "del GROUP_NAME" >mgmt\n',
  initiators:
    'Usage: echo "add INITIATOR_NAME" >mgmt\n       echo "del INITIATOR_NAME" >mgmt\n' +
    '       echo "move INITIATOR_NAME DEST_GROUP_NAME" >mgmt\n       echo "clear" >mgmt\n',
  deviceGroups: 'Usage: echo "create group_name" >mgmt\n       echo "del group_name" >mgmt\n',
  devices: 'Usage: echo "add device" >mgmt\n       echo "del device" >mgmt\n',
  targetGroup: 'Usage: echo "add target" >mgmt\n       echo "del target" >mgmt\n',
} as const
