/*
 * What the tests of the addon preload: SCSI generic nodes that answer as they are told, files that block,
 * and a netlink socket that says what it is sent.
 *
 * FAKE_SG       a line per node: "N verb arguments", bytes as hexadecimal digits, "-" for none
 *                 good DATA            residual R DATA      check SENSE      host STATUS DATA
 *                 late MS DATA         until FIFO DATA (the first time)       never
 *                 open ERRNO           ioctl ERRNO          major N          replaced
 *                 unprivileged DATA    refused on a node that is only open for reading, as the kernel does
 *                                      without CAP_SYS_RAWIO (scsi_cmd_allowed)
 * FAKE_BLOCK    a fifo; a file whose name ends with ".blocks" is opened when somebody opens it for writing
 * FAKE_NETLINK  path of a datagram socket that stands for netlink: the first character of a datagram is
 *               K from the kernel, P from a process, U from a user, C without credentials, T truncated,
 *               L lost, E an error; '\n' in it becomes NUL
 * FAKE_LOG      what was opened below /dev and what was asked of nodes, a line each
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define NODES 64
#define FILES 4096
#define LINE 4096

/* Node and access mode of a file that stands for one, by descriptor; 0 when it is none. */
static struct { int node_and_one, access; } files[FILES];
static int netlink = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void say(const char *format, ...) {
  const char *path = getenv("FAKE_LOG");
  char line[LINE];
  va_list arguments;
  int log;
  if (path == NULL) return;
  va_start(arguments, format);
  const int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  log = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (log < 0 || write(log, line, length) != length) abort();
  close(log);
}

/* The number of /dev/sgN, or -1. */
static int node_of(const char *path) {
  return strncmp(path, "/dev/sg", 7) == 0 ? atoi(path + 7) : -1;
}

/* The line of a node without its number; empty when there is none. */
static void told(int node, char *line) {
  const char *at = getenv("FAKE_SG");
  line[0] = '\0';
  for (; at != NULL && *at != '\0'; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
    char *end;
    if (strtol(at, &end, 10) != node || *end != ' ') continue;
    snprintf(line, LINE, "%.*s", (int)strcspn(end + 1, "\n"), end + 1);
    return;
  }
}

static unsigned bytes_of(const char *hex, unsigned char *bytes, unsigned max) {
  unsigned count = 0, byte;
  for (; count < max && sscanf(hex, "%2x", &byte) == 1; hex += 2) bytes[count++] = byte;
  return count;
}

/* Of those that the addon sends, what the kernel takes for harmless. */
static int is_read_safe(unsigned char code) {
  return memchr("\x00\x03\x12\x1a\x25\x44\x4d\x5a\x9e\xa0", code, 10) != NULL;
}

static void wait_for_writer(const char *fifo) {
  /* Opened anew when a signal interrupted it: only a writer ends it. */
  int file;
  do file = (int)syscall(SYS_openat, AT_FDCWD, fifo, O_RDONLY | O_CLOEXEC, 0);
  while (file < 0 && errno == EINTR);
  if (file < 0) abort();
  close(file);
}

static int fill_stat(int node, struct stat *found, int opened) {
  char line[LINE];
  int number = 21;
  told(node, line);
  if (line[0] == '\0') return errno = ENOENT, -1;
  if (strcmp(line, "replaced") == 0 && opened) number = 9;
  sscanf(line, "major %d", &number);
  memset(found, 0, sizeof *found);
  found->st_mode = S_IFCHR | 0660;
  found->st_rdev = makedev(number, node);
  return 0;
}

static int open_node(int node, int flags) {
  char line[LINE];
  int error = 0;
  told(node, line);
  if (line[0] == '\0') error = ENOENT;
  sscanf(line, "open %d", &error);
  if (error != 0) return errno = error, -1;
  const int file = (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", flags & (O_ACCMODE | O_CLOEXEC | O_NONBLOCK), 0);
  if (file < 0 || file >= FILES) abort();
  files[file].node_and_one = node + 1;
  files[file].access = flags & O_ACCMODE;
  return file;
}

static int open_any(int directory, const char *path, int flags, mode_t mode) {
  const int node = node_of(path);
  const size_t length = strlen(path);
  if (strncmp(path, "/dev/", 5) == 0)
    say("open %s%s%s%s%s\n", path, (flags & O_ACCMODE) == O_RDONLY ? " RDONLY" : " RDWR",
        flags & O_NONBLOCK ? " NONBLOCK" : "", flags & O_CLOEXEC ? " CLOEXEC" : "", flags & O_NOFOLLOW ? " NOFOLLOW" : "");
  if (node >= 0) return open_node(node, flags);
  if (getenv("FAKE_BLOCK") && length > 7 && strcmp(path + length - 7, ".blocks") == 0) wait_for_writer(getenv("FAKE_BLOCK"));
  const int file = (int)syscall(SYS_openat, directory, path, flags, mode);
  if (file >= 0 && file < FILES) files[file].node_and_one = 0;
  return file;
}

#define MODE(flags, mode) va_list rest; va_start(rest, flags); const mode_t mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; va_end(rest)
int open(const char *path, int flags, ...) { MODE(flags, mode); return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode); return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, mode); return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, mode); return open_any(at, path, flags, mode); }

