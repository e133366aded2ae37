#include "unix_sockets.h"

#include <errno.h>
#include <fcntl.h>

namespace storwarden {

namespace {

SystemError OptionOf(int file, int option, int* value) {
  socklen_t length = sizeof *value;
  if (getsockopt(file, SOL_SOCKET, option, value, &length) != 0) return {errno, "getsockopt"};
  return {};
}

}  // namespace

SystemError PeerOf(int file, ucred* peer) {
  int domain = 0;
  if (const SystemError error = OptionOf(file, SO_DOMAIN, &domain)) return error;
  // The kernel answers for sockets of any kind, with user -1 where there are no credentials.
  if (domain != AF_UNIX) return {EINVAL, "getsockopt"};
  socklen_t length = sizeof *peer;
  if (getsockopt(file, SOL_SOCKET, SO_PEERCRED, peer, &length) != 0) return {errno, "getsockopt"};
  if (length != sizeof *peer || peer->uid == static_cast<uid_t>(-1)) return {ENOTCONN, "getsockopt"};
  return {};
}

SystemError TakeListener(int file) {
  int domain = 0;
  int type = 0;
  int listens = 0;
  if (const SystemError error = OptionOf(file, SO_DOMAIN, &domain)) return error;
  if (const SystemError error = OptionOf(file, SO_TYPE, &type)) return error;
  if (const SystemError error = OptionOf(file, SO_ACCEPTCONN, &listens)) return error;
  if (domain != AF_UNIX || type != SOCK_STREAM || listens == 0) return {EINVAL, "getsockopt"};
  const int flags = fcntl(file, F_GETFD);
  if (flags < 0 || fcntl(file, F_SETFD, flags | FD_CLOEXEC) != 0) return {errno, "fcntl"};
  return {};
}

}  // namespace storwarden
