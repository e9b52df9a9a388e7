#include "support/filter_generator.hpp"

namespace ftracectl::test {

namespace {

const std::vector<std::string> kernel_fields = {"comm", "COMM", "cpu", "CPU", "stacktrace", "common_cpu"};
const std::vector<std::string> no_fields = {"nosuch", "common_pdi", "filenme", "1", "_", "common pid", "é"};
const std::vector<std::string> operators = {"==", "!=", "<", "<=", ">", ">=", "&", "~"};
const std::vector<std::string> no_operators = {"=", "!~", "=~", "<>", "^", "===", "!", "&&", "is"};
const std::vector<std::string> plain_numbers = {"0", "1", "5", "0x10", "017", "100", "-1"};
const std::vector<std::string> plain_strings = {"\"sh\"",      "'sh'",  "\"*sh*\"",
                                                "\"/bin/s?\"", "'a b'", "\"a*\""};
const std::vector<std::string> numbers = {"0",
                                          "1",
                                          "5",
                                          "0x10",
                                          "017",
                                          "08",
                                          "0x",
                                          "0xfg",
                                          "-1",
                                          "-0x10",
                                          "4294967295",
                                          "65536",
                                          "256",
                                          "-129",
                                          "--1",
                                          "- 1",
                                          "1.5",
                                          "1e3",
                                          "+5",
                                          "0xffffffff",
                                          "99999999999",
                                          "18446744073709551615",
                                          "18446744073709551616",
                                          "-9223372036854775808",
                                          "9223372036854775808",
                                          "000000000000000000000000000001",
                                          "0b1",
                                          "-"};
const std::vector<std::string> strings = {
    "\"sh\"", "'sh'",   "\"*sh*\"", "\"/bin/s?\"", "'a b'",        "\"\"",  "\"a'b\"",    "'a\"b'",
    "\"open", "'open",  "bare",     "bare*",       "\"a\\\"b\"",   "\"(\"", "\"a && b\"", "\"[a-z]*\"",
    "\"9*\"", "\"!x\"", "'sh\"",    "\"x\" \"y\"", "\"\xc3\xa9\"", "\"\t\""};
const std::vector<std::string> cpu_lists = {
    "CPUS{0}",   "CPUS{0-1}", "CPUS{0-4096}", "CPUS{}",  "CPUS{",         "CPUS 0",   "CPUS{all}",
    "CPUS{N}",   "CPUS{1-0}", "CPUS{0,1}",    "CPUS{a}", "CPUS{0x1}",     "cpus{0}",  "CPUS{0-1:1/2}",
    "CPUS{ , }", "CPUS{0-N}", "CPUS0}",       "CPUS{(}", "CPUS{0-1:2/1}", "CPUS{ALL}"};
const std::vector<std::string> functions = {
    "do_exit", "schedule", "no_such_function", "do_exit)", "\"do_exit\"", "0", "0x10", "0xz", ""};
const std::vector<std::string> pieces = {"(", ")",  "!",  "&", "&&",   "|",  "||",    "'",   "\"",
                                         " ", "0",  "a",  ".", ",",    "\\", "{",     "}",   "~",
                                         "=", "==", "\n", "-", "\xa0", "$",  " and ", " or "};

bool is_string(const Field& field) {
  return field.is_string() || field.type == "char *" || field.type == "const char *";
}

}  // namespace

std::string FilterGenerator::field_name(const EventSchema& schema, const Field*& field) {
  field = nullptr;
  if (one_in(40)) return pick(no_fields);
  if (one_in(6)) return pick(kernel_fields);
  const bool is_common = schema.fields.empty() || one_in(4);
  const auto& fields = is_common ? schema.common : schema.fields;
  field = &fields[below(fields.size())];
  return field->name;
}

std::string FilterGenerator::value_for(const Field* field) {
  const bool wrong_kind = one_in(20);
  if (one_in(25)) return pick(cpu_lists);
  if (one_in(100)) return "\"" + std::string(250 + below(10), 'x') + "\"";
  if (one_in(60)) return pick({"common_pid", "comm", "R", ""});
  const bool text = field == nullptr ? one_in(2) : is_string(*field);
  if (text != wrong_kind) return pick(one_in(4) ? strings : plain_strings);
  return pick(one_in(4) ? numbers : plain_numbers);
}

std::string FilterGenerator::term(const EventSchema& schema) {
  const Field* field = nullptr;
  std::string text = field_name(schema, field);
  if (one_in(40)) return text + ".function" + blank() + pick(operators) + " " + pick(functions) + " ";
  const bool pointer = field != nullptr && field->is_pointer();
  if (one_in(pointer ? 3 : 30)) text += ".ustring";
  if (one_in(60)) text += pick({".string", ".ustringx", ".", ".function", ".function.ustring"});
  const bool is_text = field != nullptr && is_string(*field);
  const std::string op = one_in(60)              ? pick(no_operators)
                         : is_text && !one_in(8) ? pick({"==", "!=", "~"})
                         : one_in(20)            ? pick(operators)
                                                 : operators[below(operators.size() - 1)];
  return text + blank() + op + blank() + value_for(field);
}

std::string FilterGenerator::expression(const EventSchema& schema, int depth) {
  switch (depth <= 0 ? 0 : below(6)) {
    case 1:
      return "!" + blank() + "(" + expression(schema, depth - 1) + ")";
    case 2:
      return "(" + blank() + expression(schema, depth - 1) + blank() + ")";
    case 3:
      return expression(schema, depth - 1) + blank() + "&&" + blank() + expression(schema, depth - 1);
    case 4:
      return expression(schema, depth - 1) + blank() + "||" + blank() + expression(schema, depth - 1);
    case 5:
      return "!" + term(schema);
    default:
      return term(schema);
  }
}

/// A slip of the finger: a character left out or doubled, a piece put in, the end cut off.
std::string FilterGenerator::broken(std::string text) {
  if (text.empty()) return pick(pieces);
  const auto at = below(text.size());
  switch (below(5)) {
    case 0:
      return text.erase(at, 1);
    case 1:
      return text.insert(at, pick(pieces));
    case 2:
      return text.substr(0, at);
    case 3:
      return text.insert(at, 1, text[at]);
    default:
      return one_in(2) ? text + pick(pieces) : pick(pieces) + text;
  }
}

std::string FilterGenerator::filter(const EventSchema& schema) {
  if (one_in(200)) return std::string(4000 + below(200), ' ') + "common_pid == 1";
  std::string text = expression(schema, static_cast<int>(below(4)));
  for (int slips = one_in(4) ? static_cast<int>(1 + below(3)) : 0; slips > 0; --slips) text = broken(text);
  return text;
}

std::string FilterGenerator::trigger(const EventSchema& schema, const std::vector<std::string>& events) {
  const std::vector<std::string> names = {"traceon", "traceoff", "stacktrace", "snapshot"};
  const std::vector<std::string> odd = {"hist:keys=common_pid", "hist", "dump", "stacktrce",
                                        "hist:keys=nosuch"};
  std::string text = pick(one_in(8) ? odd : names);
  if (one_in(3)) {
    text = pick({"enable_event", "disable_event"}) + ":" + (one_in(8) ? "sched:nosuch" : pick(events));
  }
  if (one_in(3)) text += ":" + pick({"3", "0x3", "1", "3:x", "0", "100"});
  if (one_in(8)) text += pick({":", " ", ": "}) + pick({"08", "-1", "xx", "", "count=3", "5"});
  if (one_in(2)) text += (one_in(8) ? pick({"\tif\t", " if", ":if ", " fi "}) : " if ") + term(schema);
  if (one_in(6)) text = pick({"!", "! ", " ", "!!"}) + text;
  return one_in(10) ? broken(text) : text;
}

}  // namespace ftracectl::test
