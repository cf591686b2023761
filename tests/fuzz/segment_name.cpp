// Text as the name of a segment: no name, or one that is spelled exactly so; and numbers as a name: what is
// written is read again.
#include <limits>

#include <pinion/shm/error.hpp>
#include <pinion/shm/segment_file.hpp>
#include <pinion/shm/segment_name.hpp>

#include "input.hpp"
#include "memory_watch.hpp"
#include "require.hpp"
#include "target.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

constexpr std::size_t longest = 96;

void check_text(std::string_view text) {
  const auto name = parse_segment_name(text);
  if (!name)
    return;
  require(to_string(*name) == text, "a name has one spelling", std::string(text));
  require(text.size() <= longest && text.find('/', 1) == std::string_view::npos && text[0] == '/',
          "a name is a short one in one directory", std::string(text));
  static_cast<void>(owner_alive(name->owner));
}

// Nothing of this program has a segment, so whatever is opened here is wrong; nothing is mapped.
void check_open(const std::string& text) {
  try {
    const auto opened = open_segment(text, access::read);
    require(parse_segment_name(text).has_value(), "only a segment is opened", text);
  } catch (const shm_error& e) {
    require(e.reason() == shm_errc::bad_reference || e.reason() == shm_errc::no_segment ||
                e.reason() == shm_errc::system_failed,
            "a segment is refused as one that is none", e.what());
    require_message(e.what());
  }
}

void check_numbers(input from) {
  segment_name name;
  name.owner.uid = from.number<std::uint32_t>();
  constexpr std::string_view digits = "0123456789abcdef";
  for (int i = 0; i < 8; ++i)
    name.owner.boot += digits[from.u8() % digits.size()];
  // Process ids of Linux fit into 31 bits, and 0 is none.
  name.owner.pid = from.number<std::int32_t>() & std::numeric_limits<std::int32_t>::max();
  name.owner.start = from.u64();
  name.number = from.u64();
  if (from.u8() % 2 == 1)
    name.descriptor = from.number<std::uint32_t>();
  const auto text = to_string(name);
  require(text.size() <= longest, "each name that can be made has room", text);
  const auto read = parse_segment_name(text);
  require(read.has_value() == (name.owner.pid != 0), "each name that can be made is one", text);
  require(!read || *read == name, "a name is read as it was written", text);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  memory_watch watch;
  check_text(text);
  check_open(std::string(text));
  check_numbers(input(data, size));
  watch.require_bounded(size);
  return 0;
}
