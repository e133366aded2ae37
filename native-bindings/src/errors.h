#pragma once

#include <string>

namespace storwarden {

/** Why a system call failed; `code` is 0 when it did not. */
struct SystemError {
  int code = 0;
  const char* syscall = "";

  explicit operator bool() const { return code != 0; }
};

/** The name of an errno, e.g. ENOENT. */
std::string ErrnoName(int code);

}  // namespace storwarden
