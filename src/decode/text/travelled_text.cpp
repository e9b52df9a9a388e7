#include <algorithm>
#include <ftracectl/text_decoder.hpp>

#include "base/text.hpp"
#include "decode/text/entry_start.hpp"
#include "decode/text/line_header.hpp"
#include "model/print/print_format.hpp"

// What other programs did to the kernel's text on its way here.

namespace ftracectl {

namespace {

/// Of a page around a trace; more of one is skipped as it comes.
constexpr std::size_t longest_line = 8192;

}  // namespace

/// Text that went through adb, a mailer or an editor has "\r\n", or "\r\r\n": what the first line ends with, all do.
void TextDecoder::append_without_cr(std::string_view bytes) {
  std::string first_line;
  if (cr_ == Cr::unknown) {
    buffer_.append(bytes);
    const auto end = buffer_.find('\n');
    if (end == std::string::npos) return;
    cr_ = end > 0 && buffer_[end - 1] == '\r' ? Cr::before_newlines : Cr::none;
    if (cr_ == Cr::none) return;
    first_line.swap(buffer_);
    bytes = first_line;
  }
  if (holds_cr_ && !bytes.empty() && bytes.front() != '\n' && bytes.front() != '\r') buffer_ += '\r';
  holds_cr_ = false;
  while (!bytes.empty()) {
    const auto cr = bytes.find('\r');
    buffer_.append(bytes.substr(0, cr));
    if (cr == std::string_view::npos) return;
    const auto behind = bytes.find_first_not_of('\r', cr);
    if (behind == std::string_view::npos) {
      holds_cr_ = true;
      return;
    }
    if (bytes[behind] != '\n') buffer_.append(bytes.substr(cr, behind - cr));
    bytes.remove_prefix(behind);
  }
}

/// A file may end without a newline. The kernel's own text does only where it was torn.
void TextDecoder::finish() {
  settled_ = finished_ = true;
  if (is_told_ || position_ >= buffer_.size() || buffer_.back() == '\n') return;
  lacks_newline_ = true;
  buffer_ += '\n';
}

/// Of a line that ends with the file nobody can say that its last number is whole; and one that does not fit its
/// event's format was torn.
void TextDecoder::doubt_last_field() {
  Event& event = entry_.event;
  const KnownEvent* known = event.schema != nullptr ? events_.find(event.schema->name) : nullptr;
  const bool is_torn =
      known != nullptr ? !event.decoded : event.name.empty() || event.message.size() < event.name.size() + 3;
  if (is_torn) {
    std::string_view line = event.text;
    malformed(line, "torn at the end of the data", line.size());
    return;
  }
  if (known == nullptr || event.fields.empty()) return;
  const bool is_open = known->print_format != nullptr
                           ? known->print_format->pieces.back().kind != PrintPiece::Kind::literal
                           : known->text == KnownEvent::Text::syscall_exit;
  if (is_open) event.fields.back().value = Unknown();
}

/// A first line that has the header of an event, but not in its columns.
void TextDecoder::allow_loose_columns(std::string_view line) {
  if (parse_line_header(line, {TextLayout::loose}).fit == LineHeader::Fit::yes)
    layouts_.add(TextLayout::loose);
}

/// Lines around the kernel's text: empty ones, atrace's words, the page that systrace puts it into. A length of 0 where
/// the line is none of these.
TextDecoder::Step TextDecoder::read_wrapping(std::string_view rest) {
  in_header_ = false;
  const bool may_wrap = rest.front() == '\n' || rest.front() == '\r' || page_ != Page::none ||
                        (at_start_ && (rest.front() == '<' || rest.front() == 'T' || rest.front() == 'c'));
  if (!may_wrap) return {Step::Outcome::skipped, 0};
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) {
    if (page_ == Page::outside && (finished_ || rest.size() > longest_line))
      return {Step::Outcome::skipped, rest.size()};
    return {finished_ ? Step::Outcome::skipped : Step::Outcome::need_more, 0};
  }
  const auto line = trim(rest.substr(0, end));
  if (page_ == Page::none && at_start_ && is_html(line)) page_ = Page::outside;
  const bool is_of_page = page_ == Page::outside;
  if (page_ == Page::outside && begins_page_trace(line)) page_ = Page::inside;
  if (page_ == Page::inside && line.starts_with("</script>")) page_ = Page::outside;
  const bool is_wrapping = is_of_page || page_ == Page::outside || line.empty() ||
                           (at_start_ && (line == "TRACE:" || line.starts_with("capturing trace...")));
  return {Step::Outcome::skipped, is_wrapping ? end + 1 : 0};
}

}  // namespace ftracectl
