#include "tcp_listeners.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace storwarden {

namespace {

/** As much as the kernel puts into one answer (net/netlink/af_netlink.c, netlink_dump). */
constexpr size_t kAnswerBytes = 32 * 1024;

SystemError Ask(int socket, uint8_t family) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } asked = {};
  asked.header.nlmsg_len = sizeof asked;
  asked.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  asked.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  asked.request.sdiag_family = family;
  asked.request.sdiag_protocol = IPPROTO_TCP;
  asked.request.idiag_states = 1 << TCP_LISTEN;
  sockaddr_nl kernel = {};
  kernel.nl_family = AF_NETLINK;
  const auto* to = reinterpret_cast<const sockaddr*>(&kernel);
  if (sendto(socket, &asked, sizeof asked, 0, to, sizeof kernel) < 0) return {errno, "sendto"};
  return {};
}

void Add(const nlmsghdr* message, std::vector<TcpListener>* listeners) {
  if (message->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) return;
  const auto* found = static_cast<const inet_diag_msg*>(NLMSG_DATA(message));
  const size_t bytes = found->idiag_family == AF_INET ? 4 : 16;
  listeners->push_back(
      {std::string(reinterpret_cast<const char*>(found->id.idiag_src), bytes), ntohs(found->id.idiag_sport)});
}

SystemError Hear(int socket, std::vector<TcpListener>* listeners) {
  alignas(nlmsghdr) char answer[kAnswerBytes];
  for (;;) {
    sockaddr_nl from = {};
    socklen_t from_bytes = sizeof from;
    // All of it is there already: nothing is waited for.
    const ssize_t count = recvfrom(socket, answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC,
                                   reinterpret_cast<sockaddr*>(&from), &from_bytes);
    if (count < 0) return {errno, "recvfrom"};
    if (static_cast<size_t>(count) > sizeof answer) return {EMSGSIZE, "recvfrom"};
    if (from.nl_pid != 0) continue;
    auto left = static_cast<size_t>(count);
    for (auto* message = reinterpret_cast<const nlmsghdr*>(answer); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) return {};
      if (message->nlmsg_type == NLMSG_ERROR) {
        return {-static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error, "sock_diag"};
      }
      // Something changed in between, and one may be missing.
      if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) return {EINTR, "sock_diag"};
      Add(message, listeners);
    }
  }
}

}  // namespace

SystemError ListTcpListeners(std::vector<TcpListener>* listeners) {
  const int diagnosis = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (diagnosis < 0) return {errno, "socket"};
  SystemError error;
  for (const uint8_t family : {AF_INET, AF_INET6}) {
    error = Ask(diagnosis, family);
    if (!error) error = Hear(diagnosis, listeners);
    if (error) break;
  }
  close(diagnosis);
  return error;
}

}  // namespace storwarden
