#pragma once

#include <napi.h>

// The methods of Native in src/host/native.ts that take more than a line: arguments, threads and answers.

namespace storwarden {

Napi::Value SendSgIo(const Napi::CallbackInfo& info);
Napi::Value ReadPaths(const Napi::CallbackInfo& info);
Napi::Value ReadAttributes(const Napi::CallbackInfo& info);
Napi::Value HearUevents(const Napi::CallbackInfo& info);
Napi::Value ReadPeer(const Napi::CallbackInfo& info);
Napi::Value SendToEach(const Napi::CallbackInfo& info);
Napi::Value TakeListeningSocket(const Napi::CallbackInfo& info);

}  // namespace storwarden
