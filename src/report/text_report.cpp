#include "report/text_report.hpp"

#include <algorithm>
#include <array>
#include <ftracectl/error.hpp>

#include "base/printable.hpp"
#include "report/words.hpp"

namespace ftracectl::report {

namespace {

std::string times(std::uint64_t count, const std::string& one, const std::string& many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

class TextReport {
 public:
  TextReport(const Run& run, const Figures& figures, const Screen& screen)
      : run_(run), figures_(figures), screen_(screen), width_(std::max<std::size_t>(screen.width, 60)) {}

  std::string print(const std::string& title) {
    put_head(title);
    put_doubts();
    if (figures_.attempts > 0) {
      put_counts();
      put_rate();
      put_errors();
      put_shares("PROGRAMS, by attempts", figures_.programs);
      put_shares("STARTED BY", figures_.parents);
      put_slowest();
    }
    put_longest();
    put_shares("EVENTS", figures_.happenings);
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + '\n'; }
  void heading(const std::string& text) { out_ += '\n' + text + '\n'; }

  void put_head(const std::string& title) {
    line(clipped(screen_, title, width_));
    std::string words;
    if (figures_.attempts > 0)
      words = times(figures_.attempts, "attempt", "attempts") + " to execute a program";
    if (!run_.happenings.empty())
      words += (words.empty() ? "" : ", ") + times(run_.happenings.size(), "event", "events");
    if (words.empty()) words = figures_.processes > 0 ? "no attempt to execute a program" : "no records";
    if (figures_.processes > 0) words += " by " + times(figures_.processes, "process", "processes");
    if (run_.is_time && run_.end_ns > run_.begin_ns)
      words += " in " + duration_words(static_cast<std::uint64_t>(run_.end_ns - run_.begin_ns));
    out_ += folded_words(words, width_, "");
  }

  void put_doubts() {
    const auto sentences = doubts(run_);
    if (sentences.empty()) return;
    heading("MISSING");
    for (const auto& sentence : sentences) out_ += folded_words(printable(sentence), width_, "  ");
  }

  void put_counts() {
    heading("OUTCOME");
    const auto put = [&](std::uint64_t count, const std::string& what) {
      if (count == 0) return;
      const std::string folded = folded_words(what, width_, std::string(14, ' '));
      out_ += "  " + right(grouped(count), 10) + "  " + folded.substr(14);
    };
    put(figures_.succeeded, "started a program");
    put(figures_.failed, "failed");
    put(figures_.superseded, "missed while PATH was searched: not failures");
    put(figures_.unfinished, "whose end was not seen");
    put(figures_.ended_badly, "of " + times(figures_.ended, "process", "processes") +
                                  " that ended did so with an error or by a signal");
  }

  /// Three rows of blocks; failures are told in numbers below.
  void put_rate() {
    if (figures_.rate.size() < 2 || !run_.is_time) return;
    const std::uint64_t most = *std::max_element(figures_.rate.begin(), figures_.rate.end());
    heading("RATE, a column for each " + duration_words(figures_.bin_ns) + ", at most " + grouped(most));
    constexpr std::size_t rows = 4;
    constexpr std::array<std::string_view, 9> blocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    for (std::size_t row = rows; row-- > 0;) {
      std::string text = "  ";
      for (const std::uint64_t count : figures_.rate) {
        const double height =
            static_cast<double>(count) / static_cast<double>(most) * rows - static_cast<double>(row);
        auto level = static_cast<std::size_t>(std::clamp(height * 8 + 0.5, 0.0, 8.0));
        if (row == 0 && count > 0) level = std::max<std::size_t>(level, 1);
        text += screen_.is_utf8 ? blocks[level] : level >= 4 || (row == 0 && level > 0) ? "#" : " ";
      }
      while (text.ends_with(' ')) text.pop_back();
      line(text);
    }
    const std::string end = offset_seconds(run_, run_.end_ns);
    const std::string last = end.substr(0, end.size() - 3) + " s";
    line("  0 s" + right(last, std::max(figures_.rate.size(), last.size() + 4) - 3));
  }

  void put_errors() {
    if (figures_.errors.empty()) return;
    heading("FAILURES");
    for (const auto& [name, count, failures] : figures_.errors)
      line("  " + right(grouped(count), 10) + "  " + left(screen_, name, 14) +
           bar(screen_, count, figures_.errors.front().count, width_ > 66 ? 40 : width_ - 28));
  }

  void put_shares(const std::string& title, const std::vector<Share>& shares) {
    if (shares.empty()) return;
    heading(title);
    const bool any_failed =
        std::any_of(shares.begin(), shares.end(), [](const Share& share) { return share.failures > 0; });
    constexpr std::size_t bar_width = 16;
    const std::size_t note_width = any_failed ? 16 : 0;
    const std::size_t name_width =
        width_ > 14 + bar_width + 1 + note_width + 12 ? width_ - 15 - bar_width - note_width : 12;
    for (const auto& [name, count, failures] : shares) {
      std::string text = "  " + right(grouped(count), 10) + "  " + left(screen_, name, name_width) + ' ';
      const std::string drawn = bar(screen_, count, shares.front().count, bar_width);
      text += drawn;
      if (failures > 0)
        text += std::string(bar_width - columns(drawn) + 1, ' ') +
                (failures == count ? "all failed" : grouped(failures) + " failed");
      line(text);
    }
  }

  void put_slowest() {
    if (figures_.slowest.empty() || !run_.is_time) return;
    heading("SLOWEST TO EXECUTE");
    for (const std::uint32_t number : figures_.slowest) {
      const Attempt& attempt = run_.attempts[number];
      put_row(duration_words(attempt.duration_ns), run_.processes[attempt.process].pid,
              command_words(run_, attempt));
    }
  }

  void put_longest() {
    if (figures_.longest.empty() || !run_.is_time) return;
    heading("LONGEST-LIVED");
    for (const std::uint32_t number : figures_.longest) {
      const Process& process = run_.processes[number];
      put_row(duration_words(*process.lifetime_ns()), process.pid, process_words(run_, process));
    }
  }

  void put_row(const std::string& measure, std::int32_t pid, const std::string& what) {
    line("  " + right(measure, 10) + "  " + right(std::to_string(pid), 8) + "  " +
         clipped(screen_, what, width_ - 24));
  }

  const Run& run_;
  const Figures& figures_;
  Screen screen_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string text_report(const Run& run, const Figures& figures, const std::string& title,
                        const Screen& screen) {
  return TextReport(run, figures, screen).print(title);
}

std::vector<std::string> doubts(const Run& run) {
  std::vector<std::string> sentences;
  if (const std::uint64_t lost = run.lost(); lost > 0)
    sentences.push_back("The kernel lost " + times(lost, "event", "events") +
                        ": execs are missing, and so are parents and ends.");
  const std::uint64_t disturbed =
      std::max<std::uint64_t>(run.disturbances.size(), run.summary ? run.summary->disturbed : 0);
  if (disturbed > 0) {
    std::string sentence = "The capture was disturbed " + times(disturbed, "time", "times");
    if (!run.disturbances.empty())
      sentence += ", first: " + run.disturbances.front().file + " " + run.disturbances.front().what;
    sentences.push_back(sentence + ". Events may be missing.");
  }
  const std::uint64_t malformed = std::max(run.malformed, run.summary ? run.summary->malformed : 0);
  if (malformed > 0)
    sentences.push_back(times(malformed, "line was", "lines were") + " not understood and left out.");
  if (run.happenings_left_out > 0)
    sentences.push_back("Events beyond the first " + grouped(Run::most_happenings) +
                        " are left out: " + grouped(run.happenings_left_out) + ".");
  return sentences;
}

}  // namespace ftracectl::report
