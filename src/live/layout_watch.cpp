#include "live/layout_watch.hpp"

#include "kernel/buffer.hpp"

namespace ftracectl {

namespace {

/// Far longer than bytes wait between the pipe and the decoder.
constexpr std::chrono::seconds old_text_lives{5};

}  // namespace

LayoutWatch::LayoutWatch(Files& files, std::string prefix)
    : files_(files),
      prefix_(std::move(prefix)),
      latency_format_(read_text_options(files_, prefix_).latency_format),
      current_(TextLayout::plain),
      layouts_({}) {}

TextLayouts LayoutWatch::look(Clock::time_point now) {
  TextOptions options = read_text_options(files_, prefix_);
  options.latency_format = latency_format_;
  const TextLayout layout = options.layout();
  const bool is_first = layouts_ == TextLayouts{};
  if (layout != current_ && !is_first) old_until_ = now + old_text_lives;
  if (now >= old_until_) layouts_ = {};
  layouts_.add(layout);
  current_ = layout;
  lists_fields_ = options.fields;
  return layouts_;
}

}  // namespace ftracectl
