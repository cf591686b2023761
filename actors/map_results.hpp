#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <pinion/actors/column.hpp>
#include <pinion/actors/map_job.hpp>
#include <pinion/actors/result.hpp>

namespace pinion {

namespace detail {
/// Throws its failure.
void check_piece(const map_job::piece& what);
} // namespace detail

/// The results of a map, in the order of its items, as they come: a loop over them waits for each. R is as
/// for future<R>. Copies look at the same map; dropping them does not stop it. Any thread that may wait; on
/// an actor's thread what waits throws would_block.
template <class R>
class map_results {
public:
  /// `whole`: where the results lie, if kernels write them there; else empty.
  map_results(map_job_ptr job, any_array whole) : job_(std::move(job)), whole_(std::move(whole)) {}

  std::int64_t size() const noexcept { return job_->items(); }

  /// Waits for one; throws task_error with its number when it failed.
  R operator[](std::int64_t item) const { return value(job_->wait_for(item), item); }

  /// Waits for all; throws the failure of the first item that failed.
  auto get() const {
    if constexpr (std::is_void_v<R>) {
      for (std::int64_t i = 0; i < size();)
        i = next_piece(i);
    } else {
      std::vector<R> results;
      results.reserve(static_cast<std::size_t>(size()));
      for (std::int64_t i = 0; i < size();) {
        const auto& piece = job_->wait_for(i);
        detail::check_piece(piece);
        for (const auto end = piece.first + piece.count; i < end; ++i)
          results.push_back(value(piece, i));
      }
      return results;
    }
  }

  /// Waits for all; the results as they lie in shared memory, without a copy. Empty where a task gave each
  /// (kernels that give texts or arrays). Throws likewise, and wrong_result_type for another element type.
  template <element T = R>
  array<T> shared() const {
    for (std::int64_t i = 0; i < size();)
      i = next_piece(i);
    try {
      return whole_.view().data == nullptr ? array<T>() : whole_.as<T>();
    } catch (const shm_error& why) {
      detail::raise_wrong_element(why);
    }
  }

  /// No more is begun, and what is under way is given up.
  void cancel() const { job_->cancel(); }

  class iterator {
  public:
    using value_type = R;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    iterator(const map_results* from, std::int64_t at) : from_(from), at_(at) {}
    R operator*() const { return (*from_)[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    iterator operator++(int) {
      auto before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

  private:
    const map_results* from_ = nullptr;
    std::int64_t at_ = 0;
  };

  /// Iterators point into this object.
  iterator begin() const requires(!std::is_void_v<R>) { return {this, 0}; }
  iterator end() const requires(!std::is_void_v<R>) { return {this, size()}; }

  /// Calls `what(item, result)` for each, in the order in which they are done; waits for all. Throws the
  /// first failure that comes.
  template <class Call>
  void as_completed(Call what) const {
    for (std::size_t n = 0; const auto* piece = job_->nth_done(n); ++n) {
      detail::check_piece(*piece);
      for (auto i = piece->first; i < piece->first + piece->count; ++i)
        if constexpr (std::is_void_v<R>)
          what(i);
        else
          what(i, value(*piece, i));
    }
  }

private:
  // The first item behind the piece in which one lies.
  std::int64_t next_piece(std::int64_t item) const {
    const auto& piece = job_->wait_for(item);
    detail::check_piece(piece);
    return piece.first + piece.count;
  }

  R value(const map_job::piece& piece, std::int64_t item) const {
    detail::check_piece(piece);
    if constexpr (std::is_void_v<R>)
      return;
    else if constexpr (element<R> || std::is_same_v<R, argument>) {
      if (whole_.view().data != nullptr) {
        if constexpr (element<R>)
          if (whole_.type() == dtype_of<R>)
            return static_cast<const R*>(whole_.view().data)[item];
        return from_argument<R>(element_at(whole_.view(), item));
      }
      return from_outcome<R>(piece.what);
    } else {
      if (whole_.view().data != nullptr)
        raise_wrong_result(detail::is_array<R>::value ? "array" : type_name<R>(),
                           element_at(whole_.view(), item));
      return from_outcome<R>(piece.what);
    }
  }

  map_job_ptr job_;
  any_array whole_;
};

} // namespace pinion
