#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace pinion::fuzz {

/// Ends the program with a line that says what was promised and does not hold: libFuzzer then keeps the
/// input.
inline void require(bool holds, std::string_view promise, const std::string& found = {}) {
  if (holds)
    return;
  std::fprintf(stderr, "\nbroken promise: %.*s%s%s\n", static_cast<int>(promise.size()), promise.data(),
               found.empty() ? "" : "; found: ", found.c_str());
  std::abort();
}

/// What every message must be: there, one line, nothing that a terminal obeys, not longer than a screen.
inline void require_message(std::string_view text) {
  require(!text.empty() && text.size() < 1000, "a message is a sentence", std::string(text));
  for (const char c : text)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a message is one line", std::string(text));
}

} // namespace pinion::fuzz
