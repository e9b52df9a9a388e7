#include "decode/field_finder.hpp"

namespace ftracectl {

void FieldFinder::learn(const Event& event) {
  schema_ = event.schema;
  // "filename_text" stands beside "filename".
  const std::string_view own = name_.ends_with("_text") ? name_.substr(0, name_.size() - 5) : name_;
  is_there_ = schema_ == nullptr || schema_->find(name_) != nullptr || schema_->find(own) != nullptr;
  stored_name_ = nullptr;
}

const Value* FieldFinder::look_for(const Event& event) {
  for (std::size_t i = 0; i < event.fields.size(); ++i) {
    if (event.fields[i].name != name_) continue;
    at_ = i;
    stored_name_ = event.fields[i].name.data();
    return &event.fields[i].value;
  }
  return nullptr;
}

}  // namespace ftracectl
