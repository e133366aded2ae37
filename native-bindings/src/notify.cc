#include "notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace storwarden {

SystemError Notify(const std::string& name, const std::string& message) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const bool is_abstract = !name.empty() && name[0] == '@';
  // unix(7): a path ends with NUL, an abstract name begins with it and is as long as the address says.
  const size_t length = name.size() + (is_abstract ? 0 : 1);
  if (length > sizeof address.sun_path) return {ENAMETOOLONG, "sendto"};
  if (name.size() < 2 || (!is_abstract && name[0] != '/')) return {EINVAL, "sendto"};
  memcpy(address.sun_path, name.data(), name.size());
  if (is_abstract) address.sun_path[0] = '\0';

  const int file = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0) return {errno, "socket"};
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const socklen_t to_length = offsetof(sockaddr_un, sun_path) + length;
  SystemError error;
  if (sendto(file, message.data(), message.size(), MSG_NOSIGNAL, to, to_length) < 0) error = {errno, "sendto"};
  close(file);
  return error;
}

}  // namespace storwarden
