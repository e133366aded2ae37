#pragma once

#include <string>
#include <vector>

namespace storwarden {

/** What is at a path: the bytes of a file, the names in a directory, or why it could not be read. */
struct FileRead {
  /** 0 where it was read. */
  int error = 0;
  bool is_directory = false;
  std::string bytes;
  std::vector<std::string> names;
};

/**
 * Reads a regular file or a directory to its end: at most 16 MiB, EFBIG otherwise. Nothing below /dev and no
 * device anywhere is opened (EPERM), because opening some does something; nothing else is either.
 */
FileRead ReadPath(const std::string& path);

}  // namespace storwarden
