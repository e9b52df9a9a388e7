# find_package(ftracectl) gives the target ftracectl::ftracectl. It is a static library, so whoever links it
# links what it uses too.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(Boost 1.74 COMPONENTS filesystem)
include(${CMAKE_CURRENT_LIST_DIR}/ftracectl-targets.cmake)
