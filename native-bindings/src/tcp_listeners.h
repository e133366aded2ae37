#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "errors.h"

namespace storwarden {

/** A TCP socket that listens: its address in network order, of 4 or 16 bytes, and its port. */
struct TcpListener {
  std::string address;
  uint16_t port;
};

/**
 * The TCP sockets of this network namespace that listen, IPv4 and IPv6 (sock_diag(7)). The kernel answers from memory,
 * and looks at those only; for /proc/net/tcp it goes through the table of all connections, however few there are.
 */
SystemError ListTcpListeners(std::vector<TcpListener>* listeners);

}  // namespace storwarden
