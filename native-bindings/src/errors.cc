#include "errors.h"

#include <features.h>
#include <string.h>
#include <uv.h>

namespace storwarden {

std::string ErrnoName(int code) {
#if __GLIBC_PREREQ(2, 32)
  if (const char* name = strerrorname_np(code)) return name;
#endif
  char name[64];
  return uv_err_name_r(-code, name, sizeof name);
}

}  // namespace storwarden
