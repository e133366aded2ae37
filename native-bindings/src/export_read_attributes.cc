#include <errno.h>
#include <string.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "arguments.h"
#include "environment.h"
#include "exports.h"
#include "lanes.h"
#include "read_attributes.h"

namespace storwarden {

namespace {

/** What was read and is not handed over yet. */
struct Portion {
  std::mutex mutex;
  std::vector<AttributeRead> read;

  /** Whether it is the first, of which the event loop has to be told. */
  bool Add(AttributeRead attribute) {
    std::lock_guard<std::mutex> lock(mutex);
    read.push_back(std::move(attribute));
    return read.size() == 1;
  }

  std::vector<AttributeRead> Take() {
    std::lock_guard<std::mutex> lock(mutex);
    return std::exchange(read, {});
  }
};

napi_value AttributeOf(napi_env env, const AttributeRead& read) {
  if (read.error == 0) return TextOf(env, read.text);
  if (read.error != ENOENT) return ObjectOf(env, {{"errno", TextOf(env, ErrnoName(read.error))}});
  napi_value nothing = nullptr;
  napi_get_null(env, &nothing);
  return nothing;
}

void HandOver(napi_env env, Portion& portion, uint32_t on_read) {
  const auto read = portion.Take();
  if (!read.empty()) Environment::Of(env).CallBack(env, on_read, ArrayOf(env, read, AttributeOf));
}

/** A directory and the names in it, each with a NUL behind it: names are many, and each string takes its time. */
struct Asked {
  std::string names;
  uint32_t links;
};

std::vector<Asked> AskedFrom(const Napi::Value& value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "asked is not an array");
  const auto array = value.As<Napi::Array>();
  std::vector<Asked> asked;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    const Napi::HandleScope scope(value.Env());
    const Napi::Value item = array[index];
    if (!item.IsObject()) throw Napi::TypeError::New(value.Env(), "asked is not an object");
    const auto object = item.As<Napi::Object>();
    const Napi::Value names = object.Get("names");
    if (!names.IsString()) throw Napi::TypeError::New(value.Env(), "names is not a string");
    asked.push_back({names.As<Napi::String>(), NumberFrom(object.Get("links"), "links", UINT32_MAX)});
  }
  return asked;
}

/**
 * Reads what is asked of one directory: its path comes first, and links last. After EAGAIN no more texts are: whoever
 * answers it has waited long, and would again.
 */
template <typename Add>
void ReadAsked(const Asked& asked, Add add) {
  const InSystemCall counted;
  const char* const end = asked.names.c_str() + asked.names.size();
  const char* name = asked.names.c_str();
  const auto count = std::count(name, end, '\0');
  const AttributeDirectory directory(name);
  bool is_queued = false;
  for (auto left = count; left > 0; --left) {
    name += strlen(name) + 1;
    if (left <= asked.links) {
      add(directory.Link(name));
      continue;
    }
    AttributeRead read = is_queued ? AttributeRead{EAGAIN, {}} : directory.Text(name);
    is_queued = read.error == EAGAIN;
    add(std::move(read));
  }
}

}  // namespace

Napi::Value ReadAttributes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Promised(env, [&](napi_deferred deferred) {
    Environment& here = Environment::Of(env);
    const std::string lane = "read " + StringFrom(info[0], "lane");
    const auto asked = std::make_shared<const std::vector<Asked>>(AskedFrom(info[1]));
    const uint32_t on_read = here.Keep(FunctionFrom(info[2], "onRead"));

    const auto work = [asked, deferred, on_read, outbox = here.outbox] {
      const auto portion = std::make_shared<Portion>();
      const auto hand_over = [portion, on_read](napi_env env) { HandOver(env, *portion, on_read); };
      const auto add = [&](AttributeRead read) {
        if (portion->Add(std::move(read))) outbox->PostSoon(hand_over);
      };
      for (const Asked& one : *asked) {
        if (outbox->IsClosed()) break;
        ReadAsked(one, add);
      }
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
