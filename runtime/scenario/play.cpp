#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/scenario/crash_part.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/parse.hpp>
#include <pinion/runtime/scenario/part_process.hpp>
#include <pinion/runtime/scenario/play.hpp>
#include <pinion/runtime/scenario/player.hpp>
#include <pinion/runtime/scenario/report.hpp>
#include <pinion/runtime/scenario/result_file.hpp>

namespace pinion::scenario {
namespace {

void print(std::FILE* where, const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), where) != text.size() || std::fflush(where) != 0)
    raise(runtime_errc::system_refused, std::string("cannot write the result: ") + std::strerror(errno));
}

} // namespace

int play(const config& settings, const std::filesystem::path& file, const std::vector<std::string>& sets,
         const std::optional<std::filesystem::path>& json_out) {
  if (const auto stream = take_part_stream())
    return play_part(*stream, settings, file, sets);

  auto text = parse_file(file, sets);
  const interruption guard;
  const bool is_json_printed = json_out == "-";
  std::unique_ptr<result_file> results;
  if (json_out && !is_json_printed)
    results = std::make_unique<result_file>(*json_out);
  try {
    record notes;
    {
      progress line(STDERR_FILENO);
      notes = play_script(text, settings, line);
    }
    print(is_json_printed ? stderr : stdout, report_text(text, notes));
    if (is_json_printed)
      print(stdout, report_json(text, notes));
    if (results)
      results->keep(report_json(text, notes));
    return notes.all_hold() ? 0 : 1;
  } catch (const std::system_error& wrong) {
    if (wrong.code() != runtime_errc::interrupted)
      throw;
    std::fprintf(stderr, "%s; all workers and arrays were put away\n", wrong.what());
    return 128 + interruption::signal();
  }
}

} // namespace pinion::scenario
