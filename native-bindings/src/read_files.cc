#include "read_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

namespace storwarden {

namespace {

constexpr size_t kMaxBytes = 16 * 1024 * 1024;
/** Of most files of /sys that is all there is. */
constexpr size_t kPageBytes = 4096;
constexpr size_t kChunkBytes = 64 * 1024;

/** Returns the errno. Takes the file, and closes it. */
int ReadNames(int file, std::vector<std::string>* names) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(file), closedir);
  if (!directory) {
    const int error = errno;
    close(file);
    return error;
  }
  for (size_t bytes = 0;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) return errno;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    names->emplace_back(entry->d_name);
    bytes += names->back().size();
    if (bytes > kMaxBytes) return EFBIG;
  }
}

}  // namespace

bool IsBelowDev(const std::string& path) {
  const size_t name = path.find_first_not_of('/');
  if (name == std::string::npos || name == 0) return false;
  return path.compare(name, 3, "dev") == 0 && (path.size() == name + 3 || path[name + 3] == '/');
}

int ReadBytes(int file, bool ends_short, std::string* bytes) {
  char page[kPageBytes];
  std::vector<char> chunk;
  for (;;) {
    if (bytes->size() >= kPageBytes && chunk.empty()) chunk.resize(kChunkBytes);
    char* const into = chunk.empty() ? page : chunk.data();
    const size_t room = chunk.empty() ? kPageBytes : kChunkBytes;
    const ssize_t count = read(file, into, room);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    bytes->append(into, count);
    if (bytes->size() > kMaxBytes) return EFBIG;
    if (count == 0 || (ends_short && static_cast<size_t>(count) < kPageBytes)) return 0;
  }
}

FileRead ReadPath(const std::string& path) {
  FileRead result;
  struct stat found;
  if (IsBelowDev(path)) {
    result.error = EPERM;
    return result;
  }
  // What is there is seen before it is opened: opening is what rewinds a tape, or waits for a writer.
  if (stat(path.c_str(), &found) != 0) {
    result.error = errno;
    return result;
  }
  result.is_directory = S_ISDIR(found.st_mode);
  if (!result.is_directory && !S_ISREG(found.st_mode)) {
    result.error = EPERM;
    return result;
  }
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    result.error = errno;
  } else if (result.is_directory) {
    result.error = ReadNames(file, &result.names);
  } else {
    result.error = ReadBytes(file, false, &result.bytes);
    close(file);
  }
  return result;
}

}  // namespace storwarden
