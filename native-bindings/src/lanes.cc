#include "lanes.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <utility>

namespace storwarden {

namespace {

constexpr std::chrono::seconds kIdle(5);
/** The kernel's frames are not on it, and ours are small. */
constexpr size_t kStackBytes = 256 * 1024;
/** What the kernel keeps of the name of a thread. */
constexpr size_t kNameBytes = 15;

/** So that top(1) shows which device a thread is stuck at. */
void SetThreadName(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, kNameBytes).c_str());
}

}  // namespace

std::atomic<int> InSystemCall::threads_{0};

Lanes& Lanes::OfProcess() {
  static Lanes* const lanes = new Lanes;
  return *lanes;
}

int Lanes::Run(const std::string& name, Work work) {
  std::lock_guard<std::mutex> lock(mutex_);
  Lane& lane = lanes_[name];
  lane.waiting.push_back(std::move(work));
  if (lane.taken || lane.waiting.size() > 1) return 0;
  ready_.push_back(name);
  if (idle_ > 0) {
    work_.notify_one();
    return 0;
  }
  const int error = starting_ ? 0 : StartThread();
  // As long as there is any thread, it will come to it.
  if (error == 0 || threads_ > 0) return 0;
  ready_.pop_back();
  lanes_.erase(name);
  return error;
}

int Lanes::StartThread() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  // A signal that one of these threads handled would interrupt its system call, and leave the command alone.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const auto serve = [](void* lanes) -> void* {
    static_cast<Lanes*>(lanes)->Serve();
    return nullptr;
  };
  const int error = pthread_create(&thread, &attributes, serve, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error == 0) {
    starting_ = true;
    ++threads_;
  }
  return error;
}

void Lanes::Serve() {
  std::unique_lock<std::mutex> lock(mutex_);
  starting_ = false;
  for (;;) {
    while (!ready_.empty()) Take(lock);
    SetThreadName("idle lane");
    ++idle_;
    const bool found = work_.wait_for(lock, kIdle, [this] { return !ready_.empty(); });
    --idle_;
    if (!found) break;
  }
  --threads_;
}

void Lanes::Take(std::unique_lock<std::mutex>& lock) {
  const std::string name = std::move(ready_.front());
  ready_.pop_front();
  // This one may never come back.
  StartAnotherIfNeeded();
  // What is in a map stays where it is, and only who took a lane removes it.
  Lane& lane = lanes_.at(name);
  lane.taken = true;
  Work work = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  lock.unlock();
  SetThreadName(name);
  work();
  work = nullptr;
  lock.lock();
  lane.taken = false;
  if (lane.waiting.empty()) {
    lanes_.erase(name);
  } else {
    ready_.push_back(name);
  }
}

void Lanes::StartAnotherIfNeeded() {
  if (ready_.empty() || starting_) return;
  if (idle_ > 0) {
    work_.notify_one();
  } else {
    StartThread();
  }
}

}  // namespace storwarden
