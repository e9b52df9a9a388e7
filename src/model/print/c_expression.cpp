#include "model/print/c_expression.hpp"

#include <algorithm>
#include <array>

#include "model/print/c_lexer.hpp"

namespace ftracectl {

namespace {

using Kind = CExpression::Kind;

/// Format files can come from anywhere: nesting is bounded, and so are a | b | c chains, which make a deep
/// tree too. None can exhaust the stack.
constexpr int deepest_nesting = 64;
constexpr int longest_chain = 128;
/// Each argument is looked up among the event's fields. The kernel's own formats have up to some forty.
constexpr std::size_t most_arguments = 1024;

struct Operator {
  std::string_view text;
  int precedence;
};

constexpr std::array<Operator, 18> operators = {{
    {"*", 10},
    {"/", 10},
    {"%", 10},
    {"+", 9},
    {"-", 9},
    {"<<", 8},
    {">>", 8},
    {"<", 7},
    {">", 7},
    {"<=", 7},
    {">=", 7},
    {"==", 6},
    {"!=", 6},
    {"&", 5},
    {"^", 4},
    {"|", 3},
    {"&&", 2},
    {"||", 1},
}};

int precedence_of(const CToken& token) {
  for (const auto& op : operators) {
    if (token.is(op.text)) return op.precedence;
  }
  return 0;
}

/// Words that can only be part of a type; other names (gfp_t, pid_t) are types where the context says so.
bool is_type_word(const std::string& word) {
  constexpr std::array<std::string_view, 14> words = {"unsigned", "signed", "char",   "short",   "int",
                                                      "long",     "void",   "const",  "struct",  "enum",
                                                      "union",    "bool",   "double", "volatile"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Parser {
 public:
  explicit Parser(std::vector<CToken> tokens) : tokens_(std::move(tokens)) {}

  CPrintCall print_call() {
    CPrintCall call;
    if (peek().kind != CToken::Kind::text) throw CSyntaxError("a format string expected");
    call.format = take().text;
    while (peek().is(",")) {
      take();
      if (call.arguments.size() == most_arguments) throw CSyntaxError("too many arguments");
      call.arguments.push_back(conditional());
    }
    if (peek().kind != CToken::Kind::end) throw CSyntaxError("the end expected");
    return call;
  }

 private:
  const CToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const CToken& take() {
    const CToken& token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  void expect(std::string_view punctuation) {
    if (!take().is(punctuation)) throw CSyntaxError("'" + std::string(punctuation) + "' expected");
  }

  /// Counts nesting for as long as a rule is at work.
  struct Nested {
    explicit Nested(int& depth) : depth_(depth) {
      if (++depth_ > deepest_nesting) throw CSyntaxError("nested too deep");
    }
    ~Nested() { --depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    int& depth_;
  };

  static CExpression node(Kind kind, std::string name, std::vector<CExpression> parts) {
    return {kind, std::move(name), 0, std::move(parts)};
  }

  /// condition ? a : b
  CExpression conditional() {
    const Nested nested(depth_);
    CExpression condition = binary(1);
    if (!peek().is("?")) return condition;
    take();
    CExpression yes = conditional();
    expect(":");
    CExpression no = conditional();
    return node(Kind::conditional, {}, {std::move(condition), std::move(yes), std::move(no)});
  }

  /// a << 2 | b: by precedence climbing
  CExpression binary(int lowest) {
    const Nested nested(depth_);
    CExpression left = unary();
    int chain = 0;
    for (int precedence = precedence_of(peek()); precedence >= lowest; precedence = precedence_of(peek())) {
      if (precedence == 0) break;
      if (++chain > longest_chain) throw CSyntaxError("a chain too long");
      std::string name = take().text;
      CExpression right = binary(precedence + 1);
      left = node(Kind::binary, std::move(name), {std::move(left), std::move(right)});
    }
    return left;
  }

  /// !x ~x -x *x &x, and casts
  CExpression unary() {
    const Nested nested(depth_);
    for (const std::string_view op : {"!", "~", "-", "+", "*", "&"}) {
      if (!peek().is(op)) continue;
      take();
      return node(Kind::unary, std::string(op), {unary()});
    }
    if (peek().is("(") && stands_type()) {
      std::string type = cast_type();
      return node(Kind::cast, std::move(type), {unary()});
    }
    return postfix();
  }

  /// Whether the parenthesis here is a cast: words and stars, and an operand behind. "(X) - 1" is none,
  /// unless X can be but a type: "(unsigned long)-4095".
  bool stands_type() const {
    std::size_t ahead = 1;
    bool certain = false;
    for (; peek(ahead).kind == CToken::Kind::identifier || peek(ahead).is("*"); ++ahead) {
      certain = certain || is_type_word(peek(ahead).text);
      if (peek(ahead).kind == CToken::Kind::identifier && peek(ahead + 1).is("->")) return false;
    }
    if (ahead == 1 || peek(1).is("*") || !peek(ahead).is(")")) return false;
    const CToken& behind = peek(ahead + 1);
    if (certain) return true;
    return behind.kind == CToken::Kind::identifier || behind.kind == CToken::Kind::number ||
           behind.kind == CToken::Kind::text || behind.is("(");
  }

  /// Whether the parenthesis here holds a type's words alone, as in sizeof(unsigned long).
  bool names_type() const {
    std::size_t ahead = 1;
    for (; peek(ahead).kind == CToken::Kind::identifier || peek(ahead).is("*"); ++ahead) {
    }
    return ahead > 1 && peek(ahead).is(")");
  }

  std::string cast_type() {
    std::string type;
    for (take(); !peek().is(")");) {
      if (!type.empty()) type += ' ';
      type += take().text;
    }
    take();
    return type;
  }

  /// f(x), x[1]
  CExpression postfix() {
    CExpression expression = primary();
    for (int chain = 0; peek().is("["); ++chain) {
      if (chain > longest_chain) throw CSyntaxError("a chain too long");
      take();
      CExpression index = conditional();
      expect("]");
      expression = node(Kind::element, {}, {std::move(expression), std::move(index)});
    }
    return expression;
  }

  CExpression primary() {
    const CToken token = take();
    switch (token.kind) {
      case CToken::Kind::number:
        return {Kind::number, token.text, token.value, {}};
      case CToken::Kind::text:
        return {Kind::text, token.text, 0, {}};
      case CToken::Kind::character:
        return {Kind::character, token.text, 0, {}};
      case CToken::Kind::identifier:
        return named(token.text);
      case CToken::Kind::punctuation:
        if (token.text == "(") return parenthesised();
        if (token.text == "{") return list(Kind::braces, {}, "}");
        break;
      case CToken::Kind::end:
        break;
    }
    throw CSyntaxError("an expression expected");
  }

  CExpression parenthesised() {
    CExpression inner = conditional();
    expect(")");
    return inner;
  }

  /// REC->x, f(...), CONSTANT
  CExpression named(const std::string& name) {
    if (name == "REC" && peek().is("->")) {
      take();
      const CToken field = take();
      if (field.kind != CToken::Kind::identifier) throw CSyntaxError("a field's name expected");
      return {Kind::field, field.text, 0, {}};
    }
    if (!peek().is("(")) return {Kind::identifier, name, 0, {}};
    if (name == "sizeof" && names_type()) return node(Kind::call, name, {{Kind::text, cast_type(), 0, {}}});
    take();
    return list(Kind::call, name, ")");
  }

  CExpression list(Kind kind, std::string name, std::string_view close) {
    CExpression all = node(kind, std::move(name), {});
    while (!peek().is(close)) {
      all.parts.push_back(conditional());
      if (!peek().is(",")) break;
      take();
    }
    expect(close);
    return all;
  }

  std::vector<CToken> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

CPrintCall parse_print_call(std::string_view print_fmt) { return Parser(lex_c(print_fmt)).print_call(); }

}  // namespace ftracectl
