#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace storwarden {

/**
 * What threads have to say to the event loop of one environment of Node. It does not keep the process alive.
 * When the environment is gone, whatever is posted is dropped, on the thread that posts it: a letter therefore
 * must not own anything of JavaScript.
 */
class Outbox : public std::enable_shared_from_this<Outbox> {
 public:
  using Letter = std::function<void(napi_env)>;

  static std::shared_ptr<Outbox> Open(Napi::Env env);

  /** Has the event loop run it, after all that was posted before. */
  void Post(Letter letter);

  /** The same within some milliseconds, so that what comes in great number wakes the event loop seldom. */
  void PostSoon(Letter letter);

  bool IsClosed();

 private:
  static void Deliver(napi_env env, napi_value, void* context, void*);
  static void Close(napi_env, void* holder, void*);

  void Wake();

  std::mutex mutex_;
  napi_threadsafe_function wake_ = nullptr;
  std::vector<Letter> letters_;
  bool woken_ = false;
  bool waiting_ = false;
  bool closed_ = false;
};

}  // namespace storwarden
