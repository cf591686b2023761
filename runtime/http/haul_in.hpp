#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <pinion/runtime/http/body_source.hpp>
#include <pinion/runtime/http/haul.hpp>
#include <pinion/runtime/http/limits.hpp>
#include <pinion/runtime/http/response.hpp>
#include <pinion/shm/any_array.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/npy_intake.hpp>

namespace pinion::http {

/// What became of a body that was to be an array.
struct arrival {
  body_source back;
  std::optional<any_array> array;
  std::optional<response> refused; ///< neither: the client has gone
};

/// A .npy that comes as a request's body, from a socket into an array.
class haul_in final : public haul {
public:
  /// `told` is called once, on the porter's thread.
  haul_in(descriptor socket, body_source from, npy_intake::maker into, const limits& what,
          std::function<void(arrival&& what)> told);

  int socket() const noexcept override { return socket_.get(); }
  bool incoming() const noexcept override { return true; }
  bool go_on(time_point now) override;
  time_point deadline() const noexcept override { return deadline_; }
  void late() override;

private:
  std::optional<std::size_t> move_some();
  std::size_t feed(std::string_view bytes);
  bool whole() const noexcept;
  void refuse(response why);

  const descriptor socket_;
  body_source from_;
  const limits limits_;
  const std::function<void(arrival&& what)> told_;
  const std::optional<std::uint64_t> size_; ///< of the body; none where it comes in chunks
  npy_intake into_;
  std::uint64_t done_ = 0; ///< bytes of the body that were taken
  time_point deadline_;
};

} // namespace pinion::http
