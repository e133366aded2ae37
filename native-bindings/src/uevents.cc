#include "uevents.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace storwarden {

namespace {

/** The kernel says what it has to say to the first group, udev what it made of it to the second. */
constexpr unsigned kKernelGroup = 1;
/** Several times as long as any (include/linux/kobject.h, UEVENT_BUFFER_SIZE). */
constexpr size_t kMessageBytes = 16 * 1024;
/** What comes of a bus of some hundred devices at once; the kernel grants it to CAP_NET_ADMIN. */
constexpr int kReceiveBytes = 4 * 1024 * 1024;

/** Whether the kernel itself sent it: a process can send to the group as well. */
bool IsFromKernel(const msghdr& header) {
  const auto* sender = static_cast<const sockaddr_nl*>(header.msg_name);
  if (header.msg_namelen < sizeof *sender || sender->nl_pid != 0) return false;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&header), control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_CREDENTIALS) continue;
    ucred credentials;
    memcpy(&credentials, CMSG_DATA(control), sizeof credentials);
    return credentials.uid == 0;
  }
  return false;
}

}  // namespace

std::optional<Uevent> ParseUevent(const char* message, size_t bytes) {
  // Each part ends with NUL; without the last one the message was cut off.
  if (bytes == 0 || message[bytes - 1] != '\0') return std::nullopt;
  const char* const end = message + bytes;
  const char* const at = strchr(message, '@');
  if (at == nullptr || at == message) return std::nullopt;
  Uevent uevent;
  uevent.action.assign(message, at);
  uevent.device_path.assign(at + 1);
  for (const char* part = at + strlen(at) + 1; part < end; part += strlen(part) + 1) {
    const char* const equals = strchr(part, '=');
    if (equals == nullptr || equals == part) return std::nullopt;
    uevent.properties.emplace(std::string(part, equals), equals + 1);
  }
  const auto subsystem = uevent.properties.find("SUBSYSTEM");
  if (subsystem == uevent.properties.end()) return std::nullopt;
  uevent.subsystem = subsystem->second;
  return uevent;
}

UeventSocket::~UeventSocket() {
  if (socket_ >= 0) close(socket_);
  if (stop_ >= 0) close(stop_);
}

SystemError UeventSocket::Open() {
  stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_ < 0) return {errno, "eventfd"};
  socket_ = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
  if (socket_ < 0) return {errno, "socket"};
  const int on = 1;
  if (setsockopt(socket_, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) return {errno, "setsockopt"};
  // With less room, bursts are lost sooner, and that is told.
  if (setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes) != 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
  }
  sockaddr_nl address = {};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kKernelGroup;
  if (bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {errno, "bind"};
  return {};
}

UeventSocket::Heard UeventSocket::Next(Uevent* uevent) {
  for (;;) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {socket_, POLLIN, 0}};
    poll(waiting, 2, -1);
    if (waiting[0].revents != 0) return Heard::kStopped;
    if (waiting[1].revents == 0) continue;
    switch (Receive(uevent)) {
      case Received::kUevent:
        return Heard::kUevent;
      case Received::kFailed:
        // It would fail at once again, and for ever: who finds that nothing is heard begins anew.
        Stop();
        return Heard::kLost;
      case Received::kLost:
        return Heard::kLost;
      case Received::kNothing:
        break;
    }
  }
}

UeventSocket::Received UeventSocket::Receive(Uevent* uevent) {
  char message[kMessageBytes];
  char control[CMSG_SPACE(sizeof(ucred))];
  sockaddr_nl sender = {};
  iovec part = {message, sizeof message};
  msghdr header = {};
  header.msg_name = &sender;
  header.msg_namelen = sizeof sender;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  const ssize_t bytes = recvmsg(socket_, &header, 0);
  if (bytes < 0) {
    if (errno == EAGAIN || errno == EINTR) return Received::kNothing;
    return errno == ENOBUFS ? Received::kLost : Received::kFailed;
  }
  if (!IsFromKernel(header)) return Received::kNothing;
  if ((header.msg_flags & MSG_TRUNC) != 0) return Received::kLost;
  std::optional<Uevent> parsed = ParseUevent(message, bytes);
  if (!parsed || subsystems_.count(parsed->subsystem) == 0) return Received::kNothing;
  *uevent = std::move(*parsed);
  return Received::kUevent;
}

void UeventSocket::Stop() {
  const uint64_t one = 1;
  // Full, it is stopped already.
  [[maybe_unused]] const ssize_t written = write(stop_, &one, sizeof one);
}

}  // namespace storwarden
