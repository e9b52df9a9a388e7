#include <ftracectl/event.hpp>
#include <functional>

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

/// Puts the views of one event into copies of what they show.
class Copier {
 public:
  Copier(std::string_view from, std::string_view to) : from_(from), to_(to) {}

  /// How many bytes of others() this one will take.
  std::size_t room_for(std::string_view view) const { return is_inside(view) ? 0 : view.size(); }
  /// `others` has room for all that is added: it does not move.
  void move(std::string_view& view, std::string& others) const {
    if (view.data() == nullptr) return;
    if (is_inside(view)) {
      view = to_.substr(static_cast<std::size_t>(view.data() - from_.data()), view.size());
      return;
    }
    const std::size_t at = others.size();
    others += view;
    view = std::string_view(others).substr(at);
  }

 private:
  bool is_inside(std::string_view view) const {
    const std::less_equal<> not_behind;
    return view.data() != nullptr && from_.data() != nullptr && not_behind(from_.data(), view.data()) &&
           not_behind(view.data() + view.size(), from_.data() + from_.size());
  }

  std::string_view from_;
  std::string_view to_;
};

/// Calls `visit` with each view that is not the schema's, nor a frame of a stack.
template <typename Visit>
void visit_texts(Event& event, Visit visit) {
  visit(event.comm);
  visit(event.message);
  if (event.schema == nullptr) visit(event.name);
  for (auto& field : event.fields) {
    if (auto* text = std::get_if<std::string_view>(&field.value)) visit(*text);
  }
}

}  // namespace

void HeldEvent::assign(const Event& event) {
  kept_.clear();
  event_ = event;
  text_ = event.text;
  const Copier copier(event.text, text_);
  std::size_t room = 0;
  visit_texts(event_, [&](std::string_view& view) { room += copier.room_for(view); });
  others_.clear();
  others_.reserve(room);
  visit_texts(event_, [&](std::string_view& view) { copier.move(view, others_); });
  event_.text = text_;
  for (auto& frame : event_.kernel_stack) frame = keep(frame);
  for (auto& frame : event_.user_stack) frame = keep(frame);
}

void HeldEvent::add_stack(const Stack& stack) {
  auto& frames = stack.kind == Stack::Kind::kernel ? event_.kernel_stack : event_.user_stack;
  for (const auto frame : stack.frames) frames.push_back(keep(frame));
}

}  // namespace ftracectl
