// A page for a browser, in one file. Without JavaScript it shows the figures and the first execs as plain tables.

#include "base/printable.hpp"
#include "report/exports.hpp"
#include "report/figures.hpp"
#include "report/page_data.hpp"
#include "report/page_parts.hpp"
#include "report/text_report.hpp"
#include "report/words.hpp"

namespace ftracectl::report {

namespace {

constexpr std::size_t rows_in_head = 200;
constexpr std::size_t longest_in_head = 2000;

/// Text of others in a page: markup, controls and marks of direction are shown and do nothing.
std::string html(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string fact(const std::string& value, const std::string& name, const char* kind = "") {
  return std::string("<div") + (*kind != '\0' ? std::string(" class=\"") + kind + "\"" : "") + "><dt>" +
         html(name) + "</dt><dd>" + html(value) + "</dd></div>";
}

std::string facts(const Run& run, const Figures& figures) {
  std::string text;
  if (figures.attempts > 0) text += fact(grouped(figures.attempts - figures.superseded), "execs");
  if (figures.attempts > 0) text += fact(grouped(figures.failed), "failed", figures.failed > 0 ? "fail" : "");
  text += fact(grouped(figures.processes), "processes");
  if (figures.ended_badly > 0) text += fact(grouped(figures.ended_badly), "ended with an error", "bad");
  if (!run.happenings.empty()) text += fact(grouped(run.happenings.size()), "events");
  if (figures.superseded > 0) text += fact(grouped(figures.superseded), "misses in PATH");
  if (run.lost() > 0) text += fact(grouped(run.lost()), "events lost", "loss");
  if (run.is_time)
    text += fact(duration_words(static_cast<std::uint64_t>(run.end_ns - run.begin_ns)), "long");
  return text;
}

std::string share_table(const std::string& title, const std::string& what, const std::vector<Share>& shares) {
  if (shares.empty()) return {};
  std::string text = "<div><h3>" + title + "</h3><table><thead><tr><th class=\"num\">Count</th><th>" + what +
                     "</th><th class=\"num\">Failed</th></tr></thead><tbody>";
  for (const auto& [name, count, failures] : shares)
    text += "<tr><td class=\"num\">" + grouped(count) + "</td><td class=\"what\">" +
            html(std::string_view(name).substr(0, longest_in_head)) +
            "<span class=\"meter\" style=\"width:" + std::to_string(count * 100 / shares.front().count) +
            "%\"></span></td><td class=\"num bad\">" + (failures > 0 ? grouped(failures) : "") + "</td></tr>";
  return text + "</tbody></table></div>";
}

std::string measure_row(const std::string& measure, std::int32_t pid, const std::string& what) {
  return "<tr><td class=\"num\">" + measure + "</td><td class=\"num\">" + std::to_string(pid) +
         "</td><td class=\"what\">" + html(std::string_view(what).substr(0, longest_in_head)) + "</td></tr>";
}

std::string measure_table(const std::string& title, const std::string& rows) {
  if (rows.empty()) return {};
  return "<div><h3>" + title +
         "</h3><table><thead><tr><th class=\"num\">Time</th><th class=\"num\">PID</th>"
         "<th>Command</th></tr></thead><tbody>" +
         rows + "</tbody></table></div>";
}

std::string summary(const Run& run, const Figures& figures) {
  std::string slowest;
  std::string longest;
  if (run.is_time) {
    for (const std::uint32_t number : figures.slowest)
      slowest += measure_row(duration_words(run.attempts[number].duration_ns),
                             run.processes[run.attempts[number].process].pid,
                             command_words(run, run.attempts[number]));
    for (const std::uint32_t number : figures.longest)
      longest += measure_row(duration_words(*run.processes[number].lifetime_ns()), run.processes[number].pid,
                             process_words(run, run.processes[number]));
  }
  return "<div class=\"grid\">" + share_table("Failures", "Error", figures.errors) +
         share_table("Programs", "File", figures.programs) +
         share_table("Started by", "Name", figures.parents) + measure_table("Slowest to execute", slowest) +
         measure_table("Longest-lived", longest) + share_table("Events", "Event", figures.happenings) +
         "</div>";
}

/// The first execs as a plain table.
std::string head(const Run& run, const Figures& figures) {
  std::string text =
      "<table><thead><tr><th class=\"num\">Time, s</th><th class=\"num\">PID</th><th "
      "class=\"num\">Parent</th>"
      "<th>Result</th><th class=\"num\">Took, ms</th><th>Started "
      "by</th><th>Command</th></tr></thead><tbody>\n";
  std::size_t rows = 0;
  for (const auto& attempt : run.attempts) {
    if (attempt.is_superseded) continue;
    if (++rows > rows_in_head) break;
    const Process& process = run.processes[attempt.process];
    const auto cell = [&](const std::string& kind, const std::string& content) {
      text += kind.empty() ? "<td>" : "<td class=\"" + kind + "\">";
      text += html(content) + "</td>";
    };
    text += "<tr>";
    cell("num", offset_seconds(run, attempt.begin_ns));
    cell("num", std::to_string(process.pid));
    cell("num", process.ppid < 0 ? "" : std::to_string(process.ppid));
    cell(attempt.is_failed() ? "bad" : "", result_words(attempt));
    cell("num", attempt.duration_ns == unknown_ns ? "" : milliseconds(attempt.duration_ns));
    cell("", attempt.comm == no_text ? "" : std::string(run.texts.at(attempt.comm)));
    const std::string command = command_words(run, attempt);
    cell("what", std::string(std::string_view(command).substr(0, longest_in_head)) +
                     (command.size() > longest_in_head ? "…" : ""));
    text += "</tr>\n";
  }
  text += "</tbody></table>";
  const std::uint64_t all = figures.attempts - figures.superseded;
  if (all > rows_in_head)
    text += "<p class=\"muted\">The first " + grouped(rows_in_head) + " of " + grouped(all) +
            " execs. With JavaScript this page shows all of them.</p>";
  return text;
}

std::string doubt_box(const std::vector<std::string>& sentences) {
  if (sentences.empty()) return {};
  std::string text = "<div class=\"doubts\" role=\"note\">";
  for (const auto& sentence : sentences) text += "<p>" + html(sentence) + "</p>";
  return text + "</div>";
}

}  // namespace

std::vector<std::string> write_page(const Run& run, const std::string& title, const Writer& out) {
  const PageExtent extent = page_extent(run);
  const Figures figures = figures_of(run, {12, 60});
  auto sentences = doubts(run);
  std::vector<std::string> notes;
  if (extent.attempts < run.attempts.size()) {
    notes.push_back("the page has the first " + grouped(extent.attempts) + " of " +
                    grouped(run.attempts.size()) + " attempts; --since and --until choose others");
    sentences.push_back("This page has the first " + grouped(extent.attempts) + " of " +
                        grouped(run.attempts.size()) +
                        " attempts: the figures are those of all, the timeline, tree and table end earlier.");
  }
  if (extent.happenings < run.happenings.size())
    notes.push_back("the page has the first " + grouped(extent.happenings) + " of " +
                    grouped(run.happenings.size()) + " events");
  const auto comma = title.find(", ");
  std::string_view frame = page_html;
  while (true) {
    const auto begin = frame.find('%');
    const auto end = begin == std::string_view::npos ? begin : frame.find('%', begin + 1);
    if (end == std::string_view::npos) break;
    out(frame.substr(0, begin));
    const auto name = frame.substr(begin + 1, end - begin - 1);
    frame.remove_prefix(end + 1);
    if (name == "TITLE") {
      out(html(title.substr(0, comma)));
    } else if (name == "SUBTITLE") {
      out(comma == std::string::npos ? "Programs executed, as the kernel traced them"
                                     : html(title.substr(comma + 2)));
    } else if (name == "STYLE") {
      out(page_style);
    } else if (name == "SCRIPT") {
      out(page_script);
    } else if (name == "DATA") {
      write_page_data(run, extent, out);
    } else if (name == "DOUBTS") {
      out(doubt_box(sentences));
    } else if (name == "FACTS") {
      out(facts(run, figures));
    } else if (name == "HEAD") {
      out(head(run, figures));
    } else if (name == "SUMMARY") {
      out(summary(run, figures));
    }
  }
  out(frame);
  return notes;
}

}  // namespace ftracectl::report
