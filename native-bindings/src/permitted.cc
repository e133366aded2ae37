#include "permitted.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace storwarden {

namespace {

struct Command {
  uint8_t operation_code;
  bool read_safe;
};

constexpr uint8_t kLogSense = 0x4d;
constexpr uint8_t kServiceActionIn16 = 0x9e;
constexpr uint8_t kReadCapacity16 = 0x10;

constexpr Command kPermitted[] = {
    {0x00, true},   // TEST UNIT READY
    {0x03, true},   // REQUEST SENSE
    {0x12, true},   // INQUIRY
    {0x1a, true},   // MODE SENSE(6)
    {0x25, true},   // READ CAPACITY(10)
    {0x34, false},  // READ POSITION
    {0x44, true},   // REPORT DENSITY SUPPORT; the kernel knows the code as READ HEADER of MMC
    {0x4d, true},   // LOG SENSE
    {0x5a, true},   // MODE SENSE(10)
    {0x5e, false},  // PERSISTENT RESERVE IN
    {0x8c, false},  // READ ATTRIBUTE
    {0x9e, true},   // SERVICE ACTION IN(16): READ CAPACITY(16) only
    {0xa0, true},   // REPORT LUNS
    {0xb8, false},  // READ ELEMENT STATUS
};

const Command* Find(uint8_t operation_code) {
  const auto found = std::find_if(std::begin(kPermitted), std::end(kPermitted), [&](const Command& command) {
    return command.operation_code == operation_code;
  });
  return found == std::end(kPermitted) ? nullptr : found;
}

}  // namespace

bool IsGenericNode(const std::string& path) {
  constexpr char kPrefix[] = "/dev/sg";
  constexpr size_t kLength = sizeof kPrefix - 1;
  if (path.size() <= kLength || path.compare(0, kLength, kPrefix) != 0) return false;
  return std::all_of(path.begin() + kLength, path.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool IsPermitted(const std::vector<uint8_t>& cdb) {
  // The shortest CDB has six bytes; the kernel takes none that is shorter (sg.c, EMSGSIZE). Of those in the table
  // none has more than sixteen, and the kernel has one byte for the length: 262 would be six.
  if (cdb.size() < 6 || cdb.size() > 16 || Find(cdb[0]) == nullptr) return false;
  // SPC-5 6.7: SP has the device save its parameters; bit 1 is PPC, obsolete.
  if (cdb[0] == kLogSense) return (cdb[1] & 0x03) == 0;
  if (cdb[0] == kServiceActionIn16) return (cdb[1] & 0x1f) == kReadCapacity16;
  return true;
}

bool IsReadSafe(uint8_t operation_code) {
  const Command* command = Find(operation_code);
  return command != nullptr && command->read_safe;
}

}  // namespace storwarden
