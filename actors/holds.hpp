#pragma once

#include <memory>
#include <vector>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/guarded.hpp>
#include <pinion/shm/record.hpp>
#include <pinion/shm/shared_value.hpp>
#include <pinion/shm/shared_view.hpp>

namespace pinion {

/// What must live while a task does.
using hold_list = std::vector<std::shared_ptr<const void>>;

/// Keeps the memory of an argument alive; numbers and strings are copied into the task and need none.
template <class T>
void hold(hold_list&, const T&) {}

template <class T>
void hold(hold_list& into, const view<T>& x) {
  into.push_back(x.source());
}

template <class T>
void hold(hold_list& into, const array<T>& x) {
  into.push_back(x.view().source());
}

template <class T>
void hold(hold_list& into, const shared_view<T>& x) {
  into.push_back(x.plain().source());
}
template <class T>
void hold(hold_list& into, const shared_value<T>& x) {
  into.push_back(x.plain().source());
}

template <class T>
void hold(hold_list& into, const guarded<T>& x) {
  into.push_back(x.block().source);
}

inline void hold(hold_list& into, const record& x) { into.push_back(x.block().source); }
inline void hold(hold_list& into, const any_view& x) { into.push_back(x.source); }
inline void hold(hold_list& into, const any_array& x) { into.push_back(x.view().source); }

} // namespace pinion
