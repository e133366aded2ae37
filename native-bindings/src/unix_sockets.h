#pragma once

#include <sys/socket.h>

#include "errors.h"

namespace storwarden {

/** Who is at the other end of a connected Unix socket, as it was when it connected (SO_PEERCRED, unix(7)). */
SystemError PeerOf(int file, ucred* peer);

/**
 * Makes sure that the descriptor is a Unix socket that listens for connections, and has it closed in processes that
 * are started: who passes sockets on leaves them open (sd_listen_fds(3)). EINVAL where it is anything else.
 */
SystemError TakeListener(int file);

}  // namespace storwarden
