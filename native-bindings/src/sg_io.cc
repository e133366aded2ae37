#include "sg_io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "permitted.h"

namespace storwarden {

namespace {

/** As many bytes as sense data can have (SPC-5 4.4.1). */
constexpr size_t kSenseBytes = 252;
/** SG_FLAG_Q_AT_TAIL of the kernel's include/scsi/sg.h, which the C library's lacks. */
constexpr unsigned kQueueAtTail = 0x10;

bool IsGeneric(const struct stat& found) {
  return S_ISCHR(found.st_mode) && major(found.st_rdev) == SCSI_GENERIC_MAJOR;
}

}  // namespace

SystemError SgIo::Send() {
  if (!IsGenericNode(device)) return {EPERM, "open"};
  if (!IsPermitted(cdb)) return {EPERM, "ioctl"};
  const SystemError error = SendOn(O_RDONLY);
  // Without CAP_SYS_RAWIO the kernel refuses what it does not know to be harmless, before it is sent, unless
  // the node is open for writing as well.
  const bool refused = error.code == EPERM && error.syscall == std::string("ioctl");
  return refused && !IsReadSafe(cdb[0]) ? SendOn(O_RDWR) : error;
}

SystemError SgIo::SendOn(int access) {
  // Opening and closing a node of the tape driver rewinds the tape: what is there is seen before it is opened.
  struct stat found;
  if (lstat(device.c_str(), &found) != 0) return {errno, "lstat"};
  if (!IsGeneric(found)) return {EPERM, "open"};
  // Non-blocking: EBUSY where somebody has the device for himself, instead of waiting until he is done.
  const int file = open(device.c_str(), access | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return {errno, "open"};
  SystemError error;
  if (fstat(file, &found) != 0) {
    error = {errno, "fstat"};
  } else if (!IsGeneric(found)) {
    error = {EPERM, "open"};
  } else {
    error = Ask(file);
  }
  close(file);
  return error;
}

SystemError SgIo::Ask(int file) {
  sense.assign(kSenseBytes, 0);
  sg_io_hdr_t header = {};
  header.interface_id = 'S';
  header.dxfer_direction = data.empty() ? SG_DXFER_NONE : SG_DXFER_FROM_DEV;
  header.dxfer_len = data.size();
  header.dxferp = data.data();
  header.cmd_len = cdb.size();
  header.cmdp = cdb.data();
  header.mx_sb_len = sense.size();
  header.sbp = sense.data();
  header.timeout = kernel_timeout_ms;
  // The driver puts requests first otherwise, before the reads and writes of those who work.
  header.flags = kQueueAtTail;
  if (ioctl(file, SG_IO, &header) != 0) return {errno, "ioctl"};
  status = header.status;
  host_status = header.host_status;
  driver_status = header.driver_status;
  residual = header.resid;
  duration_ms = header.duration;
  sense.resize(std::min<size_t>(header.sb_len_wr, kSenseBytes));
  // A residual can be negative, where a device had more to say, and is not always to be believed.
  const int64_t transferred = static_cast<int64_t>(data.size()) - residual;
  data.resize(std::clamp<int64_t>(transferred, 0, data.size()));
  return {};
}

}  // namespace storwarden
