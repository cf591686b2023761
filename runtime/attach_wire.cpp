#include <pinion/runtime/attach_wire.hpp>

#include <variant>

#include <pinion/actors/wire.hpp>

namespace pinion {

std::string pack_offer(const array_offer& what) {
  writer body;
  body.u32(attach_version);
  body.u8(what.right == access::write ? 1 : 0);
  body.text(what.node);
  body.put(argument(what.what));
  const auto bytes = std::move(body).take();
  writer frame(bytes.size() + 4);
  frame.text(bytes);
  return std::move(frame).take();
}

array_offer unpack_offer(std::string_view bytes) {
  reader in(bytes);
  if (const auto version = in.u32(); version != attach_version)
    in.malformed("version " + std::to_string(version));
  array_offer result;
  result.right = in.u8() == 0 ? access::read : access::write;
  result.node = in.text();
  argument where;
  in.get(where);
  in.expect_end();
  auto* ref = std::get_if<array_ref>(&where);
  if (ref == nullptr)
    in.malformed("no array");
  result.what = std::move(*ref);
  return result;
}

} // namespace pinion
