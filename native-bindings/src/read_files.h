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

/** Whether it is /dev or below it, however many slashes it begins with. */
bool IsBelowDev(const std::string& path);

/**
 * Reads what is left of a file, at most 16 MiB. `ends_short`: a read of less than a page was the last, as in sysfs,
 * which hands out a page at a time; elsewhere the end is where nothing comes any more. Returns the errno.
 */
int ReadBytes(int file, bool ends_short, std::string* bytes);

}  // namespace storwarden
