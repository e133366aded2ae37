// sendEach() of src/host/native.ts.

#include <limits.h>

#include "exports.h"
#include "send_each.h"

namespace storwarden {

namespace {

/** The array itself: what is in it is used before the call returns. */
template <typename Array>
Array ArrayFrom(const Napi::Value& value, napi_typedarray_type type, const char* what) {
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == type) return value.As<Array>();
  throw Napi::TypeError::New(value.Env(), what);
}

}  // namespace

Napi::Value SendToEach(const Napi::CallbackInfo& info) {
  const auto files = ArrayFrom<Napi::Int32Array>(info[0], napi_int32_array, "descriptors is not an Int32Array");
  const auto bytes = ArrayFrom<Napi::Uint8Array>(info[1], napi_uint8_array, "bytes is not a Uint8Array");
  if (bytes.ByteLength() > INT_MAX) throw Napi::RangeError::New(info.Env(), "bytes are too many");
  auto taken = Napi::Int32Array::New(info.Env(), files.ElementLength());
  SendEach(files.Data(), files.ElementLength(), bytes.Data(), bytes.ByteLength(), taken.Data());
  return taken;
}

}  // namespace storwarden
