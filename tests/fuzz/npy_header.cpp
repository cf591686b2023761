// The header of a .npy file, as it lies at the start of one, and its dictionary alone: refused with bad_npy,
// or a header that is possible and comes back the same from what we write for it.
#include <pinion/shm/error.hpp>
#include <pinion/shm/npy_header.hpp>
#include <pinion/shm/python_literal.hpp>

#include "input.hpp"
#include "memory_watch.hpp"
#include "require.hpp"
#include "target.hpp"

using namespace pinion;
using namespace pinion::fuzz;

namespace {

const std::string file = "x.npy";

template <class Call>
void refused_or_valid(Call&& call) {
  try {
    call();
  } catch (const shm_error& e) {
    require(e.reason() == shm_errc::bad_npy, "a header is refused as bad_npy", e.what());
    require(std::string_view(e.what()).starts_with("x.npy: "), "the message names the file", e.what());
    require_message(e.what());
  }
}

void check_header(npy_header header) {
  require(valid(header.type), "the element type is one of ours");
  for (const auto extent : header.shape)
    require(extent >= 0, "extents are not negative");
  static_cast<void>(byte_count(header.shape, header.type)); // throws when it does not fit
  const auto written = format_npy_header(header);
  require(written.size() % 64 == 0, "elements begin at a multiple of 64");
  const auto start = parse_npy_preamble(written.substr(0, npy_preamble_max), file);
  require(start.size + start.dictionary == written.size(), "the preamble counts what was written");
  const auto again = parse_npy_dictionary(std::string_view(written).substr(start.size), file);
  header.swapped = false; // we write this machine's order
  require(again == header, "what was written is read as the same header", written);
}

void whole_header(std::string_view text) {
  const auto start = parse_npy_preamble(text.substr(0, npy_preamble_max), file);
  require(start.size == 10 || start.size == 12, "a preamble has 10 or 12 bytes");
  require(start.dictionary <= npy_dictionary_max, "a dictionary is not longer than the limit");
  if (text.size() >= start.size)
    check_header(parse_npy_dictionary(text.substr(start.size, start.dictionary), file));
}

void literals(std::string_view text) {
  refused_or_valid([&] { python_literal(text, file).truth(); });
  refused_or_valid([&] { python_literal(text, file).end(); });
  refused_or_valid([&] {
    python_literal literal(text, file);
    const auto part = literal.string();
    require(part.size() + 2 <= text.size(), "a string is a part of the text");
    require_message(quoted(part));
    literal.end();
  });
  refused_or_valid([&] {
    python_literal literal(text, file);
    require(literal.numbers().size() <= text.size() / 2, "a number takes two characters");
    literal.end();
  });
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  memory_watch watch;
  refused_or_valid([&] { whole_header(text); });
  refused_or_valid([&] { check_header(parse_npy_dictionary(text, file)); });
  literals(text);
  watch.require_bounded(size);
  return 0;
}
