// The registry's other part: actors with a process of their own, and the types in their messages.
#include <pinion/actors/kernel_registry.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <pinion/actors/binding.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/actors/nearest.hpp>
#include <pinion/actors/registered_actor.hpp>

namespace pinion {

void kernel_registry::insert_actor(std::shared_ptr<const registered_actor> what) {
  check_name(what->face.name, "an actor");
  const auto place = std::ranges::lower_bound(actors_, what->face.name, {},
                                              [](const auto& each) { return each->face.name; });
  if (place != actors_.end() && (*place)->face.name == what->face.name)
    throw task_error(actor_errc::bad_registration,
                     "an actor `" + what->face.name + "` is there already; is a plug-in loaded twice?");
  actors_.insert(place, std::move(what));
}

void kernel_registry::insert_message(const registered_message& what) {
  for (const auto& each : messages_)
    if (each->name == what.name || each->type == what.type)
      throw task_error(actor_errc::bad_registration,
                       "a message type `" + what.name + "` is there already" +
                           (each->name == what.name ? "" : ", by the name of `" + each->name + "`"));
  messages_.push_back(std::make_shared<registered_message>(what));
}

const registered_actor& kernel_registry::resolve_actor(std::string_view name,
                                                       std::span<const argument_view> arguments) const {
  for (const auto& each : actors_) {
    if (each->face.name != name)
      continue;
    const auto fit = each->face.sig.fit(arguments);
    if (fit.fits)
      return *each;
    const auto text = fit.misfit == 0 ? wrong_count(each->face.sig, arguments.size())
                                      : "argument " + std::to_string(fit.misfit) + ": expected " +
                                            each->face.sig.parameters[fit.misfit - 1].to_string() + ", got " +
                                            describe(arguments[fit.misfit - 1]);
    throw task_error(actor_errc::bad_arguments, each->face.name + ": " + text);
  }
  auto text = "there is no actor named " + describe(argument_view(name)).substr(7);
  std::vector<std::string_view> names;
  for (const auto& each : actors_)
    names.push_back(each->face.name);
  if (const auto meant = nearest_name(name, names))
    text += "; did you mean \"" + *meant + "\"?";
  else if (!overloads(name).empty())
    text += "; that is a kernel: submit it, or ask for it";
  else
    text += ": add it with k.add_actor in PINION_KERNELS";
  throw task_error(actor_errc::unknown_kernel, text);
}

bool kernel_registry::knows_message(const std::type_info& type) const noexcept {
  return std::ranges::any_of(messages_, [&](const auto& each) { return each->type == type; });
}

} // namespace pinion
