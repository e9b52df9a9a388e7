// Format files as libtraceevent reads them: each field of every format file of the fixtures, its place and size.

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cstdio>
#include <ftracectl/schema.hpp>
#include <string>

#include "support/formats.hpp"

#if __has_include(<traceevent/event-parse.h>)
#include <traceevent/event-parse.h>

using namespace ftracectl;

namespace {

/// The library, loaded when the test runs: nothing else needs it.
class TraceEvent {
 public:
  TraceEvent() : library_(dlopen("libtraceevent.so.1", RTLD_NOW | RTLD_LOCAL)) {}
  ~TraceEvent() {
    if (library_ != nullptr) dlclose(library_);
  }
  TraceEvent(const TraceEvent&) = delete;
  TraceEvent& operator=(const TraceEvent&) = delete;

  bool is_there() const { return library_ != nullptr; }

  template <typename Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(library_, name));
  }

 private:
  void* library_;
};

/// An event as the library sees it, freed with its handle.
class Parsed {
 public:
  Parsed(const TraceEvent& library, const std::string& text, const std::string& system)
      : handle_(library.function<decltype(tep_alloc)>("tep_alloc")()),
        free_(library.function<decltype(tep_free)>("tep_free")) {
    library.function<decltype(tep_parse_format)>("tep_parse_format")(handle_, &event_, text.c_str(),
                                                                     text.size(), system.c_str());
  }
  ~Parsed() { free_(handle_); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  const tep_event* event() const { return event_; }

 private:
  tep_handle* handle_;
  decltype(tep_free)* free_;
  tep_event* event_ = nullptr;
};

bool same(const tep_format_field& theirs, const Field& ours) {
  const bool is_dynamic = ours.storage == Field::Storage::data_loc || ours.storage == Field::Storage::rel_loc;
  return ours.name == theirs.name && ours.offset == static_cast<std::size_t>(theirs.offset) &&
         ours.size == static_cast<std::size_t>(theirs.size) &&
         ours.is_signed == ((theirs.flags & TEP_FIELD_IS_SIGNED) != 0) &&
         is_dynamic == ((theirs.flags & TEP_FIELD_IS_DYNAMIC) != 0);
}

bool same_list(const tep_format_field* theirs, const std::vector<Field>& ours) {
  std::size_t count = 0;
  for (; theirs != nullptr; theirs = theirs->next, ++count) {
    if (count >= ours.size() || !same(*theirs, ours[count])) return false;
  }
  return count == ours.size();
}

}  // namespace

TEST_CASE("libtraceevent: each field of each format file lies where that library sees it") {
  const TraceEvent library;
  if (!library.is_there()) {
    std::fputs("SKIPPED: libtraceevent.so.1 is not installed (package libtraceevent-dev)\n", stderr);
    return;
  }
  std::size_t compared = 0;
  for (const auto& kernel : test::fixture_kernels()) {
    for (const auto& file : test::format_files(kernel)) {
      const Parsed theirs(library, file.text, file.system);
      if (theirs.event() == nullptr) continue;
      ++compared;
      const auto ours = parse_format(file.text, file.system, file.path);
      const tep_format& format = theirs.event()->format;
      const bool is_same =
          ours.name == theirs.event()->name && static_cast<int>(ours.id) == theirs.event()->id &&
          same_list(format.common_fields, ours.common) && same_list(format.fields, ours.fields);
      CHECK_MESSAGE(is_same, file.path);
    }
  }
  CHECK(compared > 7500);
}

#else

TEST_CASE("libtraceevent: each field of each format file lies where that library sees it") {
  std::fputs(
      "SKIPPED: the headers of libtraceevent were not there at build time (package libtraceevent-dev)\n",
      stderr);
}

#endif
