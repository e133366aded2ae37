// WebSocket clients for bench/broadcast.ts, in one thread: opens many connections, reads what comes and tells when a
// frame has come to all of them. Orders by line: `open PORT COUNT SILENT`, of which SILENT read nothing from the next
// `frames` on; `frames BYTES`, after which frames with a payload of so many bytes are counted, and each is told with the
// time from its stamp ("at":"<20 digits>", nanoseconds of CLOCK_REALTIME) to the last client; `close`.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST                                                                                   \
  "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"            \
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
#define MOST_FRAMES 65536
#define STAMP_BYTES 96

struct client {
  int socket;
  int silent;
  /** The header of a frame as far as it has come, and what is left of its payload. */
  unsigned char header[4];
  int has;
  uint64_t left;
  int counts;
  uint32_t frames;
};

static struct client *clients;
static int count, readers, watching = -1;
static uint64_t payload = 0;
static uint32_t arrived[MOST_FRAMES];
static char stamp[STAMP_BYTES + 1];
static int stamped;
static char buffer[1 << 18];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void upgrade(struct client *client, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  client->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (client->socket < 0) fail("socket");
  if (connect(client->socket, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  if (write(client->socket, REQUEST, sizeof REQUEST - 1) < 0) fail("write");
  // To the end of the head and no further.
  char last[4] = {0};
  while (memcmp(last, "\r\n\r\n", 4) != 0) {
    memmove(last, last + 1, 3);
    if (read(client->socket, last + 3, 1) != 1) fail("upgrade");
  }
  fcntl(client->socket, F_SETFL, O_NONBLOCK);
}

static void whole(struct client *client) {
  const uint32_t frame = client->frames++;
  if (frame >= MOST_FRAMES || ++arrived[frame] < (uint32_t)readers) return;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const char *at = strstr(stamp, "\"at\":\"");
  const uint64_t sent = at == NULL ? 0 : strtoull(at + 6, NULL, 10);
  printf("frame %lld\n", (long long)(now.tv_sec * 1000000000ull + now.tv_nsec - sent));
  fflush(stdout);
}

/** Of the first client the beginning of each frame is kept: there its stamp is. */
static void keep(const char *bytes, size_t length) {
  const size_t room = STAMP_BYTES - stamped;
  memcpy(stamp + stamped, bytes, length < room ? length : room);
  stamped += length < room ? length : room;
  stamp[stamped] = 0;
}

static void hear(struct client *client, const char *bytes, size_t length) {
  while (length > 0) {
    if (client->left == 0) {
      client->header[client->has++] = *bytes++;
      length--;
      const int size = client->header[1] & 127;
      if (client->has < 2 || (size == 126 && client->has < 4)) continue;
      client->left = size == 126 ? client->header[2] * 256u + client->header[3] : (unsigned)size;
      client->counts = client->header[0] == 0x81 && client->left == payload;
      client->has = 0;
      if (client == clients && client->counts) stamped = 0;
      continue;
    }
    const size_t part = length < client->left ? length : client->left;
    if (client == clients && client->counts) keep(bytes, part);
    bytes += part;
    length -= part;
    client->left -= part;
    if (client->left == 0 && client->counts) whole(client);
  }
}

static void ready(struct client *client) {
  for (;;) {
    const ssize_t length = read(client->socket, buffer, sizeof buffer);
    if (length > 0) hear(client, buffer, length);
    if (length == sizeof buffer) continue;
    if (length == 0 || (length < 0 && errno != EAGAIN)) epoll_ctl(watching, EPOLL_CTL_DEL, client->socket, NULL);
    return;
  }
}

static void carry_out(const char *order) {
  int port = 0, all = 0, silent = 0;
  unsigned long long bytes = 0;
  if (sscanf(order, "open %d %d %d", &port, &all, &silent) == 3) {
    count = all;
    readers = all - silent;
    clients = calloc(count, sizeof *clients);
    for (int index = 0; index < count; index++) {
      struct client *client = &clients[index];
      upgrade(client, port);
      client->silent = index >= readers;
      struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
      epoll_ctl(watching, EPOLL_CTL_ADD, client->socket, &event);
    }
    printf("opened\n");
  } else if (sscanf(order, "frames %llu", &bytes) == 1) {
    payload = bytes;
    for (int index = readers; index < count; index++) {
      epoll_ctl(watching, EPOLL_CTL_DEL, clients[index].socket, NULL);
    }
    printf("counting\n");
  } else if (strncmp(order, "close", 5) == 0) {
    for (int index = 0; index < count; index++) close(clients[index].socket);
    exit(0);
  }
  fflush(stdout);
}

int main(void) {
  watching = epoll_create1(0);
  struct epoll_event orders = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(watching, EPOLL_CTL_ADD, 0, &orders);
  static struct epoll_event events[1024];
  for (;;) {
    const int many = epoll_wait(watching, events, 1024, -1);
    for (int index = 0; index < many; index++) {
      if (events[index].data.ptr != NULL) {
        ready(events[index].data.ptr);
        continue;
      }
      char order[256];
      const ssize_t length = read(0, order, sizeof order - 1);
      if (length <= 0) return 0;
      order[length] = 0;
      carry_out(order);
    }
  }
}
