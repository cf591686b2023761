#include <pinion/runtime/cli/http_flags.hpp>

#include <charconv>
#include <chrono>
#include <functional>
#include <map>
#include <string>

#include <pinion/runtime/cli/usage_error.hpp>
#include <pinion/runtime/duration_text.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/http/bearer.hpp>
#include <pinion/runtime/size_text.hpp>
#include <pinion/runtime/text_file.hpp>

namespace pinion::cli {

namespace {

/// A limit that can be set: its flag, what it is counted in, and what it does.
struct limit_flag {
  std::string name;
  std::string type;
  std::string about;
  /// False: the text is none.
  std::function<bool(http::limits& of, const std::string& text)> set;
};

limit_flag number(std::string name, std::string about, std::size_t http::limits::*where) {
  return {std::move(name), "N", std::move(about), [where](http::limits& of, const std::string& text) {
            const auto* end = text.data() + text.size();
            const auto [stop, why] = std::from_chars(text.data(), end, of.*where);
            return why == std::errc() && stop == end && of.*where > 0;
          }};
}

limit_flag size(std::string name, std::string about, std::size_t http::limits::*where) {
  return {std::move(name), "SIZE", std::move(about), [where](http::limits& of, const std::string& text) {
            const auto bytes = parse_size(text);
            of.*where = bytes.value_or(0);
            return bytes && *bytes > 0;
          }};
}

limit_flag time(std::string name, std::string about, std::chrono::milliseconds http::limits::*where) {
  return {std::move(name), "TIME", std::move(about), [where](http::limits& of, const std::string& text) {
            const auto given = parse_duration(text);
            of.*where = std::chrono::ceil<std::chrono::milliseconds>(given.value_or(std::chrono::seconds{0}));
            return given && given->count() > 0;
          }};
}

const std::vector<limit_flag>& limit_flags() {
  using http::limits;
  static const std::vector<limit_flag> all{
      number("--http-connections", "Most connections at a time (10000)", &limits::connections),
      number("--http-client-connections", "Most of one address, and so of its requests at a time (1000)",
             &limits::client_connections),
      size("--http-head", "Most of a request's line and fields (32KiB)", &limits::head),
      size("--http-body", "Most of a body that is no array (1MiB)", &limits::body),
      size("--http-array", "Most of an array in a body (as much as the store has room for)", &limits::array),
      number("--http-names", "Most arrays that clients may give names (1000)", &limits::names),
      time("--http-idle", "Time without a request after which a connection is closed (60s)",
           &limits::idle_time),
      time("--http-leave", "Time for what is at hand when the node ends (10s)", &limits::leave_time),
  };
  return all;
}

// One line, without what ends it.
std::string token_in(const std::string& file) {
  auto text = read_text_file(file, runtime_errc::bad_config);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  if (!http::is_token(text))
    raise(runtime_errc::bad_config,
          "--http-token: '" + file + "' should hold one word of visible ASCII, the token, in one line");
  return text;
}

std::string example(const std::string& type) {
  return type == "N"      ? "a whole number from 1 on"
         : type == "SIZE" ? "a size such as 64MiB"
                          : "a time such as 10s";
}

} // namespace

struct http_flags::spelled {
  std::optional<std::string> where;
  std::optional<std::string> token_file;
  std::map<std::string, std::string> limits; ///< by their flags
};

http_flags::http_flags(CLI::App& command) : spelled_(std::make_shared<spelled>()) {
  command
      .add_option("--http", spelled_->where,
                  "Serve HTTP at HOST:PORT, or at PORT for this machine alone; 0 takes any that is free")
      ->type_name("WHERE")
      ->take_last()
      ->group("HTTP");
  command
      .add_option("--http-token", spelled_->token_file,
                  "Serve only who sends the token in this file (Authorization: Bearer)")
      ->type_name("FILE")
      ->take_last()
      ->group("HTTP");
  for (const auto& each : limit_flags())
    command
        .add_option_function<std::string>(
            each.name,
            [all = spelled_, name = each.name](const std::string& text) { all->limits[name] = text; },
            each.about)
        ->type_name(each.type)
        ->take_last() // as all flags of this verb
        ->group("HTTP");
}

std::optional<http_flags::door_plan> http_flags::door() const {
  if (!spelled_->where) {
    const auto lonely = spelled_->token_file       ? "--http-token"
                        : spelled_->limits.empty() ? std::string()
                                                   : spelled_->limits.begin()->first;
    if (!lonely.empty())
      throw usage_error(lonely + " is for a node that serves HTTP; say --http as well");
    return std::nullopt;
  }
  door_plan result;
  result.where = http::address::parse(*spelled_->where);
  for (const auto& each : limit_flags())
    if (const auto at = spelled_->limits.find(each.name);
        at != spelled_->limits.end() && !each.set(result.how.limits, at->second))
      throw usage_error(each.name + ": '" + at->second + "' is not " + example(each.type));
  http::check(result.how.limits);
  if (spelled_->token_file)
    result.how.token = token_in(*spelled_->token_file);
  return result;
}

} // namespace pinion::cli
