#pragma once

#include <node_api.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "errors.h"

// What threads hand to JavaScript, made by Node-API itself and not by its C++ wrapper: where an environment is
// being ended, all of these calls fail, which is of no consequence, and the wrapper would end the process.

namespace storwarden {

using Properties = std::vector<std::pair<std::string, napi_value>>;

napi_value TextOf(napi_env env, const std::string& text);
napi_value NumberOf(napi_env env, double number);
napi_value Uint8ArrayOf(napi_env env, const std::vector<uint8_t>& bytes);
napi_value BufferOf(napi_env env, const std::string& bytes);
napi_value ObjectOf(napi_env env, const Properties& properties);

/** An array of what `make` makes of each item. */
template <typename Items, typename Make>
napi_value ArrayOf(napi_env env, const Items& items, Make make);

/** The error for a failed system call: NativeError in src/host/native.ts. */
napi_value ErrorOf(napi_env env, const SystemError& error, const std::string& what);

/** Calls the function. What it throws nobody can catch: it is an uncaught exception, as anywhere in Node. */
void Call(napi_env env, napi_ref function, napi_value argument);

/** Values that were made within it are let go at its end. */
class Scope {
 public:
  explicit Scope(napi_env env) : env_(env) { napi_open_handle_scope(env, &scope_); }
  ~Scope() {
    if (scope_ != nullptr) napi_close_handle_scope(env_, scope_);
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  const napi_env env_;
  napi_handle_scope scope_ = nullptr;
};

template <typename Items, typename Make>
napi_value ArrayOf(napi_env env, const Items& items, Make make) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, items.size(), &array);
  uint32_t index = 0;
  for (const auto& item : items) {
    const Scope scope(env);
    napi_set_element(env, array, index++, make(env, item));
  }
  return array;
}

}  // namespace storwarden
