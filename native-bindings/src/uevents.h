#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "errors.h"

namespace storwarden {

/** What the kernel said of a device (lib/kobject_uevent.c). */
struct Uevent {
  std::string action;
  std::string device_path;
  std::string subsystem;
  std::map<std::string, std::string> properties;
};

/** The uevent in a message of the kernel, `ACTION@DEVPATH` and then `KEY=VALUE`, each ended by NUL. */
std::optional<Uevent> ParseUevent(const char* message, size_t bytes);

/** Hears the uevents of some subsystems (netlink(7), NETLINK_KOBJECT_UEVENT). */
class UeventSocket {
 public:
  explicit UeventSocket(std::set<std::string> subsystems) : subsystems_(std::move(subsystems)) {}
  ~UeventSocket();
  UeventSocket(const UeventSocket&) = delete;
  UeventSocket& operator=(const UeventSocket&) = delete;

  SystemError Open();

  /** What `Next` came back with. */
  enum class Heard { kUevent, kLost, kStopped };

  /** Waits for the next uevent, or for Stop. A socket that fails has lost the last one, and is stopped then. */
  Heard Next(Uevent* uevent);

  /** Has Next return at once, now and from then on. May be called by any thread, any number of times. */
  void Stop();

 private:
  enum class Received { kNothing, kUevent, kLost, kFailed };

  Received Receive(Uevent* uevent);

  const std::set<std::string> subsystems_;
  int socket_ = -1;
  int stop_ = -1;
};

}  // namespace storwarden
