#pragma once

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace ftracectl {

/// The socket on which a service manager hears how its service is: sd_notify(3), of which this is the whole.
class NotifySocket {
 public:
  /// `address` as of $NOTIFY_SOCKET: a path, or "@name" for an abstract socket; empty: nobody listens. An address of
  /// another kind is taken for that.
  explicit NotifySocket(std::string address);

  bool is_heard() const { return static_cast<bool>(socket_); }
  /// One datagram of lines, "READY=1\nSTATUS=...". A manager that is busy or gone is no error.
  void send(std::string_view lines) const;

 private:
  std::string address_;
  Fd socket_;
};

}  // namespace ftracectl
