#include "decode/field_finder.hpp"

namespace ftracectl {

void FieldFinder::learn(const Event& event) {
  schema_ = event.schema;
  is_there_ = schema_ == nullptr || schema_->find(name_) != nullptr;
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