static int node_in(int file) { return file >= 0 && file < FILES ? files[file].node_and_one - 1 : -1; }
int lstat(const char *path, struct stat *found) {
  return node_of(path) >= 0 ? fill_stat(node_of(path), found, 0) : REAL(lstat)(path, found);
}
int lstat64(const char *path, struct stat64 *found) {
  return node_of(path) >= 0 ? fill_stat(node_of(path), (struct stat *)found, 0) : REAL(lstat64)(path, found);
}
int fstat(int file, struct stat *found) {
  return node_in(file) >= 0 ? fill_stat(node_in(file), found, 1) : REAL(fstat)(file, found);
}
int fstat64(int file, struct stat64 *found) {
  return node_in(file) >= 0 ? fill_stat(node_in(file), (struct stat *)found, 1) : REAL(fstat64)(file, found);
}
int close(int file) {
  if (node_in(file) >= 0) files[file].node_and_one = 0;
  return (int)syscall(SYS_close, file);
}

static int waited[NODES];

/* Fills in what a good command would have; returns what ioctl(2) would. */
static int answer(int node, int file, sg_io_hdr_t *header) {
  char line[LINE], verb[32] = "", first[LINE] = "", second[LINE] = "";
  told(node, line);
  sscanf(line, "%31s %s %s", verb, first, second);
  const char *data = second[0] ? second : first;
  header->status = header->host_status = header->driver_status = header->sb_len_wr = 0;
  header->duration = 7;
  if (strcmp(verb, "ioctl") == 0) return errno = atoi(first), -1;
  if (strcmp(verb, "unprivileged") == 0 && files[file].access == O_RDONLY && !is_read_safe(header->cmdp[0]))
    return errno = EPERM, -1;
  if (strcmp(verb, "never") == 0) for (;;) poll(NULL, 0, -1);
  if (strcmp(verb, "late") == 0) poll(NULL, 0, atoi(first));
  if (strcmp(verb, "until") == 0 && !waited[node]) {
    waited[node] = 1;
    wait_for_writer(first);
  }
  if (strcmp(verb, "check") == 0) {
    header->status = 2;
    header->driver_status = 8;
    header->sb_len_wr = bytes_of(first, header->sbp, header->mx_sb_len);
    data = "-";
  }
  header->resid = header->dxfer_len - bytes_of(data, header->dxferp, header->dxfer_len);
  if (strcmp(verb, "residual") == 0) header->resid = atoi(first);
  if (strcmp(verb, "host") == 0) {
    header->host_status = atoi(first);
    header->resid = 0;
  }
  return 0;
}

int ioctl(int file, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  const int node = node_in(file);
  if (node < 0) return (int)syscall(SYS_ioctl, file, request, argument);
  if (request != SG_IO) return errno = ENOTTY, -1;
  sg_io_hdr_t *header = argument;
  char cdb[2 * 255 + 1] = "";
  for (unsigned at = 0; at < header->cmd_len; at++) sprintf(cdb + 2 * at, "%02x", header->cmdp[at]);
  say("ask %d %s %u bytes, %u ms, direction %d, flags %x\n", node, cdb, header->dxfer_len, header->timeout,
      header->dxfer_direction, header->flags);
  const int result = answer(node, file, header);
  const int error = errno;
  say("answer %d %s\n", node, cdb);
  errno = error;
  return result;
}

int socket(int family, int type, int protocol) {
  const char *path = getenv("FAKE_NETLINK");
  if (family != AF_NETLINK || protocol != NETLINK_KOBJECT_UEVENT || path == NULL) return (int)syscall(SYS_socket, family, type, protocol);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  netlink = (int)syscall(SYS_socket, AF_UNIX, (type & ~SOCK_RAW) | SOCK_DGRAM, 0);
  if (netlink < 0 || syscall(SYS_bind, netlink, &address, sizeof address) != 0) abort();
  return netlink;
}
int bind(int file, const struct sockaddr *address, socklen_t length) {
  return file == netlink ? 0 : (int)syscall(SYS_bind, file, address, length);
}
int setsockopt(int file, int level, int name, const void *value, socklen_t length) {
  return file == netlink ? 0 : (int)syscall(SYS_setsockopt, file, level, name, value, length);
}
ssize_t recvmsg(int file, struct msghdr *header, int flags) {
  if (file != netlink || netlink < 0) return syscall(SYS_recvmsg, file, header, flags);
  char *bytes = header->msg_iov[0].iov_base;
  const ssize_t length = syscall(SYS_recvfrom, file, bytes, header->msg_iov[0].iov_len, flags, NULL, NULL);
  if (length <= 0) return length;
  const char from = bytes[0];
  if (from == 'L') return errno = ENOBUFS, -1;
  if (from == 'E') return errno = EIO, -1;
  memmove(bytes, bytes + 1, length - 1);
  for (ssize_t at = 0; at < length - 1; at++) if (bytes[at] == '\n') bytes[at] = '\0';
  struct sockaddr_nl *sender = header->msg_name;
  memset(sender, 0, sizeof *sender);
  sender->nl_family = AF_NETLINK;
  sender->nl_pid = from == 'P' ? 4711 : 0;
  header->msg_namelen = sizeof *sender;
  header->msg_flags = from == 'T' ? MSG_TRUNC : 0;
  struct cmsghdr *control = header->msg_control;
  const struct ucred credentials = {.pid = 0, .uid = from == 'U' ? 1000 : 0, .gid = 0};
  control->cmsg_len = CMSG_LEN(sizeof credentials);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_CREDENTIALS;
  memcpy(CMSG_DATA(control), &credentials, sizeof credentials);
  header->msg_controllen = from == 'C' ? 0 : CMSG_SPACE(sizeof credentials);
  return length - 1;
}
