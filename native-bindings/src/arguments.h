#pragma once

#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

#include "values.h"

// What JavaScript hands over; a TypeError or RangeError names what is wrong.

namespace storwarden {

std::string StringFrom(const Napi::Value& value, const char* name);
std::vector<std::string> StringsFrom(const Napi::Value& value, const char* name);
std::vector<uint8_t> BytesFrom(const Napi::Value& value, const char* name);
uint32_t NumberFrom(const Napi::Value& value, const char* name, uint32_t max);
Napi::Function FunctionFrom(const Napi::Value& value, const char* name);

/** The promise that the work will settle; what the work throws at once rejects it. */
template <typename Work>
Napi::Value Promised(Napi::Env env, Work work) {
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  if (napi_create_promise(env, &deferred, &promise) != napi_ok) throw Napi::Error::New(env);
  try {
    work(deferred);
  } catch (const Napi::Error& error) {
    napi_reject_deferred(env, deferred, error.Value());
  }
  return {env, promise};
}

/** To be thrown: the error for a failed system call. */
inline Napi::Error Thrown(Napi::Env env, const SystemError& error, const std::string& what) {
  return {env, ErrorOf(env, error, what)};
}

}  // namespace storwarden
