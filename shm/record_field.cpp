#include <pinion/shm/record_field.hpp>

#include <utility>

#include <pinion/shm/error.hpp>
#include <pinion/shm/shared_text.hpp>

namespace pinion {

static_assert(std::variant_size_v<field_value> == static_cast<std::size_t>(field_type::text));

std::int64_t detail::as_int64(std::uint64_t x) {
  if (!std::in_range<std::int64_t>(x))
    raise(shm_errc::overflow,
          "the number " + std::to_string(x) + " does not fit into a field of a record, which is int64");
  return static_cast<std::int64_t>(x);
}

record_field::record_field(const text_field& text) : initial_(std::string(text.initial)), room_(0) {
  if (text.room > shared_text::most_room)
    raise(shm_errc::too_long, "a text of a record has room for " + readable_size(shared_text::most_room) +
                                  " at most, not " + readable_size(text.room) +
                                  "; put what is longer into an array");
  if (text.initial.size() > text.room)
    raise(shm_errc::too_long, "a text of " + readable_size(text.initial.size()) +
                                  " is too long for a field with room for " + readable_size(text.room));
  room_ = static_cast<std::uint32_t>((text.room + 7) / 8 * 8);
}

} // namespace pinion
