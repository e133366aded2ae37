#include "values.h"

#include <algorithm>

namespace storwarden {

napi_value TextOf(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value NumberOf(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value Uint8ArrayOf(napi_env env, const std::vector<uint8_t>& bytes) {
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, bytes.size(), &data, &buffer) != napi_ok) return nullptr;
  std::copy(bytes.begin(), bytes.end(), static_cast<uint8_t*>(data));
  napi_create_typedarray(env, napi_uint8_array, bytes.size(), buffer, 0, &array);
  return array;
}

napi_value BufferOf(napi_env env, const std::string& bytes) {
  napi_value buffer = nullptr;
  napi_create_buffer_copy(env, bytes.size(), bytes.data(), nullptr, &buffer);
  return buffer;
}

napi_value ObjectOf(napi_env env, const Properties& properties) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  for (const auto& [name, value] : properties) napi_set_property(env, object, TextOf(env, name), value);
  return object;
}

napi_value ErrorOf(napi_env env, const SystemError& error, const std::string& what) {
  const napi_value code = TextOf(env, ErrnoName(error.code));
  const std::string message = std::string(error.syscall) + " " + what + ": " + ErrnoName(error.code);
  napi_value made = nullptr;
  napi_create_error(env, code, TextOf(env, message), &made);
  napi_set_named_property(env, made, "syscall", TextOf(env, error.syscall));
  return made;
}

void Call(napi_env env, napi_ref reference, napi_value argument) {
  napi_value function = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env, reference, &function);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, function, 1, &argument, nullptr) != napi_pending_exception) return;
  napi_value thrown = nullptr;
  if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) napi_fatal_exception(env, thrown);
}

}  // namespace storwarden
