#include <pinion/runtime/http/connection.hpp>

#include <algorithm>
#include <utility>

#include <pinion/actors/outcome.hpp>
#include <pinion/actors/task.hpp>
#include <pinion/runtime/http/caught.hpp>

namespace pinion::http {

namespace {

constexpr std::size_t read_size = 64 * 1024;
// Of a buffer that is empty.
constexpr std::size_t kept_size = 64 * 1024;
// Nobody was answered: what servers write down then, as nginx does.
constexpr unsigned client_gone = 499;

void clear(std::string& done) {
  done.clear();
  if (done.capacity() > kept_size)
    std::string().swap(done);
}

} // namespace

connection::connection(caf::actor_config& cfg, surroundings around,
                       caf::intrusive_ptr<connection_scribe> line, std::uint64_t client,
                       std::optional<http::response> refused)
    : closing_broker(cfg), site_(std::move(around.where)), times_(std::move(around.times)),
      bodies_(std::move(around.bodies)), unread_(std::move(around.unread)),
      answers_(std::move(around.answers)), line_(std::move(line)), client_(client),
      refused_(std::move(refused)), session_(site_->limits, *this, steady_clock::now()) {}

caf::behavior connection::make_behavior() {
  line_->when_all_sent([this](time_point now) { return all_sent(now); });
  line_->when_some_sent([this](std::size_t left) { count_unread(left); });
  add_scribe(line_);
  ack_writes(line_->hdl(), true);
  configure_read(line_->hdl(), caf::io::receive_policy::at_most(read_size));
  if (refused_)
    session_.turn_away(*refused_, steady_clock::now());
  carry();
  return {
      [this](const caf::io::new_data_msg& msg) {
        const auto now = steady_clock::now();
        if (msg.buf.empty())
          session_.end_of_input(now);
        else
          session_.feed({msg.buf.data(), msg.buf.size()}, now);
        carry(now);
      },
      [this](const caf::io::data_transferred_msg&) { carry(); },
      [this](const caf::io::connection_closed_msg&) {
        session_.end_of_input(steady_clock::now());
        quit();
      },
      [this](answer_atom, std::uint64_t number, const response_ptr& what) { settle(number, *what); },
      [this](begin_atom, std::uint64_t number, const response_ptr& head) {
        if (number != number_)
          return;
        if (!head->elements)
          return begin(*head);
        dismiss_helper(); // it is whole, and what is said further nobody's
        settle(number, *head);
      },
      [this](piece_atom, std::uint64_t number, const std::string& piece) {
        if (number == number_)
          say(piece);
      },
      [this](close_atom, std::uint64_t number) {
        if (number != number_)
          return;
        if (session_.streaming())
          helper_ = nullptr; // it has answered
        session_.end_stream(steady_clock::now());
        carry();
      },
      [this](break_atom, std::uint64_t number) {
        if (number == number_)
          break_off();
      },
      [this](arrived_atom, std::uint64_t number, const arrival_ptr& what) {
        if (number == number_)
          body_came(std::move(*what));
      },
      [this](carried_atom, std::uint64_t number, bool all) {
        if (number != number_)
          return;
        haul_ = 0;
        session_.elements_sent(all, steady_clock::now());
        carry();
      },
      [this](wake_atom) {
        armed_for_ = never;
        line_->push(); // whether it reads is seen only where its socket is offered more
        see_written(steady_clock::now(), line_->unsent());
        session_.wake(steady_clock::now());
        carry();
      },
      [this](end_atom) {
        give_up();
        respond(problem(503, "the server ends before this was done", std::chrono::seconds{1}));
        carry();
      },
      [this](fall_atom) {
        give_up();
        quit();
      },
      [this](leave_atom) {
        session_.stop(steady_clock::now());
        carry();
      },
  };
}

void connection::on_exit() {
  give_up();
  if (!counted_)
    answered(client_gone, steady_clock::now());
  count_unread(0);
  session_.body_read(); // not when the last who holds this lets go, which any thread may
  times_->set(address(), never);
  closing_broker::on_exit();
}

void connection::handle(http::request&& what) {
  next_number();
  const auto thrown = caught([&] {
    if (const auto refused = what.array ? std::nullopt : refusal_by_route(what))
      return respond(*refused);
    if (const auto* quick = std::get_if<quick_handler>(&route_.found->answer))
      return respond((*quick)(what, route_.parts));
    progress_ = std::make_shared<flow>();
    shown_ = 0;
    reply::way back{caf::actor_cast<caf::weak_actor_ptr>(this), number_, site_->answers, progress_};
    std::get<later_handler>(route_.found->answer)(
        exchange(std::move(what), std::move(route_.parts), std::move(back)), *this);
  });
  if (!thrown)
    return;
  next_number(); // who has the request still, and answers as well, is late
  respond(*thrown);
}

void connection::give_up() {
  next_number(); // an answer that comes yet is to nobody
  drop_haul();
  if (const auto what = std::exchange(task_, nullptr))
    send(site_->dispatcher, withdraw_atom_v, what);
  dismiss_helper();
}

void connection::next_number() {
  ++number_;
  if (const auto last = std::exchange(progress_, nullptr))
    last->end();
}

void connection::dismiss_helper() {
  if (const auto whom = std::exchange(helper_, nullptr))
    send_exit(whom, caf::exit_reason::user_shutdown);
}

bool connection::make_room(std::size_t bytes) {
  if (bytes > site_->limits.bodies - std::min(*bodies_, site_->limits.bodies))
    return false;
  *bodies_ += bytes;
  return true;
}

void connection::give_room(std::size_t bytes) noexcept { *bodies_ -= bytes; }

void connection::ask(task_ptr what, std::function<void(outcome&& result)> told) {
  task_ = what;
  const auto number = number_;
  const auto settled = [this, number, told = std::move(told)](outcome&& result) {
    if (number != number_)
      return;
    if (site_->figures && result.stamps.finished > 0)
      site_->figures->ran(task_->kernel_name, result.stamps);
    task_ = nullptr;
    told(std::move(result));
  };
  request(site_->dispatcher, caf::infinite, ask_atom_v, std::move(what))
      .then([settled](outcome_ptr& result) { settled(std::move(*result)); },
            [settled](const caf::error& why) {
              settled(outcome{failure_of(why), {}, -1});
            });
}

void connection::leave_to(caf::actor whom) { helper_ = std::move(whom); }

void connection::respond(const http::response& what) {
  if (const auto without = session_.has_elements(what) ? take_outlet() : std::nullopt)
    return respond(*without);
  session_.answer(what, steady_clock::now());
}

void connection::answered(unsigned status, time_point now) {
  if (std::exchange(counted_, true)) { // what came had no head
    method_.clear();
    route_ = {};
    since_ = now;
  }
  if (site_->figures)
    site_->figures->answered(method_, route_.found != nullptr ? route_.found->pattern : std::string_view(),
                             status, now - since_);
}

void connection::settle(std::uint64_t number, const http::response& what) {
  if (number != number_)
    return;
  helper_ = nullptr;
  respond(what);
  carry();
}

// What the session has to say goes to the socket, and what the socket may say depends on that.
void connection::carry(time_point now) {
  do {
    write_out(now);
    if (session_.over())
      return quit();
    if (session_.finished() && !shut_)
      shut_ = line_->end_writing();
    if (const bool welcome = session_.wants_input(); welcome != reads_) {
      reads_ = welcome;
      if (welcome)
        line_->add_to_loop();
      else
        line_->remove_from_loop();
    }
    if (coming_ && !reads_)
      bring_body(); // or why it cannot be
  } while (!session_.output().empty());
  if (session_.waits())
    line_->rest();
  arm();
}

void connection::write_out(time_point now) {
  see_written(now, line_->unsent());
  for (auto& out = session_.output(); !out.empty();) {
    if (!shut_) {
      auto& buffer = line_->wr_buf();
      buffer.insert(buffer.end(), out.begin(), out.end());
      line_->flush();
    }
    clear(out);
    see_written(now, line_->unsent()); // it may go on then
  }
}

void connection::see_written(time_point now, std::size_t left) {
  count_unread(left);
  session_.written(left, now);
}

// Where the client has said nothing further, nobody is asked anything.
bool connection::all_sent(time_point now) {
  if (!reads_ || !session_.idle() || !session_.output().empty())
    return false;
  see_written(now, 0);
  line_->rest();
  arm();
  return true;
}

void connection::arm() {
  const auto next = session_.next_wake();
  if (next >= armed_for_)
    return;
  armed_for_ = next;
  times_->set(address(), next);
}

} // namespace pinion::http
