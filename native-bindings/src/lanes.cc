#include "lanes.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <climits>
#include <thread>
#include <utility>

namespace storwarden {

namespace {

constexpr std::chrono::seconds kIdle(5);
/** Files of the kernel take some hundredths of it. */
constexpr std::chrono::milliseconds kPrompt(1);
constexpr int kFilesAtOnce = 2;
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

// They outlive everything: a thread may sit in a system call while the process ends.
Lanes& Lanes::OfDevices() {
  static Lanes* const lanes = new Lanes(INT_MAX);
  return *lanes;
}

Lanes& Lanes::OfFiles() {
  static Lanes* const lanes = new Lanes(kFilesAtOnce);
  return *lanes;
}

int Lanes::Run(const std::string& name, Work work) {
  std::lock_guard<std::mutex> lock(mutex_);
  Lane& lane = lanes_[name];
  lane.waiting.push_back(std::move(work));
  if (lane.taken || lane.waiting.size() > 1) return 0;
  ready_.push_back(name);
  const int error = CallThread();
  // As long as there is any thread, it will come to it.
  if (error == 0 || threads_ > 0) return 0;
  ready_.pop_back();
  lanes_.erase(name);
  return error;
}

/** Whenever a thread is needed, one that is idle has been called, or one is starting. */
int Lanes::CallThread() {
  if (!IsThreadNeeded() || starting_) return 0;
  if (idle_ == 0) return StartThread();
  needed_.notify_one();
  return 0;
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
  SetThreadName("idle lane");
  std::unique_lock<std::mutex> lock(mutex_);
  starting_ = false;
  for (;;) {
    ++idle_;
    const bool needed = needed_.wait_for(lock, kIdle, [this] { return IsThreadNeeded(); });
    --idle_;
    if (!needed) break;
    if (working_ < at_once_ || AreStuck(lock)) Take(lock);
  }
  --threads_;
}

/** Waits for those at work to get on, as long as they may take; from then on they do not count. */
bool Lanes::AreStuck(std::unique_lock<std::mutex>& lock) {
  const uint64_t before = taken_;
  watching_ = true;
  lock.unlock();
  std::this_thread::sleep_for(kPrompt);
  lock.lock();
  watching_ = false;
  if (ready_.empty() || taken_ != before) return false;
  ++epoch_;
  working_ = 0;
  return true;
}

void Lanes::Take(std::unique_lock<std::mutex>& lock) {
  const std::string name = std::move(ready_.front());
  ready_.pop_front();
  const uint64_t epoch = epoch_;
  ++working_;
  ++taken_;
  // This one may never come back.
  CallThread();
  // What is in a map stays where it is, and only who took a lane removes it.
  Lane& lane = lanes_.at(name);
  lane.taken = true;
  Work work = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  lock.unlock();
  SetThreadName(name);
  work();
  // What it holds may wait for our own lock as it goes.
  work = nullptr;
  SetThreadName("idle lane");
  lock.lock();
  if (epoch == epoch_) --working_;
  lane.taken = false;
  if (lane.waiting.empty()) {
    lanes_.erase(name);
  } else {
    ready_.push_back(name);
  }
}

}  // namespace storwarden
