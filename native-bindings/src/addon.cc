// The addon: what src/host/native.ts declares.

#include <napi.h>

#include "arguments.h"
#include "environment.h"
#include "exports.h"
#include "lanes.h"
#include "notify.h"
#include "tcp_listeners.h"

namespace storwarden {

namespace {

Napi::Value SendNotification(const Napi::CallbackInfo& info) {
  const std::string socket = StringFrom(info[0], "socket");
  if (const SystemError error = Notify(socket, StringFrom(info[1], "message"))) {
    throw Thrown(info.Env(), error, socket);
  }
  return info.Env().Undefined();
}

/** As src/host/native.ts says: bytes as hex digits. */
Napi::Value ReadTcpListeners(const Napi::CallbackInfo& info) {
  std::vector<TcpListener> listeners;
  if (const SystemError error = ListTcpListeners(&listeners)) throw Thrown(info.Env(), error, "TCP listeners");
  const auto listener = [](napi_env env, const TcpListener& one) {
    static const char kDigits[] = "0123456789abcdef";
    std::string address;
    for (const unsigned char byte : one.address) address.append({kDigits[byte >> 4], kDigits[byte & 15]});
    return ObjectOf(env, {{"address", TextOf(env, address)}, {"port", NumberOf(env, one.port)}});
  };
  return {info.Env(), ArrayOf(info.Env(), listeners, listener)};
}

Napi::Value Busy(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), InSystemCall::Threads()); }

Napi::Object Load(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Environment(env));
  exports.Set("sgIo", Napi::Function::New(env, SendSgIo, "sgIo"));
  exports.Set("read", Napi::Function::New(env, ReadPaths, "read"));
  exports.Set("readAttributes", Napi::Function::New(env, ReadAttributes, "readAttributes"));
  exports.Set("uevents", Napi::Function::New(env, HearUevents, "uevents"));
  exports.Set("notify", Napi::Function::New(env, SendNotification, "notify"));
  exports.Set("peerOf", Napi::Function::New(env, ReadPeer, "peerOf"));
  exports.Set("takeListener", Napi::Function::New(env, TakeListeningSocket, "takeListener"));
  exports.Set("sendEach", Napi::Function::New(env, SendToEach, "sendEach"));
  exports.Set("tcpListeners", Napi::Function::New(env, ReadTcpListeners, "tcpListeners"));
  exports.Set("busy", Napi::Function::New(env, Busy, "busy"));
  return exports;
}

NODE_API_MODULE(storwarden, Load)

}  // namespace

}  // namespace storwarden
