#include <mutex>
#include <utility>

#include "arguments.h"
#include "environment.h"
#include "exports.h"
#include "lanes.h"
#include "uevents.h"

namespace storwarden {

namespace {

/** As many as an event loop that does not come round may leave waiting; what comes then is lost. */
constexpr size_t kMaxWaiting = 10'000;

/** Uevents that were heard and are not handed over yet; none where some were lost. */
struct Waiting {
  std::mutex mutex;
  std::vector<std::optional<Uevent>> uevents;

  /** Whether it is the first, of which the event loop has to be told. */
  bool Add(std::optional<Uevent> uevent) {
    std::lock_guard<std::mutex> lock(mutex);
    if (uevents.size() > kMaxWaiting) return false;
    if (uevents.size() == kMaxWaiting) uevent.reset();
    uevents.push_back(std::move(uevent));
    return uevents.size() == 1;
  }

  std::vector<std::optional<Uevent>> Take() {
    std::lock_guard<std::mutex> lock(mutex);
    return std::exchange(uevents, {});
  }
};

napi_value UeventOf(napi_env env, const std::optional<Uevent>& uevent) {
  if (!uevent) return ObjectOf(env, {{"kind", TextOf(env, "lost")}});
  Properties properties;
  for (const auto& [key, value] : uevent->properties) properties.emplace_back(key, TextOf(env, value));
  return ObjectOf(env, {
                           {"kind", TextOf(env, "uevent")},
                           {"action", TextOf(env, uevent->action)},
                           {"devicePath", TextOf(env, uevent->device_path)},
                           {"subsystem", TextOf(env, uevent->subsystem)},
                           {"properties", ObjectOf(env, properties)},
                       });
}

void HandOver(napi_env env, Waiting& waiting, uint32_t on_uevent) {
  for (const auto& uevent : waiting.Take()) {
    const Scope scope(env);
    Environment::Of(env).CallBack(env, on_uevent, UeventOf(env, uevent));
  }
}

void Hear(UeventSocket& socket, Outbox& outbox, uint32_t on_uevent) {
  const auto waiting = std::make_shared<Waiting>();
  for (;;) {
    Uevent uevent;
    const UeventSocket::Heard heard = socket.Next(&uevent);
    if (heard == UeventSocket::Heard::kStopped) return;
    const bool is_first = heard == UeventSocket::Heard::kLost ? waiting->Add(std::nullopt)
                                                              : waiting->Add(std::move(uevent));
    if (is_first) outbox.Post([waiting, on_uevent](napi_env env) { HandOver(env, *waiting, on_uevent); });
  }
}

}  // namespace

Napi::Value HearUevents(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Environment& here = Environment::Of(env);
  const std::vector<std::string> subsystems = StringsFrom(info[0], "subsystem");
  const Napi::Function callback = FunctionFrom(info[1], "onUevent");
  const auto socket = std::make_shared<UeventSocket>(std::set(subsystems.begin(), subsystems.end()));
  if (const SystemError error = socket->Open()) throw Thrown(env, error, "uevents");

  const uint32_t on_uevent = here.Keep(callback);
  const auto work = [socket, on_uevent, outbox = here.outbox] { Hear(*socket, *outbox, on_uevent); };
  // Its own, so that it waits for no other: the address of the socket is nobody else's.
  const std::string lane = "uevents " + std::to_string(reinterpret_cast<uintptr_t>(socket.get()));
  const int error = Lanes::OfDevices().Run(lane, work);
  if (error != 0) {
    here.Forget(on_uevent);
    throw Thrown(env, {error, "pthread_create"}, "uevents");
  }
  here.sockets[on_uevent] = socket;

  Napi::Object subscription = Napi::Object::New(env);
  // The thread alone owns it, so that it is closed when that has stopped and not when this is collected.
  const auto close = [weak = std::weak_ptr(socket), on_uevent](const Napi::CallbackInfo& info) {
    Environment& here = Environment::Of(info.Env());
    here.sockets.erase(on_uevent);
    here.Forget(on_uevent);
    if (const auto socket = weak.lock()) socket->Stop();
  };
  subscription.Set("close", Napi::Function::New(env, close, "close"));
  return subscription;
}

}  // namespace storwarden
