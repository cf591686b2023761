#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <pinion/actors/closing_broker.hpp>
#include <pinion/runtime/http/backlog.hpp>
#include <pinion/runtime/http/connection_scribe.hpp>
#include <pinion/runtime/http/exchange.hpp>
#include <pinion/runtime/http/session.hpp>
#include <pinion/runtime/http/site.hpp>
#include <pinion/runtime/http/timetable.hpp>

namespace pinion::http {

/// The actor of one client's connection: carries bytes between its socket and a session, and requests to
/// their routes. (leave) lets it answer what it has at hand, and end. On the I/O thread; ends by itself when
/// the client has gone. Its server holds its handle.
class connection final : public closing_broker, private session_port, private asker, private debtor {
public:
  /// What a server and its connections share.
  struct surroundings {
    std::shared_ptr<const site> where;
    std::shared_ptr<timetable> times;
    std::shared_ptr<std::size_t> bodies; ///< bytes of those that come, or wait for their answers
    std::shared_ptr<backlog> unread;
    std::shared_ptr<outbox> answers;
  };
  /// With `refused` the client is told that, and nothing of what it asks for is done.
  connection(caf::actor_config& cfg, surroundings around, caf::intrusive_ptr<connection_scribe> line,
             std::uint64_t client, std::optional<http::response> refused = {});
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "pinion-http"; }

private:
  // session_port
  std::optional<http::response> look(const http::request& head, time_point now) override;
  bool wants_body(const http::request& head, bool empty) override;
  void take_body(body_source&& from) override;
  void send_elements(any_view&& what) override;
  void handle(http::request&& what) override;
  void give_up() override;
  bool comes_soon() override { return task_ == nullptr && helper_ == nullptr; }
  void answered(unsigned status, time_point now) override;
  bool make_room(std::size_t bytes) override;
  void give_room(std::size_t bytes) noexcept override;
  bool may_fall_behind(std::size_t bytes) override;
  // debtor
  void fall() override;
  // asker
  caf::io::broker& actor() noexcept override { return *this; }
  void ask(task_ptr what, std::function<void(outcome&& result)> told) override;
  void leave_to(caf::actor whom) override;
  void body_read() override { session_.body_read(); }
  std::uint64_t client() const noexcept override { return client_; }

  std::optional<http::response> refusal_of(const http::request& head);
  std::optional<http::response> refusal_of_target(const http::request& head) const;
  std::optional<http::response> refusal_of_body(const http::request& head) const;
  std::optional<http::response> refusal_by_route(const http::request& head) const;
  void respond(const http::response& what);
  void settle(std::uint64_t number, const http::response& what);
  void dismiss_helper();
  void begin(const http::response& head);
  void say(std::string_view piece);
  void break_off();
  void write_out(time_point now);
  void see_written(time_point now, std::size_t left);
  void count_unread(std::size_t left);
  void show_progress(std::size_t came);
  void next_number();
  bool all_sent(time_point now);
  void bring_body();
  void drop_haul();
  std::optional<http::response> take_outlet();
  void body_came(arrival&& what);
  void carry(time_point now = steady_clock::now());
  void arm();

  const std::shared_ptr<const site> site_;
  const std::shared_ptr<timetable> times_;
  const std::shared_ptr<std::size_t> bodies_;
  const std::shared_ptr<backlog> unread_;
  const std::shared_ptr<outbox> answers_;
  const caf::intrusive_ptr<connection_scribe> line_;
  const std::uint64_t client_;
  const std::optional<http::response> refused_;
  session session_;
  router::match route_; ///< of the request at hand
  std::string method_;  ///< of that one, and when it came
  time_point since_{};
  bool counted_ = true;               ///< that one; else it waits for its answer
  std::uint64_t number_ = 0;          ///< of that request, among those of this connection
  task_ptr task_;                     ///< that its answer waits for
  caf::actor helper_;                 ///< who answers it
  std::optional<body_source> coming_; ///< a body that the porter is to fetch
  std::uint64_t haul_ = 0;            ///< what the porter carries
  std::size_t buffer_ = 0;            ///< that this needs
  descriptor outlet_;                 ///< for the elements of an answer
  std::size_t said_ = 0;              ///< in pieces, since the socket was offered more
  std::size_t backlog_ = 0;           ///< bytes that the client has not taken
  std::size_t shown_ = 0;             ///< of these, in progress_
  bool saying_ = false;               ///< a piece is handed on: it is in both
  std::shared_ptr<flow> progress_;    ///< of the answer at hand, where it may be one in pieces
  bool reads_ = true;
  bool fallen_ = false; ///< what its client has not taken is nobody's
  bool shut_ = false;   ///< nothing more will be written
  time_point armed_for_ = never;
};

} // namespace pinion::http
