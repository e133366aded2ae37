#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace storwarden {

/** Whether the path is a SCSI generic node by its name, `/dev/sgN`. */
bool IsGenericNode(const std::string& path);

/**
 * Whether the CDB is of those that read and change nothing: the table of src/host/guard.ts once more, so that no
 * mistake there can move a medium. Whether a page may be asked for that clears itself is decided there alone.
 */
bool IsPermitted(const std::vector<uint8_t>& cdb);

/**
 * Whether the kernel takes the command on a node that is open for reading only, from anybody who could open it
 * (drivers/scsi/scsi_ioctl.c, scsi_cmd_allowed). Who has CAP_SYS_RAWIO may send any command on any node.
 */
bool IsReadSafe(uint8_t operation_code);

}  // namespace storwarden
