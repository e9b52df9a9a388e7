#include "kernel/notify_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace ftracectl {

NotifySocket::NotifySocket(std::string address) : address_(std::move(address)) {
  const bool is_known = address_.size() > 1 && (address_.front() == '/' || address_.front() == '@') &&
                        address_.size() < sizeof(sockaddr_un::sun_path);
  if (is_known) socket_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

void NotifySocket::send(std::string_view lines) const {
  if (!socket_) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  std::size_t size = offsetof(sockaddr_un, sun_path) + address_.size();
  if (address_.front() == '@') {
    to.sun_path[0] = '\0';  // an abstract name has as many bytes as the length says
  } else {
    ++size;
  }
  ::sendto(socket_.value(), lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
           static_cast<socklen_t>(size));
}

}  // namespace ftracectl
