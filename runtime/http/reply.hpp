#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/http/flow.hpp>
#include <pinion/runtime/http/gate.hpp>
#include <pinion/runtime/http/response.hpp>

namespace pinion::http {

/// The answer to a request, as it is given: whole, or in pieces. Shared by all who may give it; any thread
/// may call any member. Its end, or close(), is the end of what is said: an answer that is not begun then is
/// a problem (500), and one in pieces that has not come to its end is broken off.
class reply {
public:
  struct way {
    caf::weak_actor_ptr connection; ///< its server holds it
    std::uint64_t number = 0;       ///< of the request, among those of the connection
    std::shared_ptr<gate>
        answers; ///< outside of it nothing of the actor system may be touched: it may be gone
    std::shared_ptr<flow> progress; ///< of an answer in pieces
  };
  /// `path`: of the request.
  reply(way back, std::string path);
  reply(const reply&) = delete;
  reply& operator=(const reply&) = delete;
  ~reply();

  /// The first one counts. One in pieces that is begun is broken off.
  void answer(response with);
  void begin(response head);
  void say(std::string piece);
  void end();
  void close();
  /// As close(), by the last who had the exchange. Where it goes since something was thrown, within a
  /// handling of this reply, that is the answer; if it was caught by the program, it is closed behind that.
  void leave() noexcept;
  std::size_t unsent() const noexcept { return back_.progress->unsent(); }
  bool gone() const noexcept { return back_.progress->over(); }

  /// While a thread handles some messages (max-throughput) of an actor that answers what they throw.
  class handling {
  public:
    explicit handling(std::shared_ptr<reply> what) noexcept;
    handling(const handling&) = delete;
    handling& operator=(const handling&) = delete;
    ~handling();

  private:
    const std::shared_ptr<reply> what_;
    const reply* const outer_;
  };

private:
  enum class state : std::uint8_t { open, begun, over };

  template <class... Ts>
  void tell(Ts&&... words) const;

  const way back_;
  const std::string path_;
  std::mutex mutex_;        ///< what changes is told in the same order
  state now_ = state::open; ///< guarded by mutex_
};

} // namespace pinion::http
