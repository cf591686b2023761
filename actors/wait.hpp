#pragma once

/// Waiting for several tasks at once, as concurrent.futures.wait and as_completed do. Only threads that may
/// wait: on an actor's thread all of it throws task_error(would_block).

#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include <pinion/actors/completion_queue.hpp>
#include <pinion/actors/future.hpp>

namespace pinion {

namespace detail {
template <class>
inline constexpr bool is_future = false;
template <class R>
inline constexpr bool is_future<future<R>> = true;

inline time_point until_after(std::optional<std::chrono::nanoseconds> span) {
  return span ? after(steady_clock::now(), *span) : never;
}
} // namespace detail

template <class Range>
concept range_of_futures =
    std::ranges::forward_range<Range> && detail::is_future<std::ranges::range_value_t<Range>>;

/// Until each has its outcome, be it a failure; false if the time passes first.
template <range_of_futures Range>
bool wait_all(const Range& these, std::optional<std::chrono::nanoseconds> at_most = {}) {
  const auto until = detail::until_after(at_most);
  for (const auto& each : these)
    if (!each.state()->wait_until(until))
      return false;
  return true;
}
template <class... Rs>
void wait_all(const future<Rs>&... these) {
  (these.wait(), ...);
}

/// Until one has its outcome: its place in the range; nothing if the time passes first or the range is empty.
template <range_of_futures Range>
std::optional<std::size_t> wait_any(const Range& these,
                                    std::optional<std::chrono::nanoseconds> at_most = {}) {
  completion_queue order;
  for (const auto& each : these)
    order.add(each.state());
  return order.next(detail::until_after(at_most));
}
/// Of two or more futures of any types: the place of the first that is done, from 0.
template <class First, class... Rs>
std::size_t wait_any(const future<First>& first, const future<Rs>&... others) {
  completion_queue order;
  order.add(first.state());
  (order.add(others.state()), ...);
  return *order.next();
}

/// Futures in the order in which they are done: for (auto& done : as_completed(futures)) done.get(). Walks
/// once. Keeps copies of the futures that are still to come.
template <class R>
class as_completed {
public:
  template <range_of_futures Range>
  explicit as_completed(const Range& these) : futures_(std::ranges::begin(these), std::ranges::end(these)) {
    for (const auto& each : futures_)
      order_.add(each.state());
  }

  class iterator {
  public:
    using value_type = future<R>;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(as_completed* from) : from_(from) { ++*this; }
    const future<R>& operator*() const noexcept { return now_; }
    const future<R>* operator->() const noexcept { return &now_; }
    iterator& operator++() {
      const auto which = from_->order_.next();
      if (which)
        now_ = std::exchange(from_->futures_[*which], {});
      else
        from_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept { return a.from_ == nullptr; }

  private:
    as_completed* from_ = nullptr;
    future<R> now_;
  };

  iterator begin() { return iterator(this); }
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  std::vector<future<R>> futures_;
  completion_queue order_;
};
template <range_of_futures Range>
as_completed(const Range&) -> as_completed<decltype(std::declval<std::ranges::range_value_t<Range>>().get())>;

} // namespace pinion
