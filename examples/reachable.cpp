// A program that others can ask: `pinion ps`, `pinion call --node pricing …`, `pinion shm why prices`, and
// that ends when somebody says `pinion stop pricing`.
#include <future>
#include <mutex>

#include <pinion/pinion.hpp>
#include <pinion/runtime/front_desk.hpp>

int main(int argc, char** argv) {
  // [desk]
  auto settings = pinion::config::from(argc, argv);
  settings.name = "pricing";
  pinion::node node(settings);
  std::promise<void> stop; // kept by `pinion stop pricing`, which may be said more than once
  std::once_flag once;
  const auto keep = [&] { std::call_once(once, [&] { stop.set_value(); }); };
  const pinion::front_desk desk(node, node.runtime_dir(), keep);
  node.publish("prices", node.zeros<double>({1000}));
  stop.get_future().wait();
  // [desk end]
}
