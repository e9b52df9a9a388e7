#include "model/tracefs/cgroup.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace ftracectl;

namespace {

const std::string id = "3f4b1c9de0a27f5681cc0d9e8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b";
const std::string other = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const std::string pod = "pod7c2f6dbe_8a5e_4d5e_9b7a_0f1e2d3c4b5a";

}  // namespace

TEST_CASE("cgroup: the path in the unified hierarchy, or the one that tells most") {
  CHECK(parse_cgroup("0::/user.slice/session-3.scope\n") == "/user.slice/session-3.scope");
  CHECK(parse_cgroup("0::/\n") == "/");
  CHECK(parse_cgroup("12:pids:/docker/x\n1:name=systemd:/docker/y\n0::/\n") == "/docker/y");
  CHECK(parse_cgroup("4:memory:/docker/x\n3:cpu,cpuacct:/other\n") == "/docker/x");
  CHECK(parse_cgroup("1:name=systemd:/init.scope\n0::/init.scope/unified\n") == "/init.scope/unified");
  CHECK(parse_cgroup("2:cpuset:/\n1:name=systemd:/a:b\n") == "/a:b");
  CHECK(parse_cgroup("0::/../../docker/x\n") == "/../../docker/x");
  CHECK_FALSE(parse_cgroup(""));
  CHECK_FALSE(parse_cgroup("\n::\n0:\nnonsense\n0::relative\n"));
}

TEST_CASE("cgroup: the container that a path names") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/docker/" + id, id},
      {"/system.slice/docker-" + id + ".scope", id},
      {"/../../docker/" + id, id},
      {"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" + id + ".scope", id},
      {"/system.slice/docker-" + id + ".scope (deleted)", id},
      {"/k8s.io/" + id, id},
      {"/kubepods/burstable/pod7c2f6dbe-8a5e/" + id, id},
      {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-" + pod + ".slice/cri-containerd-" + id +
           ".scope",
       id},
      {"/kubepods.slice/kubepods-" + pod + ".slice/crio-" + id + ".scope/container", id},
      {"/system.slice/containerd.service/kubepods-besteffort-" + pod + ".slice:cri-containerd:" + id, id},
      {"/machine.slice/libpod-" + id + ".scope", id},
      {"/machine.slice/libpod-" + id + ".scope/container", id},
      {"/libpod_parent/libpod-" + id, id},
      {"/ecs/cluster/4d5e/" + id, id},
      {"/lxc/web", "web"},
      {"/lxc/web/init.scope", "web"},
      {"/lxc.payload.web/system.slice/cron.service", "web"},
      {"/lxc.payload/web", "web"},
      {"/machine.slice/machine-build\\x2dbox.scope", "build-box"},
      {"/machine.slice/systemd-nspawn@deb\\x2d12.service/payload/init.scope", "deb-12"},
      {"/docker/" + id + "/docker/" + other, other},
      {"/lxc.payload.web/docker/" + id, id},
  };
  for (const auto& item : cases) {
    const auto& path = item.first;
    const auto& container = item.second;
    CAPTURE(path);
    CHECK(container_of_cgroup(path) == container);
  }
}

TEST_CASE("cgroup: paths that name no container") {
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("/user.slice/user-0.slice/session-3.scope"),
        std::string("/system.slice/docker.service"), std::string("/kubepods.slice"),
        "/kubepods/burstable/" + pod, std::string("/lxc.monitor.web"), std::string("/lxc"),
        std::string("/lxc/"), std::string("/lxc.payload."), "/machine.slice/libpod-conmon-" + id + ".scope",
        "/machine.slice/crio-conmon-" + id + ".scope",
        std::string("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"), "/docker/" + id.substr(1), "/x" + id,
        "/docker/" + std::string(64, 'X')}) {
    CAPTURE(path);
    CHECK_FALSE(container_of_cgroup(path));
  }
}
