#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace ftracectl::cli {

/// The one way to the terminal. Whatever was chosen by another program, or stands in a file, goes through here with
/// what the commands print: control characters, bidirectional marks and bytes that are not UTF-8 become \xNN. Newlines
/// and tabs are the layout's, and stay.
///
/// JSON has all of that as \uNNNN already (json_text()), and passes unchanged.
class SafeOutput : public std::ostream {
 public:
  /// `to` outlives it.
  explicit SafeOutput(std::ostream& to) : std::ostream(nullptr), buffer_(to) {
    rdbuf(&buffer_);
    flags(to.flags());
  }
  ~SafeOutput() override { buffer_.pass_on(Buffer::Rest::is_whole); }
  SafeOutput(const SafeOutput&) = delete;
  SafeOutput& operator=(const SafeOutput&) = delete;

 private:
  class Buffer : public std::streambuf {
   public:
    enum class Rest { may_go_on, is_whole };

    explicit Buffer(std::ostream& to) : to_(to) {}
    /// A sequence that is not whole waits for its rest.
    void pass_on(Rest rest);

   protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* text, std::streamsize count) override;
    int sync() override;

   private:
    std::ostream& to_;
    std::string waiting_;
    std::string escaped_;
  };

  Buffer buffer_;
};

}  // namespace ftracectl::cli
