#include "saved/decode_run.hpp"

#include <ftracectl/error.hpp>
#include <optional>
#include <ostream>

#include "output/output_file.hpp"
#include "output/summary.hpp"
#include "output/totals_sink.hpp"

namespace ftracectl {

namespace {

/// Where records go.
struct Destination {
  OutputFile file;
  std::unique_ptr<Sink> sink;

  Destination(const DecodeOptions& options, const std::string& clock)
      : file(options.output), sink(find_output_format(options.format).make({clock, options.time})) {
    sink->look(options.look);
    if (options.totals) sink = make_totals_sink(std::move(sink));
  }

  void flush() {
    file.write(sink->buffer().view());
    sink->buffer().clear();
  }
};

}  // namespace

int run_decode(const DecodeOptions& options, std::ostream& err) {
  find_output_format(options.format);
  std::optional<Destination> output;
  InputTaker taker;
  taker.sink = [&](const std::string& clock) -> Sink& { return *output.emplace(options, clock).sink; };
  taker.take_output = [&] { output->flush(); };
  const InputEnd end = read_input(options.input, taker, err);
  output->flush();
  output->file.close();
  print_counts(err, end.summary);
  if (options.time == TimeStyle::wall && !end.knows_wall_clock)
    err << "ftracectl: note: " << (options.input.input == "-" ? "standard input" : options.input.input)
        << " does not say how its clock relates to the wall clock, so there are no wall-clock times"
        << std::endl;
  const int status = options.strict && is_incomplete(end.summary) ? exit_status::data_lost : exit_status::ok;
  if (!end.manifest || end.manifest->finished) return status;
  err << "ftracectl: the capture of " << end.manifest->started << " was cut off: later events are missing"
      << (end.is_torn ? ", its last line is torn" : "") << std::endl;
  return options.strict ? exit_status::data_lost : status;
}

}  // namespace ftracectl
