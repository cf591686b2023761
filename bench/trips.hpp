#pragma once

#include <functional>
#include <optional>
#include <string>

#include <pinion/runtime/node.hpp>

#include "effort.hpp"
#include "figure.hpp"
#include "raw_echo.hpp"
#include "stage.hpp"

namespace pinion::bench {

/// Round trips of a no-op against the raw socketpair, in turn: floor and node pinned alike. `ours` does a
/// batch of trips; `prepare` makes it once the node stands and this thread is where the I/O thread is.
class trips {
public:
  using batch = std::function<void(int trips, samples& times)>;

  /// On two processors, or all on one. Confines this process.
  static std::optional<trips> on_two() {
    const auto where = confine_to_two();
    return where ? std::optional<trips>(trips(*where)) : std::nullopt;
  }
  static trips on_one() {
    const auto where = confine_to_one();
    return trips({where, where});
  }

  figure measure(const std::string& of, const effort& how, const std::function<batch(node&)>& prepare,
                 raw_echo::wait floor = raw_echo::wait::asleep) const;

private:
  explicit trips(pair_of_processors where) : where_(where) {}

  pair_of_processors where_;
};

} // namespace pinion::bench
