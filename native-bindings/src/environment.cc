#include "environment.h"

namespace storwarden {

Environment::~Environment() {
  for (const auto& [number, weak] : sockets) {
    if (const auto socket = weak.lock()) socket->Stop();
  }
}

uint32_t Environment::Keep(const Napi::Function& callback) {
  callbacks_.emplace(++last_, Napi::Persistent(callback));
  return last_;
}

void Environment::Call(Napi::Env env, uint32_t callback, napi_value argument) {
  const auto found = callbacks_.find(callback);
  if (found == callbacks_.end()) return;
  // It may forget itself while it runs.
  const Napi::Function function = found->second.Value();
  try {
    function.Call({argument});
  } catch (const Napi::Error& error) {
    napi_fatal_exception(env, error.Value());
  }
}

Napi::Error ErrorOf(Napi::Env env, const SystemError& error, const std::string& what) {
  const std::string code = ErrnoName(error.code);
  Napi::Error made = Napi::Error::New(env, std::string(error.syscall) + " " + what + ": " + code);
  made.Set("code", code);
  made.Set("syscall", error.syscall);
  return made;
}

std::string StringOf(const Napi::Value& value, const char* name) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a string");
  std::string string = value.As<Napi::String>();
  // It would be another path for the kernel, which reads to the first NUL.
  if (string.find('\0') == std::string::npos) return string;
  throw Napi::TypeError::New(value.Env(), std::string(name) + " has a NUL in it");
}

std::vector<std::string> StringsOf(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not an array");
  const auto array = value.As<Napi::Array>();
  std::vector<std::string> strings;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    const Napi::HandleScope scope(value.Env());
    strings.push_back(StringOf(array[index], name));
  }
  return strings;
}

std::vector<uint8_t> BytesOf(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a Uint8Array");
  }
  const auto bytes = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(bytes.Data(), bytes.Data() + bytes.ByteLength());
}

uint32_t NumberOf(const Napi::Value& value, const char* name, uint32_t max) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (number >= 0 && number <= max) {
    const auto whole = static_cast<uint32_t>(number);
    if (whole == number) return whole;
  }
  throw Napi::RangeError::New(value.Env(), std::string(name) + " is not a whole number up to " + std::to_string(max));
}

Napi::Function FunctionOf(const Napi::Value& value, const char* name) {
  if (!value.IsFunction()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a function");
  return value.As<Napi::Function>();
}

}  // namespace storwarden
