#pragma once

/// Marks a namespace's block whose names a shared libftracectl shows to those who link it.
#if defined(__GNUC__)
#define FTRACECTL_PUBLIC __attribute__((visibility("default")))
#else
#define FTRACECTL_PUBLIC
#endif
