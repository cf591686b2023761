#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <pinion/actors/ask.hpp>

namespace pinion {

namespace detail {

// A result that is nothing still takes a place in a list.
template <class R>
using kept = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

// Several tasks of one actor; on its thread alone.
template <class R, class Self>
struct several {
  std::vector<asking<R, Self>> asked;
  std::vector<std::optional<kept<R>>> results;
  std::size_t open = 0;
  bool told = false;

  explicit several(std::vector<asking<R, Self>> what)
      : asked(std::move(what)), results(asked.size()), open(asked.size()) {}

  // Nobody waits for the others any more: what waits is gone, what runs is asked to stop.
  void withdraw_rest() {
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (!results[i])
        asked[i].self()->send(asked[i].dispatcher(), withdraw_atom_v, asked[i].task());
  }

  // `on_each(i)` after each result, `on_error(i, why)` after each failure, until somebody was told.
  template <class OnEach, class OnError>
  static void ask(const std::shared_ptr<several>& me, OnEach on_each, OnError on_error) {
    for (std::size_t i = 0; i < me->asked.size(); ++i) {
      auto failed = [me, i, on_error](const caf::error& why) mutable {
        --me->open;
        if (!me->told)
          on_error(*me, why);
      };
      auto done = [me, i, on_each]() mutable {
        --me->open;
        if (!me->told)
          on_each(*me, i);
      };
      auto one = me->asked[i];
      if constexpr (std::is_void_v<R>)
        std::move(one).then(
            [me, i, done]() mutable {
              me->results[i].emplace();
              done();
            },
            failed);
      else
        std::move(one).then(
            [me, i, done](R result) mutable {
              me->results[i].emplace(std::move(result));
              done();
            },
            failed);
    }
  }
};

} // namespace detail

/// Several tasks that an actor asks for at once; say with then() what is to happen when all are done.
template <class R, class Self>
class asking_all {
public:
  explicit asking_all(std::vector<asking<R, Self>> what) : what_(std::move(what)) {}

  /// `on_results(std::vector<R>)`, in the order of asking, or `on_results()` for void. The first failure is
  /// told to `on_error` at once, and the other tasks are withdrawn. None asked for: the results are there at
  /// once.
  template <class OnResults, class OnError>
  void then(OnResults on_results, OnError on_error) && {
    using all = detail::several<R, Self>;
    const auto me = std::make_shared<all>(std::move(what_));
    auto tell = [on_results](all& these) mutable {
      these.told = true;
      if constexpr (std::is_void_v<R>) {
        on_results();
      } else {
        std::vector<R> results;
        for (auto& each : these.results)
          results.push_back(std::move(*each));
        on_results(std::move(results));
      }
    };
    if (me->open == 0)
      return tell(*me);
    all::ask(
        me,
        [tell](all& these, std::size_t) mutable {
          if (these.open == 0)
            tell(these);
        },
        [on_error](all& these, const caf::error& why) mutable {
          these.told = true;
          these.withdraw_rest();
          on_error(why);
        });
  }

private:
  std::vector<asking<R, Self>> what_;
};

/// Several tasks of which an actor needs one: the first that has a result.
template <class R, class Self>
class asking_first {
public:
  explicit asking_first(std::vector<asking<R, Self>> what) : what_(std::move(what)) {}

  /// `on_result(R)`, or `on_result()` for void, with the first result; the other tasks are withdrawn.
  /// `on_error` is told the last failure when all have failed. REQUIRES: at least one was asked for.
  template <class OnResult, class OnError>
  void then(OnResult on_result, OnError on_error) && {
    using all = detail::several<R, Self>;
    all::ask(
        std::make_shared<all>(std::move(what_)),
        [on_result](all& these, std::size_t which) mutable {
          these.told = true;
          these.withdraw_rest();
          if constexpr (std::is_void_v<R>)
            on_result();
          else
            on_result(std::move(*these.results[which]));
        },
        [on_error](all& these, const caf::error& why) mutable {
          if (these.open > 0)
            return;
          these.told = true;
          on_error(why);
        });
  }

private:
  std::vector<asking<R, Self>> what_;
};

/// Fan out: `ask_all(ask<double>(self, node, "sum", a), ask<double>(self, node, "sum", b)).then(…)`.
template <class R, class Self, std::same_as<asking<R, Self>>... Others>
asking_all<R, Self> ask_all(asking<R, Self> first, Others... others) {
  return asking_all<R, Self>({std::move(first), std::move(others)...});
}
template <class R, class Self>
asking_all<R, Self> ask_all(std::vector<asking<R, Self>> what) {
  return asking_all<R, Self>(std::move(what));
}

/// The first of several: `ask_first(ask<double>(self, node, "exact", a), ask<double>(self, node, "quick",
/// a)).then(…)`.
template <class R, class Self, std::same_as<asking<R, Self>>... Others>
asking_first<R, Self> ask_first(asking<R, Self> first, Others... others) {
  return asking_first<R, Self>({std::move(first), std::move(others)...});
}
template <class R, class Self>
asking_first<R, Self> ask_first(std::vector<asking<R, Self>> what) {
  return asking_first<R, Self>(std::move(what));
}

} // namespace pinion
