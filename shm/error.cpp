#include <pinion/shm/error.hpp>

#include <array>
#include <cstdio>

namespace pinion {

namespace {

class category final : public std::error_category {
public:
  const char* name() const noexcept override { return "pinion.shm"; }

  std::string message(int value) const override {
    switch (static_cast<shm_errc>(value)) {
    case shm_errc::no_space:
      return "there is no room in shared memory";
    case shm_errc::name_taken:
      return "no free name was found for a new segment";
    case shm_errc::no_segment:
      return "the segment does not exist";
    case shm_errc::bad_reference:
      return "the reference is not one to an array of this user";
    case shm_errc::stale_reference:
      return "the reference is to a segment that was retired";
    case shm_errc::overflow:
      return "the array is too big to be counted";
    case shm_errc::bad_shape:
      return "the shape is not possible";
    case shm_errc::out_of_range:
      return "an index is outside of the array";
    case shm_errc::wrong_type:
      return "the elements have another type";
    case shm_errc::read_only:
      return "the array may only be read";
    case shm_errc::not_contiguous:
      return "the elements do not lie one after the other";
    case shm_errc::not_shared:
      return "the memory does not lie in a segment";
    case shm_errc::bad_npy:
      return "the .npy file is malformed or of a kind that is not supported";
    case shm_errc::file_failed:
      return "a file could not be opened, read or written";
    case shm_errc::system_failed:
      return "the operating system refused a call on a segment";
    case shm_errc::bad_npz:
      return "the .npz file is malformed or holds what is not supported";
    case shm_errc::no_member:
      return "the .npz file has no array of that name";
    case shm_errc::wrong_size:
      return "the file has another size than its elements need";
    case shm_errc::library_failed:
      return "a library of pinion's cannot be loaded";
    case shm_errc::too_long:
      return "the text is too long";
    }
    return "unknown error " + std::to_string(value);
  }
};

} // namespace

const std::error_category& shm_category() noexcept {
  static const category the_category;
  return the_category;
}

shm_error::shm_error(shm_errc code, const std::string& text)
    : std::system_error(make_error_code(code)), text_(text) {}

no_space_error::no_space_error(const std::string& text, std::uint64_t needed, std::uint64_t free,
                               std::uint64_t limit, std::uint64_t largest)
    : shm_error(shm_errc::no_space, text), needed_(needed), free_(free), limit_(limit), largest_(largest) {}

void raise(shm_errc code, const std::string& text) { throw shm_error(code, text); }

void raise_errno(shm_errc code, const std::string& text, int error_number) {
  throw shm_error(code, text + ": " + std::generic_category().message(error_number));
}

std::string readable_size(std::uint64_t bytes) {
  if (bytes < 1024)
    return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would be printed as 1024.0 of the smaller unit.
  for (; value >= 1023.95 && unit + 1 < units.size(); ++unit)
    value /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%.2f %s" : "%.1f %s", value, units[unit]);
  return text.data();
}

} // namespace pinion
