#pragma once

#include <memory>
#include <string>

#include "records/sink.hpp"

namespace ftracectl {

std::unique_ptr<Sink> make_jsonl_sink(const SinkOptions& options);
std::unique_ptr<Sink> make_ecs_sink(const SinkOptions& options);
std::unique_ptr<Sink> make_trace_sink(const SinkOptions& options);
std::unique_ptr<Sink> make_text_sink(const SinkOptions& options);

}  // namespace ftracectl
