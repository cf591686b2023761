#include <doctest/doctest.h>

#include <string>

#include <pinion/runtime/cli/usage_text.hpp>

namespace {

// What a program with the verbs `call KERNEL --workers N` and `ps` says to a command line.
std::string complaint(const std::string& words) {
  CLI::App program{"", "pinion"};
  auto* call = program.add_subcommand("call");
  std::string kernel;
  int workers = 0;
  call->add_option("KERNEL", kernel)->required();
  call->add_option("--workers", workers)->type_name("N");
  program.add_subcommand("ps");
  auto* shm = program.add_subcommand("shm");
  shm->add_subcommand("ls")->add_flag("--json");
  shm->require_subcommand(0, 1);
  program.require_subcommand(0, 1);
  try {
    program.parse(words);
  } catch (const CLI::ParseError& problem) {
    return pinion::cli::usage_text(program, problem);
  }
  return "";
}

} // namespace

TEST_CASE("an unknown verb is refused with the nearest one") {
  CHECK(complaint("cal fib 30") == "there is no verb `cal` (did you mean `call`?); see `pinion --help`");
  CHECK(complaint("xyzzy --json") == "there is no verb `xyzzy`; see `pinion --help`");
}

TEST_CASE("an unknown option is refused with the nearest one of its verb") {
  CHECK(complaint("call fib --wrokers 3") ==
        "there is no option `--wrokers` (did you mean `--workers`?); see `pinion call --help`");
  CHECK(complaint("call fib --wrokers=3") ==
        "there is no option `--wrokers` (did you mean `--workers`?); see `pinion call --help`");
  CHECK(complaint("--verbose") == "there is no option `--verbose`; see `pinion --help`");
}

TEST_CASE("an option before its verb is sent behind it") {
  CHECK(complaint("--workers 3 call fib") ==
        "the option `--workers` belongs behind `pinion call`; see `pinion call --help`");
  CHECK(complaint("shm --json ls") ==
        "the option `--json` belongs behind `pinion shm ls`; see `pinion shm ls --help`");
}

TEST_CASE("too much and too little are refused by name") {
  CHECK(complaint("ps lab") == "unexpected argument `lab`; see `pinion ps --help`");
  CHECK(complaint("call") == "KERNEL is required; see `pinion call --help`");
  CHECK(complaint("call fib --workers") == "--workers: a value must follow; see `pinion call --help`");
}

TEST_CASE("verbs below a verb are told of by their whole path") {
  CHECK(complaint("shm lss") == "there is no verb `lss` (did you mean `ls`?); see `pinion shm --help`");
  CHECK(complaint("shm ls --jsn") ==
        "there is no option `--jsn` (did you mean `--json`?); see `pinion shm ls --help`");
  CHECK(complaint("shm ls lab") == "unexpected argument `lab`; see `pinion shm ls --help`");
}
