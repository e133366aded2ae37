#include "read_attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "read_files.h"

// Of Linux 5.6; headers that are older do not have it.
#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

namespace storwarden {

namespace {

constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/** Of the file system at the directory and no other, whatever links say. */
int OpenWithin(int directory, const char* name) {
#ifdef SYS_openat2
  open_how how = {};
  how.flags = kFlags;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(syscall(SYS_openat2, directory, name, &how, sizeof how));
#else
  errno = ENOSYS;
  return -1;
#endif
}

/** Whether another way may still succeed: an old kernel, a filter of system calls, or a link that leads elsewhere. */
bool IsRefusedHere(int error) { return error == ENOSYS || error == EPERM || error == EXDEV || error == EAGAIN; }

bool IsFile(const struct stat& found, int* error) {
  *error = S_ISDIR(found.st_mode) ? EISDIR : S_ISREG(found.st_mode) ? 0 : EPERM;
  return *error == 0;
}

bool IsFile(int file, int* error) {
  struct stat found;
  if (fstat(file, &found) == 0) return IsFile(found, error);
  *error = errno;
  return false;
}

}  // namespace

AttributeDirectory::AttributeDirectory(const char* path) {
  if (IsBelowDev(path)) {
    error_ = EPERM;
    return;
  }
  directory_ = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory_ < 0) {
    error_ = errno;
    return;
  }
  struct statfs mount;
  if (fstatfs(directory_, &mount) != 0) return;
  is_sysfs_ = mount.f_type == SYSFS_MAGIC;
  has_no_devices_ = is_sysfs_ || (mount.f_flags & ST_NODEV) != 0;
  ends_short_ = is_sysfs_ || mount.f_type == TMPFS_MAGIC;
}

AttributeDirectory::~AttributeDirectory() {
  if (directory_ >= 0) close(directory_);
}

AttributeRead AttributeDirectory::Text(const char* name) const {
  if (error_ != 0) return {error_, {}};
  int error = 0;
  const int file = Open(name, &error);
  if (file < 0) return {error, {}};
  AttributeRead read;
  read.error = ReadBytes(file, ends_short_, &read.text);
  close(file);
  return read;
}

AttributeRead AttributeDirectory::Link(const char* name) const {
  if (error_ != 0) return {error_, {}};
  char target[PATH_MAX];
  const ssize_t length = readlinkat(directory_, name, target, sizeof target);
  if (length < 0) return {errno, {}};
  return {0, std::string(target, length)};
}

int AttributeDirectory::Open(const char* name, int* error) const {
  if (has_no_devices_) {
    const int file = OpenWithin(directory_, name);
    // Of sysfs a directory is all it can be besides, and says EISDIR when it is read.
    if (file >= 0 && (is_sysfs_ || IsFile(file, error))) return file;
    if (file >= 0) {
      close(file);
      return -1;
    }
    *error = errno;
    if (!IsRefusedHere(*error)) return -1;
  }
  struct stat found;
  if (fstatat(directory_, name, &found, 0) != 0) {
    *error = errno;
  } else if (IsFile(found, error)) {
    const int file = openat(directory_, name, kFlags);
    if (file >= 0) return file;
    *error = errno;
  }
  return -1;
}

}  // namespace storwarden
