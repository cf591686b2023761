// Making and dropping arrays: warm, fresh from the system, and many of them for a long time.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

#include <sys/mman.h>

#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/shm/store.hpp>

#include "measurement.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

constexpr std::int64_t mebibyte = 1 << 20;

figure warm(const effort& how) {
  store arrays;
  const auto keep = arrays.empty<std::uint8_t>({1});
  samples floor;
  samples ours;
  alternate(
      how.rounds,
      [&] {
        floor.add(seconds_of([&] {
                    for (int i = 0; i < how.trips; ++i) {
                      void* volatile block = std::malloc(mebibyte);
                      std::free(block);
                    }
                  }) /
                  how.trips);
      },
      [&] {
        ours.add(seconds_of([&] {
                   for (int i = 0; i < how.trips; ++i)
                     static_cast<void>(arrays.empty<std::uint8_t>({mebibyte}));
                 }) /
                 how.trips);
      });
  auto result = compare("1 MiB, made and dropped, warm", floor, ours);
  result.limit_plus = 5e-6;
  result.means = "The floor is malloc and free of as much, in this process alone.";
  return result;
}

figure fresh(const effort& how, backing kind, const std::string& where) {
  samples floor;
  samples ours;
  alternate(
      how.repeats + 2,
      [&] {
        void* block = nullptr;
        floor.add(seconds_of([&] {
          block =
              ::mmap(nullptr, how.array_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          // Pages of the usual size, as arrays have here.
          ::madvise(block, how.array_bytes, MADV_NOHUGEPAGE);
          std::memset(block, 1, how.array_bytes);
        }));
        ::munmap(block, how.array_bytes);
      },
      [&] {
        store_options options;
        options.kind = kind;
        store arrays(options);
        array<std::uint8_t> made;
        ours.add(seconds_of([&] {
          made = arrays.empty<std::uint8_t>({static_cast<std::int64_t>(how.array_bytes)});
          std::memset(made.data(), 1, how.array_bytes);
        }));
      });
  auto result = compare(scenario::bytes_text(static_cast<double>(how.array_bytes)) +
                            " of fresh pages, made and written" + where,
                        floor, ours);
  result.limit_times = 1.2;
  result.means = "The floor is the first memset of anonymous memory with pages of 4 KiB; ours reserves each "
                 "page before. Memory without a name has huge pages where the system gives them.";
  return result;
}

// `count` arrays live; random ones are dropped and made again, sizes from 64 bytes to 64 KiB, each power of
// two as often as the next.
struct crowd {
  explicit crowd(std::size_t count) : slots(count) {
    for (auto& each : slots)
      each = make();
  }
  array<std::uint8_t> make() {
    const auto size = std::exp2(std::uniform_real_distribution<double>(6, 16)(random));
    return arrays.empty<std::uint8_t>({static_cast<std::int64_t>(size)});
  }
  void change(int times) {
    for (int i = 0; i < times; ++i) {
      auto& one = slots[random() % slots.size()];
      one = {};
      one = make();
    }
  }
  double seconds_each(int times) {
    return seconds_of([&] { change(times); }) / times;
  }

  std::mt19937_64 random{7};
  store arrays;
  std::vector<array<std::uint8_t>> slots;
};

// As many elements in a balanced tree, dropped and entered at random: what logarithmic costs on this machine,
// caches and all.
double seconds_in_a_tree(std::size_t count, int times) {
  std::mt19937_64 random{7};
  std::map<std::uint64_t, std::uint64_t> tree;
  std::vector<std::uint64_t> keys(count);
  const auto enter = [&](std::uint64_t& key) {
    key = random();
    tree.emplace(key, key);
  };
  for (auto& each : keys)
    enter(each);
  return seconds_of([&] {
           for (int i = 0; i < times; ++i) {
             auto& one = keys[random() % keys.size()];
             tree.erase(one);
             enter(one);
           }
         }) /
         times;
}

} // namespace

std::vector<figure> allocate(const effort& how) {
  return {warm(how), fresh(how, backing::named, ""), fresh(how, backing::memfd, ", no name")};
}

std::vector<figure> fragments(const effort& how) {
  const auto many = static_cast<std::size_t>(how.trips) * 1000 / 3;
  const auto few = many / 100;
  crowd small(few);
  crowd large(many);
  small.change(static_cast<int>(many));
  large.change(static_cast<int>(many) * 3);
  samples floor;
  samples ours;
  const int times = how.trips * 10;
  alternate(
      how.rounds,
      [&] {
        const auto growth = seconds_in_a_tree(many, times) / seconds_in_a_tree(few, times);
        floor.add(small.seconds_each(times) * growth);
      },
      [&] { ours.add(large.seconds_each(times)); });
  auto time = compare("one array dropped and one made, " + std::to_string(many) + " live", floor, ours);
  time.limit_times = 1.2;
  time.means = "The floor is the same with " + std::to_string(few) +
               " live, times what a balanced tree (std::map) of so many more elements takes longer: "
               "logarithmic, caches and all.";
  const auto now = large.arrays.stats();
  figure room;
  room.of = "memory taken by " + std::to_string(many) + " arrays";
  room.in = figure::unit::bytes;
  room.floor = static_cast<double>(now.used);
  room.ours = room.low = room.high = static_cast<double>(now.reserved);
  room.limit_times = 1 / 0.85;
  room.means =
      "The floor is what the arrays need, ours what their segments take after four times as many changes: "
      "external fragmentation of at most 15 % is a ratio of 1.18.";
  return {time, room};
}

} // namespace pinion::bench
