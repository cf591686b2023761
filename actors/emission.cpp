#include <pinion/actors/emission.hpp>

#include <cmath>

#include <pinion/actors/error.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

std::string pack_emission(const emission& what) {
  writer out;
  out.u64(what.task);
  out.f64(what.progress);
  out.put(what.what);
  const auto body = std::move(out).take();
  if (body.size() > largest_emission)
    throw task_error(actor_errc::bad_arguments, "a partial result takes " + readable_size(body.size()) +
                                                    ", at most " + readable_size(largest_emission) +
                                                    " can be emitted; write what is large into an array");
  writer whole(emission_prefix + body.size());
  whole.u32(static_cast<std::uint32_t>(body.size()));
  return std::move(whole).take() + body;
}

std::size_t emission_length(std::string_view prefix) {
  reader in(prefix);
  const auto length = in.u32();
  in.expect_end();
  if (length == 0 || length > largest_emission)
    in.malformed("a partial result of " + std::to_string(length) + " bytes");
  return length;
}

emission unpack_emission(std::string_view bytes) {
  reader in(bytes);
  emission result;
  result.task = in.u64();
  result.progress = in.f64();
  if (!std::isfinite(result.progress))
    in.malformed("a progress that is no number");
  in.get(result.what);
  in.expect_end();
  return result;
}

} // namespace pinion
