// `pinion call`: one kernel, once.
#include <optional>

#include <pinion/runtime/backing_choice.hpp>
#include <pinion/runtime/cli/call_arguments.hpp>
#include <pinion/runtime/cli/call_report.hpp>
#include <pinion/runtime/cli/exit_at_signal.hpp>
#include <pinion/runtime/cli/interrupted.hpp>
#include <pinion/runtime/cli/kernel_choice.hpp>
#include <pinion/runtime/cli/output.hpp>
#include <pinion/runtime/cli/signal_watch.hpp>
#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/cli/verb.hpp>
#include <pinion/runtime/client.hpp>
#include <pinion/runtime/duration_text.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npz.hpp>
#include <pinion/shm/output_file.hpp>

namespace pinion::cli {
namespace {

constexpr auto signal_check = std::chrono::milliseconds{20};

struct call_request {
  std::string kernel;
  std::vector<std::string> arguments;
  std::optional<std::string> node;
  std::vector<std::string> files;
  std::string timeout;
  bool json = false;
  bool stamps = false;
  std::shared_ptr<const config_flags> flags;
};

task_options options_of(const call_request& asked) {
  task_options options;
  if (asked.timeout.empty())
    return options;
  options.timeout = parse_duration(asked.timeout);
  if (!options.timeout)
    throw usage_error("--timeout " + asked.timeout +
                      ": expected a time with its unit, such as 250ms, 10s or 2min, at most a year; 0: none");
  if (options.timeout->count() == 0)
    options.timeout = std::chrono::nanoseconds::max(); // over the node's task_timeout
  return options;
}

std::vector<argument_text> parsed(const std::vector<std::string>& words) {
  std::vector<argument_text> result;
  for (const auto& word : words)
    result.push_back(parse_argument(word));
  return result;
}

void check_files(const call_request& asked, std::size_t arrays) {
  if (asked.files.size() > arrays)
    throw usage_error("more --out (" + std::to_string(asked.files.size()) + ") than arrays that " +
                      asked.kernel + " writes here (" + std::to_string(arrays) + "); see `pinion kernels`");
  // What cannot be saved is said before the work, not after.
  for (const auto& file : asked.files) {
    if (file.empty())
      throw usage_error("--out: expected the name of a file");
    output_file{file};
  }
}

void save(const call_report& report) {
  for (std::size_t i = 0; i < report.files.size(); ++i)
    if (report.files[i].extension() == ".npz")
      save_npz(report.files[i], {{"arr_0", report.arrays[i]}}); // what NumPy calls an array without a name
    else
      save_npy(report.files[i], report.arrays[i]);
}

void stop_at_signal(signal_watch& signals) {
  if (const auto number = signals.wait_for(std::chrono::milliseconds{0}))
    throw interrupted(*number);
}

bool returns_array(const signature& sig) {
  return sig.result &&
         (sig.result->what == parameter::kind::array || sig.result->what == parameter::kind::any_array);
}

void take(call_report& report, outcome answer) {
  if (const auto* why = std::get_if<failure>(&answer.result))
    throw task_error(*why);
  report.result = std::get<argument>(std::move(answer.result));
  report.stamps = answer.stamps;
  report.worker = answer.worker;
  if (answer.block)
    report.keeps.push_back(answer.block);
  if (const auto* array = std::get_if<array_ref>(&report.result))
    report.arrays.push_back(mapper().open(*array, access::read));
}

call_arguments load(store& into, const std::vector<argument_text>& spelled,
                    const std::filesystem::path& runtime_dir, signal_watch& signals) {
  const exit_at_signal impatient(signals);
  return {into, spelled, runtime_dir};
}

// Flags that shape a node say nothing to one that runs already.
void refuse_node_flags(const config_flags& flags) {
  for (const auto& setting : flags.settings())
    if (setting.option != "runtime_dir" && setting.option != "store_limit" && setting.option != "log_level" &&
        setting.option != "array_memory" && setting.option != "huge_pages")
      throw usage_error(setting.where +
                        " is for a node of the call's own, --node names one that runs; leave one out");
}

call_report call_own_node(const call_request& asked, signal_watch& signals) {
  // All that can be wrong with the words comes before the work of starting a node and of reading files.
  const auto options = options_of(asked);
  const auto spelled = parsed(asked.arguments);
  node own(asked.flags->load().value());
  const auto arguments = load(own.arrays(), spelled, own.runtime_dir(), signals);
  const auto& sig = own.kernels().resolve(asked.kernel, arguments.values()).sig;
  arguments.check_rights(sig);
  call_report report;
  report.kernel = asked.kernel;
  report.arrays = arguments.written_by(sig);
  check_files(asked, report.arrays.size() + (returns_array(sig) ? 1 : 0));
  const auto answer = own.submit_packed(options, asked.kernel, arguments.values(), arguments.holds());
  while (!answer.wait_for(signal_check))
    stop_at_signal(signals);
  take(report, answer.whole());
  return report;
}

call_report call_running_node(const call_request& asked, signal_watch& signals) {
  const auto options = options_of(asked);
  const auto spelled = parsed(asked.arguments);
  refuse_node_flags(*asked.flags);
  const auto settings = asked.flags->load().value();
  const auto connection = std::make_shared<client>(settings, *asked.node);
  auto& node = *connection;
  node.interrupt_with(signals.source());
  store_options shelf;
  shelf.limit = settings.store_limit;
  shelf.tag = "pinion call";
  shelf.kind = choose_backing(settings.array_memory, settings.store_limit).kind;
  shelf.huge = settings.huge_pages;
  store arrays(shelf);
  const auto arguments = load(arrays, spelled, settings.runtime_dir, signals);
  call_report report;
  report.kernel = asked.kernel;
  const auto kernels = nlohmann::ordered_json::parse(node.kernels_json());
  if (const auto sig = choose_kernel(kernels, asked.kernel, arguments.values())) {
    arguments.check_rights(*sig);
    report.arrays = arguments.written_by(*sig);
    check_files(asked, report.arrays.size() + (returns_array(*sig) ? 1 : 0));
  }
  take(report, node.call(options, asked.kernel, arguments.values()));
  report.keeps.push_back(connection); // the node keeps results for as long as it stays
  return report;
}

call_report answered(const call_request& asked, signal_watch& signals) {
  try {
    return asked.node ? call_running_node(asked, signals) : call_own_node(asked, signals);
  } catch (const task_error& why) {
    stop_at_signal(signals); // it may have ended the worker as well
    if (asked.json)
      print(call_report::failure_json(asked.kernel, why.why()));
    throw;
  } catch (const std::system_error& why) {
    if (why.code() == runtime_errc::interrupted)
      stop_at_signal(signals);
    throw;
  }
}

int call(const call_request& asked) {
  if (asked.kernel.empty())
    throw usage_error("the KERNEL is missing; `pinion kernels` lists them");
  signal_watch signals;
  auto report = answered(asked, signals);
  report.files.assign(asked.files.begin(), asked.files.end());
  save(report);
  print(asked.json ? report.json() : report.text());
  if (asked.stamps && !asked.json)
    remark(report.stamps_text());
  return done;
}

} // namespace

verb add_call(CLI::App& program, const common_flags& common) {
  auto* command = program.add_subcommand("call", "Run one kernel and print its result");
  command->footer(
      "Examples:\n"
      "  pinion call fib 30\n"
      "  pinion call dot @a.npy @b.npy --node lab\n"
      "  pinion call matmul @a.npy @b.npy zeros:float64:2x2 --out c.npy\n"
      "  pinion call sum '@x.bin:float64[1000,3]'\n"
      "  pinion call sum map:big.npy\n"
      "  pinion call dot name:prices @b.npy\n\n"
      "Arguments are numbers (7, -0.5, 1+2j), true or false, arrays, str:TEXT for a string that looks like\n"
      "something else, and strings. What follows -- is an argument, whatever it looks like.\n"
      "Arrays are\n"
      "  @FILE.npy            from a NumPy file\n"
      "  @FILE.npz:NAME       one of a NumPy archive; without :NAME the only one\n"
      "  @FILE:TYPE[SHAPE]    bare elements: @x.bin:float64[1000,3], or [-1,3] for as many rows as there "
      "are;\n"
      "                       behind it :offset=16,order=F,bytes=big where they are not as usual\n"
      "  map:FILE.npy         the same without reading it first: the file's pages are the array, to be read "
      "only\n"
      "  name:NAME            one that a node of yours publishes\n"
      "  zeros:TYPE:SHAPE     fresh, such as zeros:float64:2x3\n"
      "Without --node a node is started for the call and ended with it.");
  const auto asked = std::make_shared<call_request>();
  command->add_option("KERNEL", asked->kernel, "Name of the kernel, as `pinion kernels` shows it")
      ->type_name("");
  command->add_option("ARGUMENTS", asked->arguments, "What it is called with")->type_name("");
  command->add_option("--node", asked->node, "Ask this running node")->type_name("NAME");
  command
      ->add_option(
          "--out", asked->files,
          "Save an array that the kernel writes, in their order (may be repeated); as a NumPy file,\n"
          "or as the array arr_0 of an archive when the name ends with .npz")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--timeout", asked->timeout, "Give up after this time; 0: never")->type_name("TIME");
  command->add_flag("--json", asked->json, "Print JSON");
  command->add_flag("--stamps", asked->stamps, "Print on standard error when the task passed which phase");
  asked->flags = std::make_shared<const config_flags>(*command, config_flags::scope::own, common);
  return {command, asked->flags, [asked] { return call(*asked); }};
}

} // namespace pinion::cli
