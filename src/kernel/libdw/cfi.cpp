#include "kernel/libdw/cfi.hpp"

#include <dwarf.h>

#include <cstddef>
#include <span>
#include <vector>

#include "model/tracefs/stack_probe.hpp"

namespace ftracectl {

namespace {

using Word = std::uint64_t;

/// Evaluates the expressions that rules of frames have: those that compilers write for functions, and that of the
/// procedure linkage table. Nothing for any other, and for what needs memory that was not fetched.
class Evaluation {
 public:
  Evaluation(const FetchedStack& stack, std::optional<Word> cfa) : stack_(stack), cfa_(cfa) {}

  struct Result {
    Word value = 0;
    bool is_value = false;  ///< and not the place of one
  };
  std::optional<Result> run(std::span<const Dwarf_Op> ops);

 private:
  bool step(const Dwarf_Op& op);
  bool calculate(unsigned char atom);
  bool push(std::optional<Word> value);
  std::optional<Word> pop();
  std::optional<Word> register_value(Word number) const;

  const FetchedStack& stack_;
  std::optional<Word> cfa_;
  std::vector<Word> values_;
  bool is_value_ = false;
};

bool Evaluation::push(std::optional<Word> value) {
  if (value) values_.push_back(*value);
  return value.has_value();
}

std::optional<Word> Evaluation::pop() {
  if (values_.empty()) return std::nullopt;
  const Word value = values_.back();
  values_.pop_back();
  return value;
}

std::optional<Word> Evaluation::register_value(Word number) const {
  return number < stack_.registers.size() ? stack_.registers[number] : std::nullopt;
}

bool Evaluation::calculate(unsigned char atom) {
  const auto right = pop();
  const auto left = pop();
  if (!right || !left) return false;
  switch (atom) {
    case DW_OP_plus:
      return push(*left + *right);
    case DW_OP_minus:
      return push(*left - *right);
    case DW_OP_and:
      return push(*left & *right);
    case DW_OP_or:
      return push(*left | *right);
    case DW_OP_shl:
      return push(*right < 64 ? *left << *right : 0);
    case DW_OP_shr:
      return push(*right < 64 ? *left >> *right : 0);
    case DW_OP_ge:
      return push(static_cast<std::int64_t>(*left) >= static_cast<std::int64_t>(*right) ? 1 : 0);
    default:
      return false;
  }
}

bool Evaluation::step(const Dwarf_Op& op) {
  const unsigned char atom = op.atom;
  if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) return push(Word{atom} - DW_OP_lit0);
  if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
    const auto value = register_value(Word{atom} - DW_OP_breg0);
    return value && push(*value + op.number);
  }
  switch (atom) {
    case DW_OP_bregx: {
      const auto value = register_value(op.number);
      return value && push(*value + op.number2);
    }
    case DW_OP_call_frame_cfa:
      return push(cfa_);
    case DW_OP_plus_uconst: {
      const auto value = pop();
      return value && push(*value + op.number);
    }
    case DW_OP_const1u:
    case DW_OP_const1s:
    case DW_OP_const2u:
    case DW_OP_const2s:
    case DW_OP_const4u:
    case DW_OP_const4s:
    case DW_OP_const8u:
    case DW_OP_const8s:
    case DW_OP_constu:
    case DW_OP_consts:
      return push(op.number);
    case DW_OP_deref: {
      const auto place = pop();
      return place && push(stack_.word(*place));
    }
    case DW_OP_stack_value:
      is_value_ = true;
      return true;
    default:
      return calculate(atom);
  }
}

std::optional<Evaluation::Result> Evaluation::run(std::span<const Dwarf_Op> ops) {
  for (const auto& op : ops) {
    if (!step(op)) return std::nullopt;
  }
  if (values_.empty()) return std::nullopt;
  return Result{values_.back(), is_value_};
}

/// What the caller had in a register.
std::optional<Word> callers(Dwarf_Frame* frame, int number, const FetchedStack& stack, Word cfa) {
  Dwarf_Op memory[3];
  Dwarf_Op* ops = nullptr;
  std::size_t count = 0;
  if (dwarf_frame_register(frame, number, memory, &ops, &count) != 0) return std::nullopt;
  const bool is_same = count == 0 && ops == nullptr;
  if (is_same) return stack.registers[static_cast<std::size_t>(number)];
  if (count == 0) return std::nullopt;  // not to be had any more
  const auto result = Evaluation(stack, cfa).run({ops, count});
  if (!result) return std::nullopt;
  return result->is_value ? std::optional(result->value) : stack.word(result->value);
}

}  // namespace

bool step_by_rules(Dwarf_Frame* frame, FetchedStack& stack) {
  Dwarf_Op* ops = nullptr;
  std::size_t count = 0;
  const int return_address = dwarf_frame_info(frame, nullptr, nullptr, nullptr);
  if (return_address != return_address_number || dwarf_frame_cfa(frame, &ops, &count) != 0) return false;
  const auto cfa = Evaluation(stack, std::nullopt).run({ops, count});
  if (!cfa) return false;
  FetchedStack::Registers registers;
  for (const auto& [name, number] : stack_probe_registers)
    registers[number] = callers(frame, number, stack, cfa->value);
  registers[return_address_number] = callers(frame, return_address, stack, cfa->value);
  registers[stack_pointer_number] = cfa->value;
  stack.registers = registers;
  return stack.registers[return_address_number].has_value();
}

}  // namespace ftracectl
