// The limit of bench/broadcast.ts: accepts connections, answers their upgrade, and writes each line that it is told to
// all of them as one WebSocket frame, by nothing but write(2). Prints its port first.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
#define MOST 65536

static int sockets[MOST], count;
static unsigned char frame[1 << 16];

static void take(int listener) {
  const int socket = accept(listener, NULL, NULL);
  if (socket < 0 || count == MOST) exit(1);
  char request[4096];
  if (read(socket, request, sizeof request) <= 0 || write(socket, ANSWER, sizeof ANSWER - 1) < 0) exit(1);
  fcntl(socket, F_SETFL, O_NONBLOCK);
  sockets[count++] = socket;
}

/** `BYTES`: a payload of so many, as the others make it. */
static void broadcast(int payload) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const unsigned long long at = now.tv_sec * 1000000000ull + now.tv_nsec;
  frame[0] = 0x81;
  frame[1] = 126;
  frame[2] = payload >> 8;
  frame[3] = payload & 255;
  memset(frame + 4, 'x', payload);
  const int head = sprintf((char *)frame + 4, "{\"type\":\"alert\",\"data\":{\"at\":\"%020llu\",\"text\":\"", at);
  frame[4 + head] = 'x';
  const int length = payload + 4;
  for (int index = 0; index < count; index++) {
    ssize_t sent = write(sockets[index], frame, length);
    // Who does not read is left out: there is no queue here.
    for (int turn = 0; sent >= 0 && sent < length && turn < 100; turn++) {
      struct pollfd full = {.fd = sockets[index], .events = POLLOUT};
      poll(&full, 1, 10);
      const ssize_t more = write(sockets[index], frame + sent, length - sent);
      if (more > 0) sent += more;
    }
  }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0) return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct pollfd both[2] = {{.fd = 0, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    poll(both, 2, -1);
    if (both[1].revents & POLLIN) take(listener);
    if (both[0].revents == 0) continue;
    char order[64];
    const ssize_t length = read(0, order, sizeof order - 1);
    if (length <= 0) return 0;
    order[length] = 0;
    broadcast(atoi(order));
  }
}
