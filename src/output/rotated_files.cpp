#include "output/rotated_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <ftracectl/error.hpp>
#include <memory>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view stamp_sample = "20261128T113400Z-";
constexpr std::size_t number_width = 6;

bool fits(std::string_view text, std::string_view sample) {
  if (text.size() < sample.size()) return false;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const bool wants_digit = sample[i] >= '0' && sample[i] <= '9';
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (wants_digit ? !is_digit : text[i] != sample[i]) return false;
  }
  return true;
}

std::string rotated_name(const std::string& file, std::uint64_t number) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> stamp;
  std::strftime(stamp.data(), stamp.size(), "%Y%m%dT%H%M%SZ", &parts);
  std::array<char, 32> digits;
  std::snprintf(digits.data(), digits.size(), "%0*llu", static_cast<int>(number_width),
                static_cast<unsigned long long>(number));
  return file + "." + stamp.data() + "-" + digits.data();
}

}  // namespace

std::optional<RotatedFiles::Member> parse_rotated_name(std::string_view file, std::string_view name) {
  RotatedFiles::Member member;
  member.name = name;
  if (!name.starts_with(file)) return std::nullopt;
  name.remove_prefix(file.size());
  if (!name.starts_with('.') || !fits(name.substr(1), stamp_sample)) return std::nullopt;
  name.remove_prefix(1 + stamp_sample.size());
  using Form = RotatedFiles::Member::Form;
  if (name.ends_with(".zst.part")) {
    member.form = Form::unfinished;
    name.remove_suffix(9);
  } else if (name.ends_with(".zst")) {
    member.form = Form::compressed;
    name.remove_suffix(4);
  }
  const auto number = parse_number<std::uint64_t>(name);
  if (!number || name.size() < number_width) return std::nullopt;
  member.number = *number;
  return member;
}

int rename_to_free(int folder, const std::string& from, const std::string& to) {
  if (renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that cannot say "only where nothing is": a link is made only there.
  if (linkat(folder, from.c_str(), folder, to.c_str(), 0) != 0) return errno;
  return unlinkat(folder, from.c_str(), 0) == 0 ? 0 : errno;
}

RotatedFiles::RotatedFiles(int folder, std::string name, std::optional<uid_t> owner)
    : folder_(folder), name_(std::move(name)), owners_{geteuid()} {
  if (owner) owners_.insert(*owner);
}

bool RotatedFiles::is_ours(const std::string& name) const {
  struct stat status {};
  return fstatat(folder_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         owners_.count(status.st_uid) > 0;
}

std::vector<RotatedFiles::Member> RotatedFiles::list() const {
  const int readable = openat(folder_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(readable < 0 ? nullptr : fdopendir(readable), closedir);
  std::vector<Member> members;
  if (!entries) {
    if (readable >= 0) ::close(readable);
    return members;
  }
  while (const dirent* entry = readdir(entries.get())) {
    auto member = parse_rotated_name(name_, entry->d_name);
    if (member && is_ours(member->name)) members.push_back(std::move(*member));
  }
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return a.number < b.number; });
  return members;
}

std::string RotatedFiles::put_aside() const {
  const auto members = list();
  std::uint64_t number = members.empty() ? 1 : members.back().number + 1;
  constexpr int most_tries = 1000;  // names of others that look like ours
  for (int i = 0; i < most_tries; ++i, ++number) {
    const std::string name = rotated_name(name_, number);
    const int error = rename_to_free(folder_, name_, name);
    if (error == 0) return name;
    if (error != EEXIST)
      throw Error(ErrorCode::failed, name_ + ": cannot be renamed to " + name + ": " + errno_text(error),
                  error);
  }
  throw Error(ErrorCode::failed, name_ + ": cannot be renamed: all names are taken", EEXIST);
}

void RotatedFiles::drop_oldest(std::uint64_t keep) const {
  const auto members = list();
  std::set<std::uint64_t> numbers;
  for (const auto& member : members) numbers.insert(member.number);
  if (numbers.size() <= keep) return;
  const auto first_kept = std::next(numbers.begin(), static_cast<std::ptrdiff_t>(numbers.size() - keep));
  for (const auto& member : members) {
    const bool is_kept = first_kept != numbers.end() && member.number >= *first_kept;
    if (!is_kept) unlinkat(folder_, member.name.c_str(), 0);
  }
}

}  // namespace ftracectl
