#pragma once

#include <napi.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "errors.h"
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

  static Environment& Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  /** Keeps a function of JavaScript, whose name among threads is the number. */
  uint32_t Keep(const Napi::Function& callback);
  void Forget(uint32_t callback) { callbacks_.erase(callback); }
  /** Calls it, unless it was forgotten. What it throws nobody can catch: it is an uncaught exception. */
  void Call(Napi::Env env, uint32_t callback, napi_value argument);

  const std::shared_ptr<Outbox> outbox;
  /** Stopped when the environment ends. */
  std::map<uint32_t, std::weak_ptr<UeventSocket>> sockets;

 private:
  std::map<uint32_t, Napi::FunctionReference> callbacks_;
  uint32_t last_ = 0;
};

/** The error that is thrown for a failed system call: NativeError in src/host/native.ts. */
Napi::Error ErrorOf(Napi::Env env, const SystemError& error, const std::string& what);

/** Arguments; they throw a TypeError or RangeError that names what is wrong. */
std::string StringOf(const Napi::Value& value, const char* name);
std::vector<std::string> StringsOf(const Napi::Value& value, const char* name);
std::vector<uint8_t> BytesOf(const Napi::Value& value, const char* name);
uint32_t NumberOf(const Napi::Value& value, const char* name, uint32_t max);
Napi::Function FunctionOf(const Napi::Value& value, const char* name);

/** The promise that the work will settle; what the work throws at once rejects it. */
template <typename Work>
Napi::Value Promised(Napi::Env env, Work work) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  try {
    work(deferred);
  } catch (const Napi::Error& error) {
    deferred.Reject(error.Value());
  }
  return deferred.Promise();
}

}  // namespace storwarden
