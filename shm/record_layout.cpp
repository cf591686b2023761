#include <pinion/shm/record_layout.hpp>

namespace pinion {

bool valid(field_type type) noexcept { return type >= field_type::int64 && type <= field_type::text; }

std::string_view name_of(field_type type) noexcept {
  switch (type) {
  case field_type::int64:
    return "int64";
  case field_type::float64:
    return "float64";
  case field_type::boolean:
    return "bool";
  case field_type::text:
    return "text";
  }
  return "invalid";
}

} // namespace pinion
