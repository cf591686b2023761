#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <pinion/shm/npy_header.hpp>

namespace pinion {

/// Where a .npy comes from, from its beginning: a file, or a member of an archive. Fewer bytes than asked for
/// only at the end.
using byte_stream = std::function<std::size_t(void* to, std::size_t size)>;

/// Takes the header off a stream of `size` bytes, which stands at the first element then; what follows has
/// exactly the size that it should. Throws shm_errc::bad_npy with `name` and the reason, and what the stream
/// throws.
npy_header read_npy_header(const byte_stream& from, std::uint64_t size, const std::string& name);

/// Reads the elements that follow to `data`, which has room for them, and makes them this machine's. Throws
/// as above.
void read_npy_elements(const byte_stream& from, const npy_header& header, std::byte* data,
                       const std::string& name);

/// bad_npy, for elements that end too early; both in bytes.
[[noreturn]] void raise_cut(const std::string& name, std::uint64_t needed, std::uint64_t have);

} // namespace pinion
