#pragma once

/// All of the layer that its users need.

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/any_view.hpp>
#include <pinion/shm/array.hpp>
#include <pinion/shm/array_ref.hpp>
#include <pinion/shm/dtype.hpp>
#include <pinion/shm/error.hpp>
#include <pinion/shm/guarded.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/npy.hpp>
#include <pinion/shm/npy_map.hpp>
#include <pinion/shm/npz.hpp>
#include <pinion/shm/overlap.hpp>
#include <pinion/shm/raw.hpp>
#include <pinion/shm/record.hpp>
#include <pinion/shm/rows.hpp>
#include <pinion/shm/shape.hpp>
#include <pinion/shm/shared_value.hpp>
#include <pinion/shm/shared_view.hpp>
#include <pinion/shm/store.hpp>
#include <pinion/shm/sweep.hpp>
#include <pinion/shm/tiles.hpp>
#include <pinion/shm/view.hpp>
