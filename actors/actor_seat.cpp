#include <pinion/actors/actor_seat.hpp>

#include <optional>
#include <utility>
#include <vector>

#include <pinion/actors/hosted_behavior.hpp>
#include <pinion/actors/join_link.hpp>
#include <pinion/actors/message_check.hpp>
#include <pinion/actors/wire.hpp>

namespace pinion {

namespace {

std::optional<committed_arrays> state_of(const std::string& packed, mapper& maps) {
  const auto refs = unpack_arguments(packed);
  if (refs.empty())
    return std::nullopt;
  return committed_arrays{maps.open(std::get<array_ref>(refs.at(0)), access::write),
                          maps.open(std::get<array_ref>(refs.at(1)), access::write).as<std::uint64_t>()};
}

} // namespace

actor_seat::actor_seat(caf::actor_config& cfg, actor_seat_setup setup)
    : caf::io::broker(cfg), setup_(std::move(setup)) {}

caf::behavior actor_seat::make_behavior() {
  set_down_handler([this](caf::down_msg& msg) {
    if (actor_ && msg.source == actor_.address())
      end(msg.reason);
    else
      quit(); // the node is gone
  });
  join_link(this, std::move(setup_.link), setup_.greeting,
            [this](const caf::actor& stand_in) { stand_in_ = stand_in; });
  return {
      [this](const begin_actor& what) { begin(what); },
      [this](letter& what) { deliver(what); },
      // From the actor, what a handler threw.
      [this](const letter_refusal& what) {
        fault_ = what.why;
        if (open_.erase(what.number) == 1)
          send(stand_in_, what);
      },
      [this](const farewell&) { quit(); },
  };
}

void actor_seat::begin(const begin_actor& what) {
  try {
    hosted_behavior::setup how;
    how.arguments = unpack_arguments(what.arguments);
    std::vector<argument_view> looks;
    for (const auto& each : how.arguments)
      looks.push_back(look(each));
    how.what = &setup_.kernels->resolve_actor(what.behavior, looks);
    here_ = std::make_unique<actor_context>(what.name, what.life, state_of(what.state, maps_), maps_);
    how.here = here_.get();
    how.maps = &maps_;
    how.page = setup_.page;
    how.seat = address();
    how.on_throw = [me = caf::actor_cast<caf::actor>(this)](std::uint64_t number, const failure& why) {
      caf::anon_send(me, letter_refusal{number, to_caf_error(why)});
    };
    actor_ = system().spawn<hosted_behavior>(std::move(how));
    monitor(actor_);
  } catch (const std::exception& why) {
    end(to_caf_error({actor_errc::internal, what.name + ": " + why.what()}));
  }
}

void actor_seat::deliver(letter& what) {
  if (!actor_)
    return; // it has ended, which the stand-in is about to hear
  open_.insert(what.number);
  caf::actor_cast<caf::abstract_actor*>(actor_)->enqueue(
      ctrl(), caf::make_message_id(first_letter + what.number), std::move(what.content), context());
}

// Its answers, whatever they are made of.
caf::invoke_message_result actor_seat::consume(caf::mailbox_element& what) {
  const auto number = what.mid.is_response() ? what.mid.request_id().integer_value() : 0;
  if (number <= first_letter)
    return caf::io::broker::consume(what);
  auto content = what.move_content_to_message();
  if (!content.match_elements<caf::error>()) {
    std::size_t bytes = 0;
    const auto unfit = unfit_message(system(), *setup_.kernels, content, bytes);
    if (open_.erase(number - first_letter) != 1)
      return caf::invoke_message_result::consumed;
    if (unfit)
      send(stand_in_,
           letter_refusal{number - first_letter,
                          to_caf_error({actor_errc::wrong_result_type,
                                        here_->name() + ": its answer cannot travel: " + *unfit})});
    else
      send(stand_in_, letter_answer{number - first_letter, std::move(content)});
    return caf::invoke_message_result::consumed;
  }
  const auto& why = content.get_as<caf::error>(0);
  // An actor that ended before a letter's turn gives no answer: it is sent again to the next process. The
  // same error of a letter that had its turn is the handler's own.
  const auto begun = setup_.page->block().begun.load(std::memory_order_acquire);
  const bool no_turn = why == caf::sec::request_receiver_down && number - first_letter > begun;
  if (!no_turn && open_.erase(number - first_letter) == 1)
    send(stand_in_, letter_refusal{number - first_letter, why});
  return caf::invoke_message_result::consumed;
}

// The stand-in answers with a farewell, so that all that was said before it has arrived.
void actor_seat::end(const caf::error& why) {
  actor_ = nullptr;
  well_ = !fault_ && (!why || why == caf::exit_reason::normal || why == caf::exit_reason::user_shutdown);
  send(stand_in_, actor_over{well_ ? caf::error{} : fault_ ? fault_ : why});
}

void actor_seat::on_exit() {
  stand_in_ = nullptr;
  actor_ = nullptr;
  setup_.leave(well_);
}

caf::actor spawn_actor_seat(caf::actor_system& system, actor_seat_setup setup) {
  caf::actor_config cfg{&system.middleman().backend()};
  return system.spawn_impl<actor_seat, caf::hidden>(cfg, std::move(setup));
}

} // namespace pinion
