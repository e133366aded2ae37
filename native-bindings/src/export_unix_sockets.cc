// peerOf() and takeListener() of src/host/native.ts.

#include <limits.h>

#include "arguments.h"
#include "exports.h"
#include "unix_sockets.h"

namespace storwarden {

namespace {

int DescriptorFrom(const Napi::CallbackInfo& info) {
  return static_cast<int>(NumberFrom(info[0], "descriptor", INT_MAX));
}

}  // namespace

Napi::Value ReadPeer(const Napi::CallbackInfo& info) {
  ucred peer = {};
  if (const SystemError error = PeerOf(DescriptorFrom(info), &peer)) throw Thrown(info.Env(), error, "peer");
  return {info.Env(), ObjectOf(info.Env(), {{"pid", NumberOf(info.Env(), peer.pid)},
                                            {"uid", NumberOf(info.Env(), peer.uid)},
                                            {"gid", NumberOf(info.Env(), peer.gid)}})};
}

Napi::Value TakeListeningSocket(const Napi::CallbackInfo& info) {
  if (const SystemError error = TakeListener(DescriptorFrom(info))) throw Thrown(info.Env(), error, "listener");
  return info.Env().Undefined();
}

}  // namespace storwarden
