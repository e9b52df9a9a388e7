#include <algorithm>
#include <ftracectl/event.hpp>

namespace ftracectl {

const Value* Event::find(std::string_view field) const {
  for (const auto& entry : fields) {
    if (entry.name == field) return &entry.value;
  }
  return nullptr;
}

std::optional<std::int64_t> Event::number(std::string_view field) const {
  const Value* value = find(field);
  return value != nullptr ? number_in(*value) : std::nullopt;
}

std::optional<std::string_view> Event::string(std::string_view field) const {
  const Value* value = find(field);
  const auto* found = value != nullptr ? std::get_if<std::string_view>(value) : nullptr;
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

namespace {

/// Moves a view from one copy of a text to another. Views of other texts (the schema's) stay.
void rebase(std::string_view& view, std::string_view from, std::string_view to) {
  const std::less<> before;
  if (view.data() == nullptr || before(view.data(), from.data()) ||
      before(from.data() + from.size(), view.data() + view.size())) {
    return;
  }
  view = to.substr(static_cast<std::size_t>(view.data() - from.data()), view.size());
}

}  // namespace

void HeldEvent::assign(const Event& event) {
  kept_.clear();
  event_ = event;
  text_ = event.text;
  const std::string_view from = event.text;
  const std::string_view to = text_;
  event_.text = to;
  rebase(event_.comm, from, to);
  rebase(event_.name, from, to);
  rebase(event_.message, from, to);
  for (auto& field : event_.fields) {
    rebase(field.name, from, to);
    if (auto* text = std::get_if<std::string_view>(&field.value)) rebase(*text, from, to);
  }
  for (auto& frame : event_.kernel_stack) frame = keep(frame);
  for (auto& frame : event_.user_stack) frame = keep(frame);
}

void HeldEvent::add_stack(const Stack& stack) {
  auto& frames = stack.kind == Stack::Kind::kernel ? event_.kernel_stack : event_.user_stack;
  for (const auto frame : stack.frames) frames.push_back(keep(frame));
}

}  // namespace ftracectl
