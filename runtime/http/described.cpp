#include <pinion/runtime/http/described.hpp>

#include <utility>

namespace pinion::http {

nlohmann::ordered_json described(const named_arrays::entry& what) {
  auto shape = nlohmann::ordered_json::array();
  for (const auto extent : what.shape)
    shape.push_back(extent);
  return {{"name", what.name},
          {"dtype", name_of(what.type)},
          {"shape", std::move(shape)},
          {"bytes", byte_count(what.shape, what.type)}};
}

} // namespace pinion::http
