#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "arguments.h"
#include "environment.h"
#include "lanes.h"

namespace storwarden {

/** What was read and is not handed over yet. */
template <typename Item>
class Portion {
 public:
  /** Whether it is the first, of which the event loop has to be told. */
  bool Add(Item item) {
    std::lock_guard<std::mutex> lock(mutex_);
    items_.push_back(std::move(item));
    return items_.size() == 1;
  }

  std::vector<Item> Take() {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(items_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Item> items_;
};

/**
 * Reads in the lane that the first argument names, and hands over to the function that is the third what is read, in
 * portions; the promise that is returned resolves when all is. `prepare` makes what reads out of the second: called in
 * the lane, with what takes each item, and with what says whether nobody wants them any more.
 */
template <typename Item, typename Prepare>
Napi::Value ReadInPortions(const Napi::CallbackInfo& info, napi_value (*item_of)(napi_env, const Item&),
                           Prepare prepare) {
  const Napi::Env env = info.Env();
  return Promised(env, [&](napi_deferred deferred) {
    Environment& here = Environment::Of(env);
    const std::string lane = "read " + StringFrom(info[0], "lane");
    const auto read = prepare(info[1]);
    const uint32_t on_read = here.Keep(FunctionFrom(info[2], "onRead"));

    const auto work = [read, item_of, deferred, on_read, outbox = here.outbox] {
      const auto portion = std::make_shared<Portion<Item>>();
      const auto hand_over = [portion, item_of, on_read](napi_env env) {
        const auto items = portion->Take();
        if (items.empty()) return;
        Environment::Of(env).CallBack(env, on_read, ArrayOf(env, items, item_of));
      };
      const auto add = [&](Item item) {
        if (portion->Add(std::move(item))) outbox->PostSoon(hand_over);
      };
      read(add, [&] { return outbox->IsClosed(); });
      outbox->Post([hand_over, deferred, on_read](napi_env env) {
        hand_over(env);
        Environment::Of(env).Forget(on_read);
        napi_value nothing = nullptr;
        napi_get_undefined(env, &nothing);
        napi_resolve_deferred(env, deferred, nothing);
      });
    };
    const int error = Lanes::OfFiles().Run(lane, work);
    if (error == 0) return;
    here.Forget(on_read);
    throw Thrown(env, {error, "pthread_create"}, lane);
  });
}

}  // namespace storwarden
