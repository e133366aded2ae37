#pragma once

#include <napi.h>

#include <cstdint>
#include <map>
#include <memory>

#include "outbox.h"
#include "uevents.h"

namespace storwarden {

/** What belongs to one environment of Node, the main thread's or that of a worker. Used on its thread alone. */
class Environment {
 public:
  explicit Environment(Napi::Env env) : outbox(Outbox::Open(env)) {}
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  static Environment& Of(napi_env env);

  /** Keeps a function of JavaScript, whose name among threads is the number. */
  uint32_t Keep(const Napi::Function& callback);
  void Forget(uint32_t callback) { callbacks_.erase(callback); }
  /** Calls it, unless it was forgotten. */
  void CallBack(napi_env env, uint32_t callback, napi_value argument);

  const std::shared_ptr<Outbox> outbox;
  /** Stopped when the environment ends. */
  std::map<uint32_t, std::weak_ptr<UeventSocket>> sockets;

 private:
  std::map<uint32_t, Napi::FunctionReference> callbacks_;
  uint32_t last_ = 0;
};

}  // namespace storwarden
