#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ftracectl {

/// A task's cgroup out of /proc/PID/cgroup: the path in the unified hierarchy ("0::/a/b"), and where that
/// says nothing (version 1: "4:memory:/a/b", "1:name=systemd:/a/b") the one that systemd keeps, or the first
/// below the root. Nothing where no line is one of these.
std::optional<std::string> parse_cgroup(std::string_view text);

/// The container whose processes are in a cgroup of this path, by the names that its runtime gave it: the 64
/// hex digits of docker, containerd, cri-o, podman and kubernetes, the name of lxc and systemd-nspawn. The
/// innermost one, of containers in containers. Nothing where the path names none; monitors of containers
/// (conmon, lxc.monitor) are none.
///
///     /docker/ID   /system.slice/docker-ID.scope   /machine.slice/libpod-ID.scope/container   /k8s.io/ID
///     /kubepods/burstable/podUID/ID   /kubepods.slice/…-podUID.slice/cri-containerd-ID.scope
///     /system.slice/containerd.service/kubepods-podUID.slice:cri-containerd:ID
///     /lxc/NAME   /lxc.payload.NAME   /machine.slice/machine-NAME.scope
///     /machine.slice/systemd-nspawn@NAME.service/payload
std::optional<std::string> container_of_cgroup(std::string_view path);

}  // namespace ftracectl
