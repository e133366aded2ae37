#pragma once

#include <cstddef>
#include <cstdint>

namespace storwarden {

/**
 * Sends the same bytes to each of the sockets, as much as it takes at once (send(2), MSG_DONTWAIT). `taken` gets for
 * each how many bytes that were, and -1 for one that took none for whatever reason.
 */
void SendEach(const int32_t* files, size_t count, const uint8_t* bytes, size_t length, int32_t* taken);

}  // namespace storwarden
