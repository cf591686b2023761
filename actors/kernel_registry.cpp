#include <pinion/actors/kernel_registry.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include <pinion/actors/builtin_kernels.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/actors/kernels_macro.hpp>
#include <pinion/actors/nearest.hpp>
#include <pinion/actors/registered_actor.hpp>

namespace pinion {
namespace {

constexpr std::size_t longest_name = 64;

// As many as fit into an error message that is still read.
constexpr std::size_t shown_names = 12;

// Names are typed in shells and stand in signatures, JSON and paths of an address.
bool speakable(std::string_view name) {
  const auto fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == ':';
  };
  return !name.empty() && name.size() <= longest_name && name.front() != '-' &&
         std::ranges::all_of(name, fine);
}

constexpr std::size_t shown_overloads = 4;

std::string list_of(std::span<const registered_kernel> overloads) {
  std::string text;
  for (const auto& k : overloads.first(std::min(overloads.size(), shown_overloads)))
    text += (text.empty() ? "" : "; ") + k.to_string();
  if (overloads.size() > shown_overloads)
    text += "; and " + std::to_string(overloads.size() - shown_overloads) + " more";
  return text;
}

// "a, b or c"; of many, the first ones and how many there are beside.
std::string any_of(std::span<const std::string> choices) {
  const auto shown = std::min(choices.size(), shown_overloads);
  const auto left_out = choices.size() - shown;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i)
    text += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
  return left_out == 0 ? text : text + " or one of " + std::to_string(left_out) + " more";
}

// Of several overloads the one that got furthest tells what is wrong; those of another count say nothing
// about types.
[[noreturn]] void refuse(std::span<const registered_kernel> overloads,
                         std::span<const argument_view> arguments) {
  std::size_t position = 0;
  std::vector<std::string> expected;
  for (const auto& k : overloads) {
    const auto misfit = k.sig.fit(arguments).misfit;
    if (misfit == 0 || misfit < position)
      continue;
    if (misfit > position)
      expected.clear();
    position = misfit;
    auto wanted = k.sig.parameters[misfit - 1].to_string();
    if (std::ranges::find(expected, wanted) == expected.end())
      expected.push_back(std::move(wanted));
  }
  const auto& first = overloads.front();
  const bool one = overloads.size() == 1;
  auto text = first.name + ": ";
  if (position == 0) {
    text += one ? wrong_count(first.sig, arguments.size()) + ": " + list_of(overloads)
                : "none of its overloads takes " + std::to_string(arguments.size()) +
                      (arguments.size() == 1 ? " argument: " : " arguments: ") + list_of(overloads);
  } else {
    text += "argument " + std::to_string(position) + ": expected " + any_of(expected) + ", got " +
            describe(arguments[position - 1]);
    if (!one)
      text += "; the overloads are " + list_of(overloads);
  }
  throw task_error(actor_errc::bad_arguments, text);
}

struct by_name {
  bool operator()(const registered_kernel& k, std::string_view name) const { return k.name < name; }
  bool operator()(std::string_view name, const registered_kernel& k) const { return name < k.name; }
};

} // namespace

kernel_registry kernel_registry::from_registered() {
  kernel_registry all;
  for (const auto add_to : registered_kernels())
    add_to(all);
  for (const auto& each : all.kernels())
    if (each.builtin() && !each.each)
      throw task_error(actor_errc::bad_registration, "a kernel cannot be named " +
                                                         describe(argument(each.name)) +
                                                         ": names that begin with pinion. are its own");
  add_builtin_kernels(all);
  return all;
}

void kernel_registry::check_name(const std::string& name, std::string_view whose) {
  if (!speakable(name))
    throw task_error(actor_errc::bad_registration,
                     std::string(whose) + " cannot be named " + describe(argument(name)) +
                         ": 1 to 64 of a-z A-Z 0-9 _ . : - are possible, no - in front");
}

void kernel_registry::insert(registered_kernel k) {
  if (!k.each)
    check_name(k.name, "a kernel");
  for (const auto& other : overloads(k.name))
    if (other.sig.parameters == k.sig.parameters && k.each)
      return; // a number and a view of rank 0 are mapped alike: the first will do
    else if (other.sig.parameters == k.sig.parameters)
      throw task_error(actor_errc::bad_registration, "kernel " + k.to_string() + " is there already, as " +
                                                         other.to_string() + "; is a plug-in loaded twice?");
  const auto place = std::upper_bound(kernels_.begin(), kernels_.end(), std::string_view(k.name), by_name{});
  kernels_.insert(place, std::move(k));
  for (std::size_t i = 0; i < kernels_.size(); ++i)
    kernels_[i].index = i;
}

std::span<const registered_kernel> kernel_registry::overloads(std::string_view name) const noexcept {
  const auto [first, last] = std::equal_range(kernels_.begin(), kernels_.end(), name, by_name{});
  return {first, last};
}

const registered_kernel* kernel_registry::map_of(const registered_kernel& one) const noexcept {
  for (const auto& k : overloads(map_name(one.name)))
    if (k.each && k.each->parameters == one.sig.parameters)
      return &k;
  return nullptr;
}

const registered_kernel& kernel_registry::resolve(std::string_view name,
                                                  std::span<const argument_view> arguments) const {
  const auto candidates = overloads(name);
  const registered_kernel* best = nullptr;
  unsigned best_cost = 0;
  for (const auto& k : candidates) {
    const auto fit = k.sig.fit(arguments);
    if (fit.fits && (!best || fit.cost < best_cost)) {
      best = &k;
      best_cost = fit.cost;
    }
  }
  if (best)
    return *best;
  if (candidates.empty())
    refuse_name(name);
  refuse(candidates, arguments);
}

const registered_kernel& kernel_registry::resolve(std::string_view name,
                                                  std::span<const argument> arguments) const {
  std::array<argument_view, 8> few;
  if (arguments.size() <= few.size()) {
    std::ranges::transform(arguments, few.begin(), [](const argument& x) { return look(x); });
    return resolve(name, std::span<const argument_view>(few.data(), arguments.size()));
  }
  std::vector<argument_view> many(arguments.size());
  std::ranges::transform(arguments, many.begin(), [](const argument& x) { return look(x); });
  return resolve(name, std::span<const argument_view>(many));
}

std::uint64_t kernel_registry::fingerprint() const {
  // FNV-1a, 64 bits: the same in every build.
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&](std::string_view text) {
    for (const char c : text)
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ 0xffU) * 0x100000001b3U; // a border that no name contains
  };
  for (const auto& k : kernels_)
    mix(k.to_string());
  for (const auto& each : actors_)
    mix(each->face.to_string());
  for (const auto& each : messages_)
    mix(each->name);
  return hash;
}

void kernel_registry::refuse_name(std::string_view name) const {
  auto text = "there is no kernel named " + describe(argument_view(name)).substr(7);
  std::vector<std::string_view> names;
  for (const auto& k : kernels_)
    if (!k.builtin() && (names.empty() || names.back() != k.name))
      names.push_back(k.name);
  if (const auto meant = nearest_name(name, names)) {
    text += "; did you mean \"" + *meant + "\"?";
  } else if (names.empty()) {
    text += ": no kernels are loaded";
  } else {
    text += "; there are ";
    for (std::size_t i = 0; i < std::min(names.size(), shown_names); ++i)
      text += (i == 0 ? "" : ", ") + std::string(names[i]);
    if (names.size() > shown_names)
      text += " and " + std::to_string(names.size() - shown_names) + " more";
  }
  throw task_error(actor_errc::unknown_kernel, text);
}

} // namespace pinion
