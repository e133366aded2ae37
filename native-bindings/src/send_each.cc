#include "send_each.h"

#include <errno.h>
#include <sys/socket.h>

namespace storwarden {

void SendEach(const int32_t* files, size_t count, const uint8_t* bytes, size_t length, int32_t* taken) {
  for (size_t index = 0; index < count; ++index) {
    ssize_t sent = 0;
    do {
      sent = send(files[index], bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    taken[index] = static_cast<int32_t>(sent);
  }
}

}  // namespace storwarden
