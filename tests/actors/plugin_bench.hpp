#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <dlfcn.h>

#include <pinion/actors/kernel_registry.hpp>
#include <pinion/shm/store.hpp>

#include "printers.hpp"
#include "thrown.hpp"

/// The kernel plug-in of examples/, loaded as `--load` does it.
struct plugin {
  std::string path;
  void* handle = nullptr;

  plugin() {
    for (const char* file : {"pinion_kernels.so", "libpinion_kernels.so"}) {
      path = std::string(PINION_BUILD_DIR) + "/lib/" + file;
      if (std::filesystem::exists(path))
        break;
    }
    handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    REQUIRE_MESSAGE(handle, ::dlerror());
  }
  ~plugin() { ::dlclose(handle); }
  plugin(const plugin&) = delete;
  plugin& operator=(const plugin&) = delete;
};

/// Runs its kernels as a worker would: chosen by their arguments, on references that are opened afresh.
struct plugin_bench {
  plugin loaded;
  pinion::kernel_registry kernels = pinion::kernel_registry::from_registered();
  pinion::store memory;
  pinion::mapper maps;
  pinion::context ctx;

  template <class... Ts>
  pinion::argument operator()(std::string_view name, const Ts&... values) {
    const std::vector<pinion::argument> list{pinion::to_argument(values)...};
    return kernels.resolve(name, std::span<const pinion::argument>(list)).invoke(list, maps, ctx);
  }

  template <class T>
  pinion::array<T> counting(const pinion::extents& shape, int from = 0) {
    auto a = memory.zeros<T>(shape);
    int next = from;
    for (auto& x : a)
      x = static_cast<T>(next++);
    return a;
  }

  template <class... Ts>
  pinion::failure failed(std::string_view name, const Ts&... values) {
    try {
      (*this)(name, values...);
    } catch (...) {
      return pinion::failure_of(name, std::current_exception());
    }
    return {pinion::actor_errc::internal, "nothing was thrown"};
  }
};
