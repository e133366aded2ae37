#include "arguments.h"

namespace storwarden {

std::string StringFrom(const Napi::Value& value, const char* name) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a string");
  std::string string = value.As<Napi::String>();
  // It would be another path for the kernel, which reads to the first NUL.
  if (string.find('\0') == std::string::npos) return string;
  throw Napi::TypeError::New(value.Env(), std::string(name) + " has a NUL in it");
}

std::vector<std::string> StringsFrom(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not an array");
  const auto array = value.As<Napi::Array>();
  std::vector<std::string> strings;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    const Napi::HandleScope scope(value.Env());
    strings.push_back(StringFrom(array[index], name));
  }
  return strings;
}

std::vector<uint8_t> BytesFrom(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a Uint8Array");
  }
  const auto bytes = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(bytes.Data(), bytes.Data() + bytes.ByteLength());
}

uint32_t NumberFrom(const Napi::Value& value, const char* name, uint32_t max) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (number >= 0 && number <= max) {
    const auto whole = static_cast<uint32_t>(number);
    if (whole == number) return whole;
  }
  throw Napi::RangeError::New(value.Env(), std::string(name) + " is not a whole number up to " + std::to_string(max));
}

Napi::Function FunctionFrom(const Napi::Value& value, const char* name) {
  if (!value.IsFunction()) throw Napi::TypeError::New(value.Env(), std::string(name) + " is not a function");
  return value.As<Napi::Function>();
}

}  // namespace storwarden
