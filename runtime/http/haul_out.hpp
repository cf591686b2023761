#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <pinion/runtime/http/haul.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/element_reader.hpp>

namespace pinion::http {

/// The elements of an array, from where they lie to a socket; as save_npy writes them: in Fortran order where
/// they lie so, else in C order.
class haul_out final : public haul {
public:
  /// `told` is called once, on the porter's thread, with whether all of it was sent. A client that takes
  /// nothing for `patience` is given up.
  haul_out(descriptor socket, any_view what, std::chrono::milliseconds patience, time_point now,
           std::function<void(bool all)> told);

  int socket() const noexcept override { return socket_.get(); }
  bool incoming() const noexcept override { return false; }
  bool go_on(time_point now) override;
  time_point deadline() const noexcept override { return deadline_; }
  void late() override { told_(false); }

private:
  bool fetch();
  bool send_some(time_point now);

  const descriptor socket_;
  const any_view what_; ///< holds the memory
  const std::chrono::milliseconds patience_;
  const std::function<void(bool all)> told_;
  const char* next_ = nullptr;
  std::uint64_t left_ = 0;               ///< bytes that lie at next_
  std::optional<element_reader> pieces_; ///< where the elements do not lie in a row
  std::unique_ptr<char[]> buffer_;
  time_point deadline_;
};

} // namespace pinion::http
