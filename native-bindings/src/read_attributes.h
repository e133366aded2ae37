#pragma once

#include <string>

namespace storwarden {

/** The text of a file, where a link leads as it is written in it, or why neither is known. */
struct AttributeRead {
  /** 0 where it was read. */
  int error = 0;
  std::string text;
};

/**
 * Opens the directory once, and what is asked from there: in sysfs half the time goes into finding a file. Where the
 * file system can hold no device that could be opened, a file need not be looked at before it is: those of sysfs are
 * none, and others are not opened where the mount says `nodev`. Everywhere else, and where openat2(2) is missing, it
 * is looked at first.
 */
class AttributeDirectory {
 public:
  explicit AttributeDirectory(const char* path);
  ~AttributeDirectory();
  AttributeDirectory(const AttributeDirectory&) = delete;
  AttributeDirectory& operator=(const AttributeDirectory&) = delete;

  AttributeRead Text(const char* name) const;
  AttributeRead Link(const char* name) const;

 private:
  /** The descriptor; -1 where there is none, and why. */
  int Open(const char* name, int* error) const;

  int directory_ = -1;
  int error_ = 0;
  /** Whether nothing that is opened in it, and on the same mount, can be a device. */
  bool has_no_devices_ = false;
  /** Whether everything that can be opened is a file or a directory. */
  bool is_sysfs_ = false;
  /** Whether a read that returns less than a page has reached the end. */
  bool ends_short_ = false;
};

}  // namespace storwarden
