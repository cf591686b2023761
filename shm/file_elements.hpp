#pragma once

#include <cstdint>
#include <functional>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/input_file.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// Elements as they lie in a file: where they begin, and how.
struct file_elements {
  std::uint64_t offset = 0;
  dtype type{};
  extents shape;
  order lie = order::c;
  bool swapped = false; ///< in the byte order of other machines
};

/// Reads them into a new array, straight to their places, by several threads where there are many. Calls
/// `cut`, which throws, with how many bytes there were when the file ends too early. Throws what input_file
/// and store::make do; nothing is left in the store then. Any thread, one at a time for each file.
any_array read_elements(store& into, const input_file& file, const file_elements& what,
                        const std::function<void(std::uint64_t have)>& cut);

} // namespace pinion
