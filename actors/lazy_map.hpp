#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <ranges>
#include <utility>

#include <pinion/actors/completion_queue.hpp>
#include <pinion/actors/future.hpp>

namespace pinion {

/// In which order results come.
enum class lazy_order : std::uint8_t { of_items, of_completion };

/// What imap() gives: results of a kernel for items that are taken from a range as they are wanted. Walks
/// once. Belongs to one thread, which may wait; the range is walked there, too. A result that is a failure
/// throws where it is looked at, and the next one may be asked for. What is under way when this goes is
/// withdrawn. The node must outlive it.
template <class R, std::ranges::input_range Range>
class lazy_map {
public:
  using item = std::ranges::range_value_t<Range>;
  using submit = std::function<promise_ptr(const item&)>;

  lazy_map(submit how, Range& items, std::size_t ahead, lazy_order order)
      : submit_(std::move(how)), next_(std::ranges::begin(items)), end_(std::ranges::end(items)),
        ahead_(ahead), order_(order) {}
  lazy_map(const lazy_map&) = delete;
  lazy_map& operator=(const lazy_map&) = delete;
  ~lazy_map() {
    for (const auto& [number, each] : under_way_)
      each.cancel();
  }

  class iterator {
  public:
    using value_type = R;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(lazy_map* from) : from_(from) { ++*this; }
    R operator*() const { return from_->now_.get(); }
    iterator& operator++() {
      if (!from_->advance())
        from_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept { return a.from_ == nullptr; }

  private:
    lazy_map* from_ = nullptr;
  };

  iterator begin() { return iterator(this); }
  std::default_sentinel_t end() const noexcept { return {}; }
  /// Items that were taken from the range.
  std::size_t taken() const noexcept { return taken_; }

private:
  bool advance() {
    while (under_way_.size() < ahead_ && next_ != end_) {
      future<R> one(submit_(*next_));
      ++next_;
      if (order_ == lazy_order::of_completion)
        done_.add(one.state());
      under_way_.emplace(taken_++, std::move(one));
    }
    if (under_way_.empty())
      return false;
    const auto which = order_ == lazy_order::of_items ? under_way_.begin() : under_way_.find(*done_.next());
    now_ = std::move(which->second);
    under_way_.erase(which);
    return true;
  }

  const submit submit_;
  std::ranges::iterator_t<Range> next_;
  std::ranges::sentinel_t<Range> end_;
  const std::size_t ahead_;
  const lazy_order order_;
  std::map<std::size_t, future<R>> under_way_; ///< by the number of the item
  std::size_t taken_ = 0;
  completion_queue done_;
  future<R> now_;
};

} // namespace pinion
