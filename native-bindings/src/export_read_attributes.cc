#include <errno.h>
#include <string.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "exports.h"
#include "read_attributes.h"
#include "read_in_portions.h"

namespace storwarden {

namespace {

napi_value AttributeOf(napi_env env, const AttributeRead& read) {
  if (read.error == 0) return TextOf(env, read.text);
  if (read.error != ENOENT) return ObjectOf(env, {{"errno", TextOf(env, ErrnoName(read.error))}});
  napi_value nothing = nullptr;
  napi_get_null(env, &nothing);
  return nothing;
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
  return ReadInPortions<AttributeRead>(info, AttributeOf, [](const Napi::Value& value) {
    const auto asked = std::make_shared<const std::vector<Asked>>(AskedFrom(value));
    return [asked](auto add, auto is_closed) {
      for (const Asked& one : *asked) {
        if (is_closed()) break;
        ReadAsked(one, add);
      }
    };
  });
}

}  // namespace storwarden
