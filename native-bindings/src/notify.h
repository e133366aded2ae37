#pragma once

#include <string>

#include "errors.h"

namespace storwarden {

/** Sends a datagram to a Unix socket: a path, or a name that begins with `@` for an abstract one. Does not wait. */
SystemError Notify(const std::string& socket, const std::string& message);

}  // namespace storwarden
