// Numbers and other single values as the command line prints them.
#pragma once

#include <complex>
#include <string>

#include <pinion/actors/argument.hpp>
#include <pinion/shm/dtype.hpp>

namespace pinion {

/// The fewest digits that read back to the same number; with an exponent below 1e-4 and from 1e16 on.
std::string number_text(double value);
std::string number_text(float value);

/// "(1+2j)".
std::string number_text(const std::complex<double>& value);
std::string number_text(const std::complex<float>& value);

/// A result that is no array; strings as they are, nothing for monostate. An array_ref is described.
std::string scalar_text(const argument& value);

/// One element of an array of this type.
std::string element_text(const void* element, dtype type);

} // namespace pinion
