#include "io_asker.hpp"

#include <stdexcept>
#include <utility>

#include "timing.hpp"

namespace pinion::bench {

class io_asker::broker final : public caf::io::broker {
public:
  broker(caf::actor_config& cfg, caf::actor dispatcher, make_task what, std::shared_ptr<job> for_whom)
      : caf::io::broker(cfg), dispatcher_(std::move(dispatcher)), make_(std::move(what)),
        job_(std::move(for_whom)) {}

  caf::behavior make_behavior() override {
    return {[this](std::int32_t trips) {
      left_ = trips;
      ask();
    }};
  }

private:
  void ask() {
    begun_ = steady_clock::now();
    asking<void, broker>(this, dispatcher_, make_())
        .then(
            [this] {
              job_->times->add(seconds_since(begun_));
              if (--left_ > 0)
                ask();
              else
                finish([](auto& told) { told.set_value(); });
            },
            [this](const caf::error& why) {
              finish([&](auto& told) {
                told.set_exception(std::make_exception_ptr(std::runtime_error(text_of(why))));
              });
            });
  }

  // The promise is held until it is done with the waiting thread, which goes on at once and may drop it.
  template <class Tell>
  void finish(Tell tell) {
    const auto kept = job_->done;
    tell(*kept);
  }

  caf::actor dispatcher_;
  make_task make_;
  std::shared_ptr<job> job_;
  std::int32_t left_ = 0;
  time_point begun_;
};

io_asker::io_asker(node& where, make_task what) : job_(std::make_shared<job>()) {
  caf::actor_config cfg{&where.system().middleman().backend()};
  actor_ = where.system().spawn_impl<broker, caf::hidden>(cfg, where.dispatcher(), std::move(what), job_);
}

io_asker::~io_asker() { caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown); }

void io_asker::ask(int trips, samples& times) {
  // The message that starts it makes this visible to its thread, and the promise makes the times visible to
  // ours.
  job_->times = &times;
  job_->done = std::make_shared<std::promise<void>>();
  auto done = job_->done->get_future();
  caf::anon_send(actor_, static_cast<std::int32_t>(trips));
  done.get();
}

} // namespace pinion::bench
