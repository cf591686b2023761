#include <pinion/runtime/error.hpp>

#include <utility>

namespace pinion {
namespace {

class category final : public std::error_category {
public:
  const char* name() const noexcept override { return "pinion.runtime"; }

  std::string message(int value) const override {
    switch (static_cast<runtime_errc>(value)) {
    case runtime_errc::bad_config:
      return "a configuration value cannot be used";
    case runtime_errc::name_taken:
      return "another live node has this name";
    case runtime_errc::no_such_node:
      return "no live node has this name";
    case runtime_errc::not_yours:
      return "this belongs to another user";
    case runtime_errc::cannot_start_worker:
      return "a worker process could not be started";
    case runtime_errc::worker_gave_up:
      return "a worker died too often, too soon after its start";
    case runtime_errc::plugin_not_loaded:
      return "a plug-in could not be loaded";
    case runtime_errc::plugin_without_kernels:
      return "a plug-in registered no kernel";
    case runtime_errc::kernels_differ:
      return "two processes registered different kernels";
    case runtime_errc::scenario_error:
      return "a scenario is wrong or could not be played";
    case runtime_errc::link_failed:
      return "a link to another process broke";
    case runtime_errc::system_refused:
      return "the operating system refused a call";
    case runtime_errc::interrupted:
      return "the work was interrupted";
    case runtime_errc::no_such_array:
      return "no live process publishes an array by this name";
    }
    return "unknown error " + std::to_string(value);
  }
};

// std::system_error writes the category's sentence behind the text; ours is complete as it stands.
class runtime_exception final : public std::system_error {
public:
  runtime_exception(runtime_errc value, std::string text)
      : std::system_error(make_error_code(value)), text_(std::move(text)) {}

  const char* what() const noexcept override { return text_.c_str(); }

private:
  std::string text_;
};

} // namespace

const std::error_category& runtime_category() noexcept {
  static const category instance;
  return instance;
}

std::error_code make_error_code(runtime_errc value) noexcept {
  return {static_cast<int>(value), runtime_category()};
}

void raise(runtime_errc value, const std::string& text) { throw runtime_exception(value, text); }

} // namespace pinion
