#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cases.hpp"
#include "names.hpp"

namespace workload {

namespace {

void write_script(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  chmod(path.c_str(), 0755);
}

/// Another name of the program `ok`. That it may be there already, or may not be possible at all ("", "a/b"),
/// is for the cases to tell.
void link_ok(const std::string& folder, const std::string& name) {
  [[maybe_unused]] const int result = link((folder + "/ok").c_str(), (folder + "/" + name).c_str());
}

}  // namespace

void make_files(const std::string& folder) {
  namespace fs = std::filesystem;
  fs::create_directories(folder + "/dir with space");
  fs::create_directories(folder + "/bin");
  fs::copy_file("/proc/self/exe", folder + "/ok", fs::copy_options::overwrite_existing);
  chmod((folder + "/ok").c_str(), 0755);
  for (const auto& name : {"dir with space/o k", "nl\nname", long_name, "bin/tool"}) link_ok(folder, name);
  for (const auto& comm : comms()) link_ok(folder, comm);
  std::ofstream(folder + "/noexec") << "not to be executed\n";
  chmod((folder + "/noexec").c_str(), 0644);
  write_script(folder + "/text", "no format that the kernel knows\n");
  write_script(folder + "/script.sh", "#!" + folder + "/ok\n");
  write_script(folder + "/badscript", "#!/nonexistent/interpreter\n");
}

}  // namespace workload
