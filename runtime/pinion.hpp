#pragma once

/// All that a program needs that embeds pinion. Spelled <pinion/pinion.hpp>; for users only: inside the tree
/// each file includes what it uses.

#include <pinion/actors/actor_binding.hpp>
#include <pinion/actors/ask.hpp>
#include <pinion/actors/caf.hpp>
#include <pinion/actors/context.hpp>
#include <pinion/actors/coroutine.hpp>
#include <pinion/actors/error.hpp>
#include <pinion/actors/fan_out.hpp>
#include <pinion/actors/future.hpp>
#include <pinion/actors/hedge.hpp>
#include <pinion/actors/kernel.hpp>
#include <pinion/actors/kernels_macro.hpp>
#include <pinion/actors/view_nd.hpp>
#include <pinion/actors/wait.hpp>
#include <pinion/runtime/actor_options.hpp>
#include <pinion/runtime/config.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/hosted_actor.hpp>
#include <pinion/runtime/http/server.hpp>
#include <pinion/runtime/node.hpp>
#include <pinion/runtime/worker_main.hpp>
#include <pinion/shm/shm.hpp>
