#pragma once

#include <memory>
#include <string>

#include "records/sink.hpp"

namespace ftracectl {

std::unique_ptr<Sink> make_jsonl_sink(const std::string& clock);
std::unique_ptr<Sink> make_text_sink(const std::string& clock);

}  // namespace ftracectl
