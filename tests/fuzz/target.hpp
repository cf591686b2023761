#pragma once

#include <cstddef>
#include <cstdint>

/// What libFuzzer and the replay call for each input (https://llvm.org/docs/LibFuzzer.html). Returns 0, or
/// does not return. `data` is a copy that ends where the input ends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
