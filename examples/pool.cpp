// A pool that is told how it is to be: how many workers, when they are replaced, who may wait for how long.
#include <pinion/pinion.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;

// [kernels]
double model = 0; // each worker's own, from its initializer

void load_model(double weight) { model = weight; }
double predict(double x) { return model * x; }

PINION_KERNELS(k) {
  k.add("load_model", load_model);
  k.add("predict", predict, {.idempotent = true}); // runs again when its worker dies of something
}
// [kernels end]

int main(int argc, char** argv) {
  // [settings]
  auto settings = pinion::config::from(argc, argv);
  settings.workers = 2;
  settings.initializer = {"load_model", 2.5}; // before the first task of each worker
  settings.spare_workers = 1;                 // ready to take the place of one that dies
  settings.recycle_tasks = 1000;              // or leaves, since it has run so many
  settings.max_queue = 100;
  settings.when_full = pinion::full_policy::wait; // submit() waits for room
  pinion::node node(settings);
  // [settings end]

  // [clients]
  pinion::task_options hers;
  hers.client = 17;  // clients take turns, however many tasks one of them has
  hers.timeout = 2s; // of the work; future.wait_for() is for the wait alone
  hers.priority = 1; // goes first; what waits gains a priority with each second
  std::vector<pinion::future<double>> all;
  for (int i = 1; i <= 1000; ++i)
    all.push_back(node.submit<double>(hers, "predict", i));
  // [clients end]
  double sum = 0;
  for (auto& each : all)
    sum += each.get();

  // [change]
  node.resize(1); // those that leave finish what they have
  node.pause();   // takes tasks in, hands none out
  auto late = node.submit<double>("predict", 4);
  node.resume();
  const bool done = node.drain(10s); // no new task until resume(); true once all is done
  // [change end]
  try {
    node.submit<double>("predict", 1).get();
  } catch (const pinion::task_error& why) {
    if (why.reason() == pinion::actor_errc::draining)
      std::printf("pool: %g %g %s\n", sum, late.get(), done ? "drained" : "busy");
  }
}
